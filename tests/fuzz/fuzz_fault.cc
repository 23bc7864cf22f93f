// SPDX-License-Identifier: Apache-2.0
// Fault texts and the texts of debug lines: whatever a host says becomes one printable line, the
// raw text is kept, and a class is a class.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "objects/wire/fault_map.h"
#include "objects/wire/redact.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

bool is_class_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const trestle::Error error = trestle::wire::to_error({.code = 1, .text = text});
  require(!error.what.empty(), "an error has a sentence");
  require(std::ranges::none_of(error.what, is_control), "the sentence is one printable line");
  require(error.fault.has_value() && error.fault->text == text, "the raw text is kept");
  require(std::ranges::all_of(error.fault->class_name, is_class_char), "a class is a dotted path");

  const std::string secret = "zQ7-only-here";
  if (text.find(secret) != std::string::npos) return 0;
  const std::string line = "https://oracle:" + secret + "@host/ " + text;
  require(trestle::wire::redacted_text(line).find(secret) == std::string::npos,
          "no text behind a URL brings its password back");
  require(
      trestle::wire::redacted_text(text + " password=" + secret).find(secret) == std::string::npos,
      "no text before a key brings its value back");
  const std::string key =
      "\n-----BEGIN RSA PRIVATE KEY-----\n" + secret + "\n-----END RSA PRIVATE KEY-----";
  require(trestle::wire::redacted_text(text + key).find(secret) == std::string::npos,
          "no text before a private key shows it");
  return 0;
}
