// SPDX-License-Identifier: Apache-2.0
// The reply decoder: any bytes are a value, a fault or a typed error, and xmlrpc-c says the same.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/differential.h"

namespace {

// xmlrpc-c needs 12 ms a megabyte: longer inputs are read by our decoder alone.
constexpr std::size_t kLongestCompared = 8192;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  if (size > kLongestCompared) {
    (void)trestle::testing::decode_with_ours(body);
    return 0;
  }
  const std::string difference = trestle::testing::disagreement(body);
  if (!difference.empty()) {
    std::fprintf(stderr, "the decoders disagree: %s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
