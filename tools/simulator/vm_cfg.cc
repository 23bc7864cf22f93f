// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/vm_cfg.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace trestle::simulator {
namespace {

/// Deeper nesting than any key of vm.cfg has; keeps a hostile file from exhausting the stack.
constexpr int kMaxNesting = 16;

void write_literal(std::string& out, const Value& v);

void write_text(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\'';
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\x";
      out += kHex[static_cast<unsigned char>(c) >> 4U];
      out += kHex[static_cast<unsigned char>(c) & 15U];
    } else {
      out += c;
    }
  }
  out += '\'';
}

void write_members(std::string& out, const Struct& members) {
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i != 0) out += ", ";
    write_text(out, members[i].name);
    out += ": ";
    write_literal(out, members[i].value);
  }
  out += '}';
}

void write_literal(std::string& out, const Value& v) {
  if (const auto* text = v.get_if<std::string>()) return write_text(out, *text);
  if (const auto* flag = v.get_if<bool>()) {
    out += *flag ? "True" : "False";
  } else if (const auto* number = v.get_if<std::int64_t>()) {
    out += std::to_string(*number);
  } else if (const auto* real = v.get_if<double>()) {
    std::array<char, 40> digits{};
    out.append(digits.data(), static_cast<std::size_t>(
                                  std::snprintf(digits.data(), digits.size(), "%.17g", *real)));
  } else if (const auto* items = v.get_if<Array>()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i != 0) out += ", ";
      write_literal(out, (*items)[i]);
    }
    out += ']';
  } else if (const auto* members = v.get_if<Struct>()) {
    write_members(out, *members);
  } else {
    out += "None";
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Try<Struct> assignments() {
    Struct config;
    for (skip(true); !rest_.empty(); skip(true)) {
      const std::string name = word();
      if (name.empty()) return error("a name is expected");
      skip(false);
      if (!take('=')) return error("'=' is expected behind " + name);
      auto v = value(0);
      if (!v) return tl::unexpected(std::move(v).error());
      skip(false);
      if (!rest_.empty() && rest_.front() != '\n' && !take(';')) {
        return error("text behind the value of " + name);
      }
      merge_config(config, {{name, *std::move(v)}});
    }
    return config;
  }

 private:
  [[nodiscard]] tl::unexpected<Fault> error(const std::string& what) const {
    return tl::unexpected(
        Fault{"exceptions.SyntaxError", what + " (vm.cfg, line " + std::to_string(line_) + ")"});
  }

  void skip(bool lines) {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
        next();
      } else {
        return;
      }
    }
  }

  char next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    next();
    return true;
  }

  std::string word() {
    std::size_t size = 0;
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '.' || c == '+' || c == '-';
    };
    while (size < rest_.size() && fits(rest_[size])) ++size;
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  Try<Value> value(int depth) {
    if (depth > kMaxNesting) return error("lists are nested too deeply");
    skip(depth > 0);
    if (rest_.empty()) return error("a value is expected");
    if (rest_.front() == '\'' || rest_.front() == '"') return text();
    if (take('[')) return list(']', depth);
    if (take('(')) return list(')', depth);
    if (take('{')) return dictionary(depth);
    return plain();
  }

  Try<Value> plain() {
    std::string token = word();
    if (token == "True" || token == "False") return Value(token == "True");
    if (token == "None") return Value();
    if (token.ends_with('L') || token.ends_with('l')) token.pop_back();
    std::int64_t number = 0;
    const char* end = token.data() + token.size();
    const auto whole = std::from_chars(token.data(), end, number);
    if (whole.ec == std::errc() && whole.ptr == end && !token.empty()) return Value(number);
    double real = 0;
    const auto broken = std::from_chars(token.data(), end, real);
    if (broken.ec == std::errc() && broken.ptr == end && !token.empty()) return Value(real);
    return error("not a value: '" + token + "'");
  }

  Try<Value> text() {
    const char quote = next();
    const bool triple = rest_.starts_with(std::string(2, quote));
    if (triple) rest_.remove_prefix(2);
    std::string out;
    while (true) {
      if (rest_.empty() || (!triple && rest_.front() == '\n')) return error("a text has no end");
      if (triple && rest_.starts_with(std::string(3, quote))) {
        rest_.remove_prefix(3);
        return Value(std::move(out));
      }
      const char c = next();
      if (c == quote && !triple) return Value(std::move(out));
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return error("an escape is cut off");
      }
    }
  }

  bool escape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = next();
    if (c == 'x') {
      unsigned code = 0;
      if (rest_.size() < 2) return false;
      const auto read = std::from_chars(rest_.data(), rest_.data() + 2, code, 16);
      if (read.ptr != rest_.data() + 2) return false;
      rest_.remove_prefix(2);
      out += static_cast<char>(code);
    } else if (c != '\n') {
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
    return true;
  }

  Try<Value> list(char end, int depth) {
    Array items;
    for (skip(true); !take(end); skip(true)) {
      auto item = value(depth + 1);
      if (!item) return item;
      items.push_back(*std::move(item));
      skip(true);
      if (!take(',') && (rest_.empty() || rest_.front() != end)) return error("',' is expected");
    }
    return Value(std::move(items));
  }

  Try<Value> dictionary(int depth) {
    Struct members;
    for (skip(true); !take('}'); skip(true)) {
      auto key = value(depth + 1);
      if (!key) return key;
      const auto* name = key->get_if<std::string>();
      skip(true);
      if (name == nullptr || !take(':')) return error("a text and ':' are expected");
      auto item = value(depth + 1);
      if (!item) return item;
      members.push_back({*name, *std::move(item)});
      skip(true);
      if (!take(',') && (rest_.empty() || rest_.front() != '}')) return error("',' is expected");
    }
    return Value(std::move(members));
  }

  std::string_view rest_;
  int line_ = 1;
};

}  // namespace

std::string write_vm_cfg(const Struct& config) {
  std::string out;
  for (const Member& member : config) {
    out += member.name;
    out += " = ";
    write_literal(out, member.value);
    out += '\n';
  }
  return out;
}

Try<Struct> read_vm_cfg(std::string_view text) { return Reader(text).assignments(); }

void merge_config(Struct& config, const Struct& changes) {
  for (const Member& change : changes) {
    const auto present = std::ranges::find(config, change.name, &Member::name);
    if (present != config.end()) {
      present->value = change.value;
    } else {
      config.push_back(change);
    }
  }
}

}  // namespace trestle::simulator
