// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/reply_writer.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>
#include <variant>

namespace trestle::simulator {
namespace {

constexpr std::string_view kHead = "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n";
constexpr std::string_view kTail = "</param>\n</params>\n</methodResponse>\n";

void append_number(std::string& out, std::int64_t v) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U;
      if (i + k < bytes.size()) group |= static_cast<unsigned char>(bytes[i + k]);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = i + k > bytes.size();
      out += padding ? '=' : kAlphabet[(group >> (18U - 6U * static_cast<unsigned>(k))) & 63U];
    }
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, bool quote) {
  const std::string_view special = quote ? "&<>\"" : "&<>";
  while (true) {
    const std::size_t at = text.find_first_of(special);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) return;
    switch (text[at]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += "&quot;";
        break;
    }
    text.remove_prefix(at + 1);
  }
}

ReplyWriter::ReplyWriter(std::size_t expected_bytes) {
  out_.reserve(expected_bytes + kHead.size() + kTail.size());
  out_ += kHead;
}

ReplyWriter& ReplyWriter::nil() { return raw("<value><nil/></value>\n"); }

ReplyWriter& ReplyWriter::boolean(bool v) {
  return raw(v ? "<value><boolean>1</boolean></value>\n" : "<value><boolean>0</boolean></value>\n");
}

ReplyWriter& ReplyWriter::integer(std::int64_t v) {
  out_ += "<value><int>";
  append_number(out_, v);
  return raw("</int></value>\n");
}

ReplyWriter& ReplyWriter::wide(std::int64_t v) {
  out_ += "<value><i8>";
  append_number(out_, v);
  return raw("</i8></value>\n");
}

ReplyWriter& ReplyWriter::real(double v) {
  std::array<char, 40> digits{};
  const int size = std::snprintf(digits.data(), digits.size(), "%.12g", v);
  out_ += "<value><double>";
  out_.append(digits.data(), static_cast<std::size_t>(size));
  return raw("</double></value>\n");
}

ReplyWriter& ReplyWriter::text(std::string_view v) {
  out_ += "<value><string>";
  append_escaped(out_, v);
  return raw("</string></value>\n");
}

ReplyWriter& ReplyWriter::untyped(std::string_view v) {
  out_ += "<value>";
  append_escaped(out_, v);
  return raw("</value>\n");
}

ReplyWriter& ReplyWriter::begin_array() { return raw("<value><array><data>\n"); }
ReplyWriter& ReplyWriter::end_array() { return raw("</data></array></value>\n"); }
ReplyWriter& ReplyWriter::begin_struct() { return raw("<value><struct>\n"); }
ReplyWriter& ReplyWriter::end_struct() { return raw("</struct></value>\n"); }
ReplyWriter& ReplyWriter::end_member() { return raw("</member>\n"); }

ReplyWriter& ReplyWriter::member(std::string_view name) {
  out_ += "<member>\n<name>";
  append_escaped(out_, name);
  return raw("</name>\n");
}

ReplyWriter& ReplyWriter::text_member(std::string_view name, std::string_view v) {
  return member(name).text(v).end_member();
}

ReplyWriter& ReplyWriter::raw(std::string_view xml) {
  out_ += xml;
  return *this;
}

ReplyWriter& ReplyWriter::value(const Value& v) {
  if (v.is_nil()) return nil();
  if (const auto* flag = v.get_if<bool>()) return boolean(*flag);
  if (const auto* number = v.get_if<std::int64_t>()) {
    const bool fits = *number >= std::numeric_limits<std::int32_t>::min() &&
                      *number <= std::numeric_limits<std::int32_t>::max();
    return fits ? integer(*number) : wide(*number);
  }
  if (const auto* number = v.get_if<double>()) return real(*number);
  if (const auto* string = v.get_if<std::string>()) return text(*string);
  if (const auto* moment = v.get_if<DateTime>()) {
    out_ += "<value><dateTime.iso8601>";
    append_escaped(out_, moment->text);
    return raw("</dateTime.iso8601></value>\n");
  }
  if (const auto* bytes = v.get_if<Base64>()) {
    out_ += "<value><base64>\n";
    append_base64(out_, bytes->bytes);
    return raw("\n</base64></value>\n");
  }
  if (const auto* items = v.get_if<Array>()) {
    begin_array();
    for (const Value& item : *items) value(item);
    return end_array();
  }
  begin_struct();
  for (const Member& part : *v.get_if<Struct>()) member(part.name).value(part.value).end_member();
  return end_struct();
}

std::string ReplyWriter::finish() && {
  out_ += kTail;
  return std::move(out_);
}

std::string fault_document(std::int64_t code, std::string_view text) {
  std::string out =
      "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n"
      "<name>faultCode</name>\n<value><int>";
  append_number(out, code);
  out += "</int></value>\n</member>\n<member>\n<name>faultString</name>\n<value><string>";
  append_escaped(out, text);
  out += "</string></value>\n</member>\n</struct></value>\n</fault>\n</methodResponse>\n";
  return out;
}

DocumentWriter::DocumentWriter(std::string_view declaration) : out_(declaration) {}

DocumentWriter& DocumentWriter::open(std::string_view element) {
  out_.append("<").append(element).append(">");
  return *this;
}

DocumentWriter& DocumentWriter::open(std::string_view element, std::string_view attribute,
                                     std::string_view attribute_value) {
  out_.append("<").append(element).append(" ").append(attribute).append("=\"");
  append_escaped(out_, attribute_value, true);
  out_ += "\">";
  return *this;
}

DocumentWriter& DocumentWriter::close(std::string_view element) {
  out_.append("</").append(element).append(">");
  return *this;
}

DocumentWriter& DocumentWriter::leaf(std::string_view element, std::string_view text) {
  open(element);
  append_escaped(out_, text);
  return close(element);
}

DocumentWriter& DocumentWriter::leaf(std::string_view element, std::int64_t number) {
  open(element);
  append_number(out_, number);
  return close(element);
}

DocumentWriter& DocumentWriter::flag(std::string_view element, bool v) {
  return leaf(element, v ? std::string_view("True") : std::string_view("False"));
}

DocumentWriter& DocumentWriter::empty(std::string_view element) {
  out_.append("<").append(element).append("/>");
  return *this;
}

DocumentWriter& DocumentWriter::raw(std::string_view xml) {
  out_ += xml;
  return *this;
}

std::string DocumentWriter::finish() && { return std::move(out_); }

}  // namespace trestle::simulator
