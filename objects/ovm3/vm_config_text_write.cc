// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "objects/ovm3/vm_config_text.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Writes values as Python prints them.
class Writer {
 public:
  Result<void> write(const Value& value, std::size_t depth) {
    if (depth > kMaxConfigDepth) return cannot("nests too deep");
    return std::visit([&](const auto& v) { return one(v, depth); }, value.variant());
  }
  std::string out;

 private:
  static tl::unexpected<Error> cannot(const std::string& why) {
    return fail(Code::kInvalidArgument, "a value that " + why + " cannot stand in vm.cfg");
  }
  Result<void> plain(std::string_view text) {
    out += text;
    return {};
  }
  Result<void> one(const Nil& /*v*/, std::size_t /*depth*/) { return plain("None"); }
  Result<void> one(bool v, std::size_t /*depth*/) { return plain(v ? "True" : "False"); }
  Result<void> one(std::int64_t v, std::size_t /*depth*/) { return plain(std::to_string(v)); }
  Result<void> one(double v, std::size_t /*depth*/) {
    if (!std::isfinite(v)) return cannot("is not a finite number");
    std::array<char, 40> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
    return {};
  }
  Result<void> one(const std::string& v, std::size_t /*depth*/) {
    const bool single = v.find('\'') == std::string::npos || v.find('"') != std::string::npos;
    const char quote = single ? '\'' : '"';
    out += quote;
    for (const char c : v) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '\n') {
        out += "\\n";
      } else if (c == '\r') {
        out += "\\r";
      } else if (c == '\t') {
        out += "\\t";
      } else if (c == '\\' || c == quote) {
        (out += '\\') += c;
      } else if (byte < 0x20 || byte > 0x7e) {
        ((out += "\\x") += kHexDigits[byte >> 4U]) += kHexDigits[byte & 0xFU];
      } else {
        out += c;
      }
    }
    out += quote;
    return {};
  }
  Result<void> one(const Base64& /*v*/, std::size_t /*depth*/) { return cannot("is base64"); }
  Result<void> one(const DateTime& /*v*/, std::size_t /*depth*/) { return cannot("is a dateTime"); }
  Result<void> one(const Array& v, std::size_t depth) {
    out += '[';
    for (std::size_t i = 0; i < v.size(); ++i) {
      if (i > 0) out += ", ";
      TRESTLE_RETURN_IF_ERROR(write(v[i], depth + 1));
    }
    out += ']';
    return {};
  }
  Result<void> one(const Struct& v, std::size_t depth) {
    out += '{';
    for (std::size_t i = 0; i < v.size(); ++i) {
      if (i > 0) out += ", ";
      TRESTLE_RETURN_IF_ERROR(one(v[i].name, depth));
      out += ": ";
      TRESTLE_RETURN_IF_ERROR(write(v[i].value, depth + 1));
    }
    out += '}';
    return {};
  }
};

}  // namespace

Result<std::string> to_vm_config_text(const Struct& members) {
  Writer writer;
  for (const Member& member : members) {
    if (!is_python_name(member.name)) {
      return fail(Code::kInvalidArgument,
                  "'" + member.name + "' cannot be a key of vm.cfg: it is no Python name");
    }
    writer.out += member.name + " = ";
    auto written = writer.write(member.value, 0);
    if (!written) return fail(wrap("while writing the key '" + member.name + "'", written.error()));
    writer.out += '\n';
  }
  return std::move(writer.out);
}

}  // namespace trestle::ovm3
