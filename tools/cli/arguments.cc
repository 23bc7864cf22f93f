// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/arguments.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace trestle::cli {
namespace {

constexpr std::chrono::hours kLongestWait{24 * 7};

std::string name_of(std::string_view name) {
  const bool operand = !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
  return (operand ? "" : "--") + std::string(name);
}

/// The power of two of a binary unit ("G", "GiB", "gib"), absent if it is none.
std::optional<unsigned> unit_shift(std::string_view unit) {
  constexpr std::string_view kUnits = "kmgt";
  if (unit.empty() || unit == "B" || unit == "b") return 0;
  const char letter = static_cast<char>(unit[0] | 0x20);
  const std::size_t index = kUnits.find(letter);
  const std::string_view rest = unit.substr(1);
  if (index == std::string_view::npos) return std::nullopt;
  if (!rest.empty() && rest != "iB" && rest != "ib") return std::nullopt;
  return static_cast<unsigned>(10 * (index + 1));
}

/// A decimal number with a unit, in units of 2^floor; `without` is the shift of a bare number.
std::optional<std::uint64_t> sized(const std::string& text, unsigned without) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc{} || parsed.ptr == text.data()) return std::nullopt;
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  const auto shift = unit.empty() ? std::optional(without) : unit_shift(unit);
  if (!shift || count > (std::numeric_limits<std::uint64_t>::max() >> *shift)) return std::nullopt;
  return count << *shift;
}

}  // namespace

tl::unexpected<Error> usage(std::string what) {
  return fail(Code::kInvalidArgument, std::move(what));
}

const std::string& Arguments::text(std::string_view name) const {
  static const std::string nothing;
  const auto found = given_.find(name);
  return found == given_.end() ? nothing : found->second.back();
}

const std::vector<std::string>& Arguments::list(std::string_view name) const {
  static const std::vector<std::string> nothing;
  const auto found = given_.find(name);
  return found == given_.end() ? nothing : found->second;
}

std::optional<std::string> Arguments::maybe(std::string_view name) const {
  const auto found = given_.find(name);
  if (found == given_.end()) return std::nullopt;
  return found->second.back();
}

Result<std::int64_t> Arguments::number(std::string_view name, std::int64_t least, std::int64_t most,
                                       std::int64_t otherwise) const {
  if (!has(name)) return otherwise;
  const std::string& given = text(name);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(given.data(), given.data() + given.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != given.data() + given.size() || number < least ||
      number > most) {
    return usage(name_of(name) + " wants a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", not '" + given + "'");
  }
  return number;
}

Result<Bytes> Arguments::bytes(std::string_view name) const {
  const auto count = sized(text(name), 0);
  if (!count) {
    return usage(name_of(name) + " wants a size such as 20G, 512M or 4096 (bytes), not '" +
                 text(name) + "'");
  }
  return Bytes{*count};
}

Result<MiB> Arguments::mebibytes(std::string_view name) const {
  constexpr unsigned kMebi = 20;
  const auto count = sized(text(name), kMebi);
  if (!count || *count == 0) {
    return usage(name_of(name) + " wants an amount of memory such as 512 (MiB) or 2G, not '" +
                 text(name) + "'");
  }
  return MiB::ceil(Bytes{*count});
}

Result<std::chrono::milliseconds> Arguments::duration(std::string_view name,
                                                      std::chrono::milliseconds otherwise) const {
  if (!has(name)) return otherwise;
  const std::string& given = text(name);
  double amount = 0;
  const char* const end = given.data() + given.size();
  const auto parsed = std::from_chars(given.data(), end, amount);
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  double scale = 0;
  if (unit.empty() || unit == "s") scale = 1000;
  if (unit == "ms") scale = 1;
  if (unit == "m") scale = 60'000;
  if (unit == "h") scale = 3'600'000;
  const double milliseconds = amount * scale;
  const auto longest = std::chrono::milliseconds(kLongestWait).count();
  if (parsed.ec != std::errc{} || !std::isfinite(milliseconds) || milliseconds < 1 ||
      milliseconds > static_cast<double>(longest)) {
    return usage(name_of(name) + " wants a time such as 30 (seconds), 500ms, 10m or 1h, not '" +
                 given + "'");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

}  // namespace trestle::cli
