// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/text.h"

#include <array>

#include "objects/core/utf8.h"

namespace trestle::cli {
namespace {

struct Character {
  std::size_t width = 0;
  char32_t point = 0;
};

Character first_character(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead};
  const std::size_t width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < width) return {};
  char32_t point = lead & (0x7FU >> width);
  for (std::size_t i = 1; i < width; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) return {};
    point = (point << 6U) | (byte & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast[width] || !is_character(point)) return {};
  return {width, point};
}

bool is_dangerous(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x061C ||
         (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF;
}

void append_hex(std::string& out, char32_t number, int digits) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += kHex[(number >> static_cast<unsigned>(shift)) & 0xFU];
  }
}

std::string escape(std::string_view text, bool keep_line_feeds) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    const std::size_t width = c.width == 0 ? 1 : c.width;
    if (c.width == 0 || (c.point < 0x80 && is_dangerous(c.point))) {
      if (text[0] == '\n') {
        out += keep_line_feeds ? "\n" : "\\n";
      } else if (text[0] == '\t') {
        out += "\\t";
      } else {
        out += "\\x";
        append_hex(out, static_cast<unsigned char>(text[0]), 2);
      }
    } else if (is_dangerous(c.point)) {
      out += "\\u{";
      append_hex(out, c.point, 4);
      out += '}';
    } else {
      out += text.substr(0, width);
    }
    text.remove_prefix(width);
  }
  return out;
}

}  // namespace

std::size_t utf8_width(std::string_view text) { return first_character(text).width; }

std::string printable(std::string_view text) { return escape(text, false); }

std::string printable_lines(std::string_view text) { return escape(text, true); }

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) ++columns;
  }
  return columns;
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> kUnits = {"B",   "KiB", "MiB", "GiB",
                                                      "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  std::uint64_t tenths = 0;
  std::uint64_t whole = bytes;
  while (whole >= 1024 && unit + 1 < kUnits.size()) {
    tenths = whole % 1024 * 10 / 1024;
    whole /= 1024;
    ++unit;
  }
  std::string text = std::to_string(whole);
  if (tenths != 0) text += "." + std::to_string(tenths);
  return text + " " + std::string(kUnits[unit]);
}

}  // namespace trestle::cli
