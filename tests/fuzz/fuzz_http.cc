// SPDX-License-Identifier: Apache-2.0
// The HTTP reply reader: any bytes, in any pieces, are a body or a typed error, and the pieces make
// no difference. The first byte of an input says how large the pieces are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "objects/wire/codec.h"
#include "objects/wire/http_message.h"

namespace {

using trestle::HttpReplyReader;
using trestle::Result;

Result<std::string> read(std::string_view bytes, std::size_t piece) {
  HttpReplyReader reader;
  while (!bytes.empty()) {
    const std::string_view next = bytes.substr(0, piece);
    bytes.remove_prefix(next.size());
    TRESTLE_ASSIGN_OR_RETURN(const bool complete, reader.feed(next));
    if (complete) return reader.take_body();
  }
  if (!reader.started()) return trestle::fail(trestle::Code::kUnavailable, "nothing came");
  TRESTLE_RETURN_IF_ERROR(reader.end("closed by the host"));
  return reader.take_body();
}

[[noreturn]] void broken(const char* rule) {
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

void check_error(const trestle::Error& error) {
  if (error.what.empty()) broken("an error says something");
  const bool one_line = std::all_of(error.what.begin(), error.what.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '\x7f';
  });
  if (!one_line) broken("an error is one line without control characters");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto whole = read(bytes, bytes.size() + 1);
  const auto pieces = read(bytes, std::size_t{1} + data[0]);
  if (whole.has_value() != pieces.has_value()) broken("pieces make no difference");
  if (whole) {
    if (*whole != *pieces) broken("pieces do not change the body");
    if (whole->size() > trestle::wire::kMaxReplyBytes) broken("a body has a limit");
  } else {
    if (whole.error().code != pieces.error().code) broken("pieces do not change the error");
    check_error(whole.error());
    check_error(pieces.error());
  }
  return 0;
}
