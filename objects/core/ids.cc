// SPDX-License-Identifier: Apache-2.0
#include "objects/core/ids.h"

#include <algorithm>

namespace trestle::detail {
namespace {

constexpr std::size_t kUuidDigits = 32;
// Longest name that every file system of a repository takes as one path component.
constexpr std::size_t kLongestName = 255;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char lower(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; }

// Dashes only where a UUID has them: 8-4-4-4-12.
bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string uuid_key(std::string_view text) {
  const bool dashed = text.size() == kUuidDigits + 4;
  if (!dashed && text.size() != kUuidDigits) return {};
  std::string key;
  key.reserve(kUuidDigits);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (dashed && is_dash_place(i)) {
      if (text[i] != '-') return {};
    } else if (is_hex(text[i])) {
      key.push_back(lower(text[i]));
    } else {
      return {};
    }
  }
  return key;
}

bool is_plain_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || text == "." || text == "..") return false;
  return std::ranges::none_of(text,
                              [](unsigned char c) { return c == '/' || c < 0x20 || c == 0x7f; });
}

}  // namespace trestle::detail
