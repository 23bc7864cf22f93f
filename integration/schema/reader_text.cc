// SPDX-License-Identifier: Apache-2.0
// The tokens of JSON: brackets, names, strings, numbers, and the errors they can have.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "integration/schema/characters.h"
#include "integration/schema/reader.h"
#include "objects/core/utf8.h"

namespace trestle::schema {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of the JSON number at the start of `text`, 0 if there is none.
std::size_t number_length(std::string_view text) {
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return k < text.size() ? text[k] : '\0'; };
  const auto digits = [&] {
    const std::size_t from = i;
    while (is_digit(at(i))) ++i;
    return i > from;
  };
  if (at(i) == '-') ++i;
  if (at(i) == '0') {
    ++i;
    if (is_digit(at(i))) return 0;
  } else if (!digits()) {
    return 0;
  }
  if (at(i) == '.') {
    ++i;
    if (!digits()) return 0;
  }
  if (at(i) == 'e' || at(i) == 'E') {
    ++i;
    if (at(i) == '+' || at(i) == '-') ++i;
    if (!digits()) return 0;
  }
  return i;
}

bool fits(std::int64_t value, int bits) {
  if (bits == 64) return true;
  const std::int64_t most = (std::int64_t{1} << (bits - 1)) - 1;
  return value <= most && value >= -most - 1;
}

/// 17.0 and 6.0E1 are integers to Java, and 17.9 is cut.
bool integer_of_double(std::string_view token, std::int64_t& into) {
  double number = 0;
  const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), number);
  constexpr double kLimit = 9223372036854775808.0;
  if (problem != std::errc() || std::abs(number) >= kLimit) return false;
  into = static_cast<std::int64_t>(number);
  return true;
}

}  // namespace

void Reader::skip_space() {
  while (pos_ < text_.size() && is_space(text_[pos_])) ++pos_;
}

bool Reader::take(char c) {
  if (pos_ >= text_.size() || text_[pos_] != c) return false;
  ++pos_;
  return true;
}

bool Reader::take_word(std::string_view word) {
  if (text_.substr(pos_, word.size()) != word) return false;
  pos_ += word.size();
  return true;
}

bool Reader::take_null() { return pos_ < text_.size() && text_[pos_] == 'n' && take_word("null"); }

bool Reader::open(char bracket) {
  skip_space();
  if (!take(bracket)) return unexpected(bracket == '{' ? "an object" : "an array");
  if (++depth_ > limits_.depth) {
    return fail("objects and arrays lie more than " + std::to_string(limits_.depth) +
                " deep in each other");
  }
  return true;
}

bool Reader::next_item(char closing, bool& first) {
  skip_space();
  if (take(closing)) {
    --depth_;
    return false;
  }
  if (!first) {
    if (!take(',')) return unexpected(closing == '}' ? "',' or '}'" : "',' or ']'");
    skip_space();
  }
  first = false;
  return true;
}

bool Reader::read_name(std::string& into) {
  skip_space();
  if (pos_ >= text_.size() || text_[pos_] != '"') return unexpected("the name of a member");
  if (!read_string(into)) return false;
  skip_space();
  return take(':') || unexpected("':'");
}

bool Reader::read_code_unit(unsigned& unit) {
  unit = 0;
  const std::string_view digits = text_.substr(pos_, 4);
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  if (digits.size() != 4 || end != digits.data() + 4 || problem != std::errc()) {
    return fail("\\u needs four hexadecimal digits");
  }
  pos_ += 4;
  return true;
}

bool Reader::read_escape(std::string& into) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  if (pos_ >= text_.size()) return unexpected("the rest of a text");
  const char letter = text_[pos_];
  if (const auto at = kLetters.find(letter); at != std::string_view::npos) {
    into += kMeant[at];
    ++pos_;
    return true;
  }
  if (letter != 'u') return fail("a backslash stands before a character that it does not escape");
  ++pos_;
  unsigned unit = 0;
  if (!read_code_unit(unit)) return false;
  if (is_low_surrogate(unit)) return fail("the second half of a surrogate pair has no first");
  if (is_high_surrogate(unit)) {
    unsigned low = 0;
    if (!take_word("\\u")) return fail("the first half of a surrogate pair has no second");
    if (!read_code_unit(low)) return false;
    if (!is_low_surrogate(low)) return fail("the first half of a surrogate pair has no second");
    unit = joined_surrogates(unit, low);
  }
  append_utf8(unit, into);
  return true;
}

bool Reader::append_checked(std::string_view piece, std::string& into) {
  const std::size_t bad = first_bad_utf8(piece);
  if (bad != piece.size()) {
    pos_ = static_cast<std::size_t>(piece.data() - text_.data()) + bad;
    return fail("a text holds a byte that is not UTF-8");
  }
  into.append(piece);
  return true;
}

