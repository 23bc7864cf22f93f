// SPDX-License-Identifier: Apache-2.0
#include "integration/schema/characters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace trestle::schema {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
constexpr std::uint64_t kHighs = 0x8080808080808080ULL;

/// High bit set in each zero byte; a byte above a zero byte may be marked wrongly, which only costs
/// a look at single bytes.
constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }
constexpr std::uint64_t bytes_equal(std::uint64_t word, unsigned char c) {
  return zero_bytes(word ^ (kOnes * c));
}
/// High bit set in bytes below n (n <= 128), for bytes below 128.
constexpr std::uint64_t bytes_below(std::uint64_t word, unsigned char n) {
  return (word - kOnes * n) & ~word & kHighs;
}

std::uint64_t word_at(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Bytes that cannot be copied as they are when written: 1 escape, 2 above 0x7F, 0 plain.
constexpr std::array<unsigned char, 256> kKinds = [] {
  std::array<unsigned char, 256> kinds{};
  for (std::size_t i = 0; i < 0x20; ++i) kinds[i] = 1;
  for (const char c : {'"', '\\', '<', '>', '&', '=', '\''})
    kinds[static_cast<unsigned char>(c)] = 1;
  for (std::size_t i = 0x80; i < 256; ++i) kinds[i] = 2;
  return kinds;
}();

unsigned char kind_of(char c) { return kKinds[static_cast<unsigned char>(c)]; }

void append_escape(char c, std::string& into) {
  constexpr std::string_view kShort = "\"\\\t\b\n\r\f";
  constexpr std::string_view kLetters = "\"\\tbnrf";
  if (const auto at = kShort.find(c); at != std::string_view::npos) {
    into += '\\';
    into += kLetters[at];
    return;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  into += "\\u00";
  into += kDigits[byte >> 4U];
  into += kDigits[byte & 15U];
}

/// Length of the well-formed sequence at the start of `text`, 0 if it is not one (Unicode 15,
/// table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto in = [](unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (in(lead, 0xC2, 0xDF)) return in(byte(1), 0x80, 0xBF) ? 2 : 0;
  if (in(lead, 0xE0, 0xEF)) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return in(byte(1), low, high) && in(byte(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (in(lead, 0xF0, 0xF4)) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return in(byte(1), low, high) && in(byte(2), 0x80, 0xBF) && in(byte(3), 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

/// Digits and decimal exponent of a positive double, as Java prints it: the shortest that reads
/// back as the same number, but two digits at least, and then the two nearest to it.
struct Decimal {
  std::string digits;
  int exponent = 0;  // of the first digit
};

Decimal decimal_of(double number) {
  std::array<char, 40> text{};
  auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific)
          .ptr;
  if (text[1] == 'e') {
    // 5e-324 is 4.9E-324 to Java.
    std::array<char, 40> two{};
    auto two_end =
        std::to_chars(two.data(), two.data() + two.size(), number, std::chars_format::scientific, 1)
            .ptr;
    double back = 0;
    std::from_chars(two.data(), two_end, back);
    if (back == number) {
      text = two;
      end = text.data() + (two_end - two.data());
    }
  }
  const char* mark = std::find(text.data(), end, 'e');
  Decimal decimal;
  std::copy_if(static_cast<const char*>(text.data()), mark, std::back_inserter(decimal.digits),
               [](char c) { return c != '.'; });
  const char* exponent = mark + (mark[1] == '+' ? 2 : 1);
  std::from_chars(exponent, end, decimal.exponent);
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0') decimal.digits.pop_back();
  return decimal;
}

void append_plain(const Decimal& decimal, std::string& into) {
  const std::string& digits = decimal.digits;
  if (decimal.exponent < 0) {
    into += "0.";
    into.append(static_cast<std::size_t>(-decimal.exponent - 1), '0');
    into += digits;
    return;
  }
  const auto whole = static_cast<std::size_t>(decimal.exponent) + 1;
  into.append(digits, 0, whole);
  if (digits.size() < whole) into.append(whole - digits.size(), '0');
  into += '.';
  into += digits.size() > whole ? digits.substr(whole) : "0";
}

}  // namespace

std::size_t plain_end(std::string_view text, std::size_t from, bool& ascii) {
  const char* bytes = text.data();
  std::size_t i = from;
  std::uint64_t high = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const std::uint64_t word = word_at(bytes + i);
    if ((bytes_equal(word, '"') | bytes_equal(word, '\\') | bytes_below(word, 0x20)) != 0) break;
    high |= word & kHighs;
  }
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == '"' || c == '\\' || c < 0x20) break;
    high |= c & 0x80U;
  }
  if (high != 0) ascii = false;
  return i;
}

std::size_t first_bad_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size() && (word_at(text.data() + i) & kHighs) == 0) {
      i += 8;
      continue;
    }
    const std::size_t length = sequence_length(text.substr(i, 4));
    if (length == 0) return i;
    i += length;
  }
  return i;
}

void append_quoted(std::string_view text, std::string& into) {
  into += '"';
  std::size_t begin = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const unsigned char kind = kind_of(text[i]);
    const std::size_t length = kind == 2 ? sequence_length(text.substr(i, 4)) : 1;
    if (kind == 0 || (kind == 2 && length != 0)) {
      i += length;
      continue;
    }
    into.append(text, begin, i - begin);
    if (kind == 1) {
      append_escape(text[i], into);
    } else {
      into += "\xEF\xBF\xBD";  // U+FFFD
    }
    begin = ++i;
  }
  into.append(text, begin, i - begin);
  into += '"';
}

void append_double(double number, std::string& into) {
  if (std::signbit(number)) into += '-';
  const double size = std::abs(number);
  if (size == 0) {
    into += "0.0";
    return;
  }
  const Decimal decimal = decimal_of(size);
  // Java's own bounds for plain notation.
  if (size >= 1e-3 && size < 1e7) {
    append_plain(decimal, into);
    return;
  }
  into += decimal.digits.front();
  into += '.';
  into += decimal.digits.size() > 1 ? decimal.digits.substr(1) : "0";
  into += 'E';
  into += std::to_string(decimal.exponent);
}

}  // namespace trestle::schema
