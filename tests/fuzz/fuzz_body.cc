// SPDX-License-Identifier: Apache-2.0
// Message bodies: any bytes are typed values or an error with its byte; what was read can be
// written, and reads back equal.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "integration/schema/codec.h"

namespace {

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace schema = trestle::schema;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = schema::decode_body(text);
  if (!body) {
    if (body.error().what.rfind("byte ", 0) != 0) broken("an error does not say where");
    return 0;
  }
  for (const auto& ignored : body->ignored) {
    if (ignored.begin >= ignored.end || ignored.end > size)
      broken("an ignored member lies nowhere");
  }
  const auto written = schema::encode_body(body->messages);
  if (!written) broken("what was read cannot be written");
  const auto again = schema::decode_body(*written);
  if (!again) broken("what was written cannot be read");
  if (!again->ignored.empty()) broken("we wrote a member that its class lacks");
  // An explicit null for contextMap is left out when written, and Java gives that an empty map:
  // what is read is compared from the second time on.
  const auto rewritten = schema::encode_body(again->messages);
  if (!rewritten) broken("what was read again cannot be written");
  const auto third = schema::decode_body(*rewritten);
  if (!third || !(third->messages == again->messages)) broken("other values came back");
  const auto check = schema::check_body(*rewritten);
  if (!check || check->difference) broken("what we wrote does not come back byte for byte");
  return 0;
}