bool Reader::read_string(std::string& into) {
  if (!take('"')) return unexpected("a text");
  into.clear();
  while (true) {
    const std::size_t begin = pos_;
    bool ascii = true;
    pos_ = plain_end(text_, pos_, ascii);
    const std::string_view piece = text_.substr(begin, pos_ - begin);
    if (ascii) {
      into.append(piece);
    } else if (!append_checked(piece, into)) {
      return false;
    }
    if (take('"')) return true;
    if (pos_ >= text_.size()) return unexpected("the end of a text");
    if (!take('\\')) return fail("a text holds a control character that is not escaped");
    if (!read_escape(into)) return false;
  }
}

bool Reader::read_enum(std::span<const std::string_view> names, std::size_t& into) {
  const std::size_t begin = pos_;
  std::string name;
  if (!read_string(name)) return false;
  for (into = 0; into < names.size(); ++into) {
    if (names[into] == name) return true;
  }
  pos_ = begin;
  std::string text = "'" + name + "' is none of:";
  for (const std::string_view known : names) text += " " + std::string(known);
  return fail(std::move(text));
}

bool Reader::read_bool(bool& into) {
  const bool quoted = take('"');
  if (take_word("true")) {
    into = true;
  } else if (take_word("false")) {
    into = false;
  } else {
    return unexpected("true or false");
  }
  return !quoted || take('"') || unexpected("true or false");
}

bool Reader::number_token(std::string_view& token) {
  const std::size_t length = number_length(text_.substr(pos_));
  if (length == 0) return unexpected("a number");
  token = text_.substr(pos_, length);
  pos_ += length;
  return true;
}

bool Reader::read_integer(std::int64_t& into, int bits) {
  const std::size_t begin = pos_;
  const bool quoted = take('"');
  std::string_view token;
  if (!number_token(token)) return false;
  const char* last = token.data() + token.size();
  const auto [end, problem] = std::from_chars(token.data(), last, into);
  const bool whole = problem == std::errc() && end == last;
  const bool fraction = token.find_first_of(".eE") != std::string_view::npos;
  if ((!whole && !(fraction && integer_of_double(token, into))) || !fits(into, bits)) {
    pos_ = begin;
    return fail("a number does not fit into " + std::to_string(bits) + " bits");
  }
  return !quoted || take('"') || unexpected("the end of a number");
}

bool Reader::read_double(double& into) {
  const std::size_t begin = pos_;
  const bool quoted = take('"');
  std::string_view token;
  if (!number_token(token)) return false;
  const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), into);
  if (problem == std::errc::result_out_of_range) {
    // Too small is zero, as in Java; too large is what JSON cannot hold.
    const double sign = token.front() == '-' ? -1 : 1;
    const auto exponent = token.find_first_of("eE");
    if (exponent == std::string_view::npos || token[exponent + 1] != '-') {
      pos_ = begin;
      return fail("a number is too large for a double");
    }
    into = std::copysign(0.0, sign);
  }
  return !quoted || take('"') || unexpected("the end of a number");
}

bool Reader::fail(std::string what) {
  if (!error_) {
    error_ = Error{.code = Code::kInvalidArgument, .what = std::move(what)};
    error_at_ = pos_;
  }
  return false;
}

bool Reader::fail_twice(std::string_view name) {
  return fail("member '" + std::string(name) + "' comes twice in one object");
}

std::string_view Reader::found() const {
  if (pos_ >= text_.size()) return "the end of the body";
  const char c = text_[pos_];
  if (c == '{') return "an object";
  if (c == '[') return "an array";
  if (c == '"') return "a text";
  if (c == 't' || c == 'f') return "true or false";
  if (c == 'n') return "null";
  if (c == '-' || is_digit(c)) return "a number";
  return "something else";
}

bool Reader::unexpected(std::string_view wanted) {
  return fail(std::string(wanted) + " must stand here, but " + std::string(found()) + " does");
}

bool Reader::step(std::string_view name) {
  // A hostile body could nest, but not deeper than the limit.
  steps_.emplace_back("." + std::string(name));
  return false;
}

bool Reader::step(std::size_t index) {
  steps_.emplace_back("[" + std::to_string(index) + "]");
  return false;
}

Error Reader::error() const {
  Error error = error_.value_or(Error{.code = Code::kInternal, .what = "no error"});
  std::string place;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) place += *step;
  error.what = "byte " + std::to_string(error_at_) +
               (place.empty() ? std::string() : " (" + place + ")") + ": " + error.what;
  return error;
}

}  // namespace trestle::schema
