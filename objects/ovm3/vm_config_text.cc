// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_config_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "objects/core/utf8.h"

namespace trestle::ovm3 {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

std::optional<unsigned> hex_value(char c) {
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t at = std::string_view("0123456789abcdef").find(lower);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

/// Walks the text once, front to back.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Struct> assignments() {
    Struct members;
    for (skip_lines(); !done(); skip_lines()) {
      TRESTLE_ASSIGN_OR_RETURN(const std::string name, assigned_name());
      TRESTLE_ASSIGN_OR_RETURN(Value assigned, value(0));
      skip_space();
      if (peek() == ';') ++at_;
      if (!done() && peek() != '\n' && peek() != '#' && text_[at_ - 1] != ';') {
        return wrong("expected the end of the line behind the value of '" + name + "'");
      }
      const auto known = std::ranges::find(members, name, &Member::name);
      if (known == members.end()) {
        members.push_back({name, std::move(assigned)});
      } else {
        known->value = std::move(assigned);
      }
    }
    return members;
  }

 private:
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& why) const {
    const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
    return fail(Code::kCorruptImage, "vm.cfg line " + std::to_string(line) + " column " +
                                         std::to_string(before.size() - start + 1) + ": " + why +
                                         "; correct that line");
  }

  void skip_space() {
    for (;; ++at_) {
      if (peek() == '\\' && peek(1) == '\n') {
        ++at_;
      } else if (peek() != ' ' && peek() != '\t' && peek() != '\r' && peek() != '\f') {
        return;
      }
    }
  }
  /// Space, line breaks and comments: what may stand between statements and inside brackets.
  void skip_lines() {
    for (skip_space(); peek() == '\n' || peek() == '#'; skip_space()) {
      if (peek() == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        ++at_;
      }
    }
  }

  Result<std::string> assigned_name() {
    const std::size_t start = at_;
    while (is_name_part(peek())) ++at_;
    const std::string name(text_.substr(start, at_ - start));
    if (!is_python_name(name)) {
      at_ = start;
      return wrong("expected NAME = VALUE");
    }
    skip_space();
    if (peek() != '=' || peek(1) == '=') return wrong("expected '=' behind '" + name + "'");
    ++at_;
    skip_space();
    return name;
  }

  Result<Value> value(std::size_t depth) {
    if (depth > kMaxConfigDepth) {
      return fail(Code::kResourceExhausted,
                  "vm.cfg nests lists more than " + std::to_string(kMaxConfigDepth) + " deep");
    }
    if (++values_ > kMaxConfigValues) {
      return fail(Code::kResourceExhausted,
                  "vm.cfg has more than " + std::to_string(kMaxConfigValues) + " values");
    }
    const char c = peek();
    if (c == '[') return items(']', depth);
    if (c == '(') return items(')', depth);
    if (c == '{') return entries(depth);
    if (is_digit(c) || c == '-' || c == '+' || c == '.') return number();
    if (starts_string()) return strings();
    const std::size_t start = at_;
    while (is_name_part(peek())) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (word == "True") return Value(true);
    if (word == "False") return Value(false);
    if (word == "None") return Value(Nil{});
    at_ = start;
    return wrong("expected a text in quotes, a number, a list, True, False or None");
  }

  Result<Value> items(char close, std::size_t depth) {
    Array array;
    bool has_comma = false;
    ++at_;
    for (skip_lines(); peek() != close; skip_lines()) {
      TRESTLE_ASSIGN_OR_RETURN(Value item, value(depth + 1));
      array.push_back(std::move(item));
      skip_lines();
      if (peek() == close) break;
      if (peek() != ',') return wrong(std::string("expected ',' or '") + close + "'");
      has_comma = true;
      ++at_;
    }
    ++at_;
    // "(x)" is x in brackets, "(x,)" a tuple of one.
    if (close == ')' && array.size() == 1 && !has_comma) return Value(std::move(array.front()));
    return Value(std::move(array));
  }

  Result<Value> entries(std::size_t depth) {
    Struct members;
    ++at_;
    for (skip_lines(); peek() != '}'; skip_lines()) {
      if (!starts_string()) return wrong("expected a key in quotes");
      TRESTLE_ASSIGN_OR_RETURN(const Value key, strings());
      skip_lines();
      if (peek() != ':') return wrong("expected ':' behind the key");
      ++at_;
      skip_lines();
      TRESTLE_ASSIGN_OR_RETURN(Value item, value(depth + 1));
      members.push_back({*key.get_if<std::string>(), std::move(item)});
      skip_lines();
      if (peek() == '}') break;
      if (peek() != ',') return wrong("expected ',' or '}'");
      ++at_;
    }
    ++at_;
    return Value(std::move(members));
  }

  Result<Value> number() {
    const bool negative = peek() == '-';
    if (peek() == '-' || peek() == '+') ++at_;
    const std::size_t start = at_;
    while (is_name_part(peek()) || peek() == '.' ||
           ((peek() == '-' || peek() == '+') && (text_[at_ - 1] | 0x20) == 'e' && !hex(start))) {
      ++at_;
    }
    std::string_view digits = text_.substr(start, at_ - start);
    if (!hex(start) && digits.find_first_of(".eE") != std::string_view::npos) {
      double real{};
      const auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), real);
      const bool whole = stop == digits.data() + digits.size();
      if (error != std::errc() || !whole || !std::isfinite(real)) {
        at_ = start;
        return wrong("'" + std::string(digits.substr(0, 40)) + "' is no number");
      }
      return Value(negative ? -real : real);
    }
    if (digits.ends_with('L') || digits.ends_with('l')) digits.remove_suffix(1);
    const auto whole = whole_number(digits, negative);
    if (whole) return Value(*whole);
    at_ = start;
    return wrong("'" + std::string(digits.substr(0, 40)) + "' is no number of 64 bits");
  }
  [[nodiscard]] bool hex(std::size_t start) const {
    return start + 1 < text_.size() && text_[start] == '0' && (text_[start + 1] | 0x20) == 'x';
  }

  static std::optional<std::int64_t> whole_number(std::string_view digits, bool negative) {
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
      const char kind = static_cast<char>(digits[1] | 0x20);
      base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;  // Python 2: a leading 0 means octal
      digits.remove_prefix(is_digit(digits[1]) ? 1 : 2);
    }
    std::uint64_t count{};
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), count, base);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (count > kMost + (negative ? 1 : 0)) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - count : count);
  }

  /// At a quote, or at a prefix of letters and then a quote.
  [[nodiscard]] bool starts_string() const {
    std::size_t ahead = 0;
    while (ahead < 2 && std::string_view("uUrRbB").find(peek(ahead)) != std::string_view::npos) {
      ++ahead;
    }
    return peek(ahead) == '\'' || peek(ahead) == '"';
  }

  /// One text, or several side by side, which Python joins.
  Result<Value> strings() {
    std::string joined;
    for (; starts_string(); skip_space()) TRESTLE_RETURN_IF_ERROR(string(joined));
    return Value(std::move(joined));
  }

  Result<void> string(std::string& out) {
    const std::size_t start = at_;
    bool raw = false;
    bool unicode = false;
    for (; peek() != '\'' && peek() != '"'; ++at_) {
      raw = raw || (peek() | 0x20) == 'r';
      unicode = unicode || (peek() | 0x20) == 'u';
    }
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    for (;;) {
      if (done() || (!triple && peek() == '\n')) {
        at_ = start;
        return wrong("this text has no closing quote");
      }
      if (peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote))) break;
      if (peek() == '\\' && at_ + 1 < text_.size()) {
        TRESTLE_RETURN_IF_ERROR(escape(out, raw, unicode));
      } else {
        out += text_[at_++];
      }
    }
    at_ += triple ? 3 : 1;
    return {};
  }

  Result<void> escape(std::string& out, bool raw, bool unicode) {
    constexpr std::string_view kLetters = "\\'\"abfnrtv";
    constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
    const char c = peek(1);
    if (raw) {
      out.append(text_.substr(at_, 2));
      at_ += 2;
      return {};
    }
    if (const std::size_t letter = kLetters.find(c); letter != std::string_view::npos) {
      out += kMeanings[letter];
      at_ += 2;
      return {};
    }
    if (c == '\n') {
      at_ += 2;
      return {};
    }
    if (c >= '0' && c <= '7') return octal(out, unicode);
    if (c == 'x') return hex_escape(out, 2, unicode);
    if (c == 'u' && unicode) return hex_escape(out, 4, true);
    if (c == 'U' && unicode) return hex_escape(out, 8, true);
    out += '\\';  // Python keeps the backslash of an escape that it does not know
    ++at_;
    return {};
  }

  Result<void> octal(std::string& out, bool unicode) {
    unsigned code = 0;
    ++at_;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i, ++at_) {
      code = code * 8 + static_cast<unsigned>(peek() - '0');
    }
    put(out, code, unicode);
    return {};
  }

  Result<void> hex_escape(std::string& out, std::size_t digits, bool unicode) {
    unsigned code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const auto digit = hex_value(peek(2 + i));
      if (!digit) return wrong("expected " + std::to_string(digits) + " hexadecimal digits");
      code = (code << 4U) | *digit;
    }
    if (unicode && !is_character(code)) {
      return wrong("this escape is no character");
    }
    at_ += 2 + digits;
    put(out, code, unicode);
    return {};
  }

  static void put(std::string& out, unsigned code, bool unicode) {
    if (unicode) {
      append_utf8(code, out);
    } else {
      out += static_cast<char>(code & 0xFFU);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

bool is_python_name(std::string_view name) {
  constexpr std::array<std::string_view, 34> kWords{
      "None",   "True",  "False",  "and",  "as",     "assert", "break",   "class", "continue",
      "def",    "del",   "elif",   "else", "except", "exec",   "finally", "for",   "from",
      "global", "if",    "import", "in",   "is",     "lambda", "not",     "or",    "pass",
      "print",  "raise", "return", "try",  "while",  "with",   "yield"};
  return !name.empty() && is_name_start(name.front()) && std::ranges::all_of(name, is_name_part) &&
         std::ranges::find(kWords, name) == kWords.end();
}

Result<Struct> parse_vm_config_text(std::string_view text) {
  if (text.size() > kMaxConfigBytes) {
    return fail(Code::kResourceExhausted, "vm.cfg has " + std::to_string(text.size()) +
                                              " bytes, more than " +
                                              std::to_string(kMaxConfigBytes));
  }
  return Parser(text).assignments();
}

}  // namespace trestle::ovm3
