// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/text_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kWhite = " \t\r\n\f\v";

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

std::optional<std::string_view> present(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text == "None" || text == "none") return std::nullopt;
  return text;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::optional<std::uint64_t> to_unsigned(std::string_view text) {
  return parse_whole<std::uint64_t>(text);
}

std::optional<double> to_real(std::string_view text) {
  const auto number = parse_whole<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return number;
}

std::optional<bool> to_flag(std::string_view text) {
  constexpr std::array<std::string_view, 6> kYes{"True", "true", "TRUE", "YES", "yes", "1"};
  constexpr std::array<std::string_view, 6> kNo{"False", "false", "FALSE", "NO", "no", "0"};
  text = trimmed(text);
  if (std::ranges::find(kYes, text) != kYes.end()) return true;
  if (std::ranges::find(kNo, text) != kNo.end()) return false;
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto at = std::min(text.find(separator), text.size());
    const std::string_view part = trimmed(text.substr(0, at));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return parts;
}

std::optional<std::int64_t> to_integer(ValueView value) {
  if (const auto number = value.integer()) return number;
  const auto text = value.string();
  return text ? to_integer(*text) : std::nullopt;
}

std::optional<std::uint64_t> to_unsigned(ValueView value) {
  if (const auto number = value.integer()) {
    if (*number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }
  const auto text = value.string();
  return text ? to_unsigned(*text) : std::nullopt;
}

std::optional<double> to_real(ValueView value) {
  if (const auto number = value.real()) {
    if (!std::isfinite(*number)) return std::nullopt;
    return number;
  }
  if (const auto number = value.integer()) return static_cast<double>(*number);
  const auto text = value.string();
  return text ? to_real(*text) : std::nullopt;
}

std::optional<bool> to_flag(ValueView value) {
  if (const auto flag = value.boolean()) return flag;
  if (const auto number = value.integer()) {
    if (*number != 0 && *number != 1) return std::nullopt;
    return *number == 1;
  }
  const auto text = value.string();
  return text ? to_flag(*text) : std::nullopt;
}

std::optional<std::string> to_text(ValueView value) {
  const auto text = value.string();
  if (!text) return std::nullopt;
  const auto known = present(*text);
  return known ? std::optional<std::string>(*known) : std::nullopt;
}

}  // namespace trestle::ovm3
