// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>

#include "objects/wire/codec.h"
#include "objects/wire/xml_cursor.h"

namespace trestle::wire {
namespace {

// Bytes of a reply for each of its values, from below: list_vms has 38, so one allocation holds all
// nodes of a long reply and a short one wastes next to nothing.
constexpr std::size_t kBytesPerValue = 32;

// Offsets of names and counts of values are 32 bits wide; ISO-8859-1 may double the bytes.
constexpr std::size_t kMaxAddressable = std::size_t{1} << 31U;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && XmlCursor::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && XmlCursor::is_space(text.back())) text.remove_suffix(1);
  return text;
}

// from_chars takes no plus sign, xmlrpc-c and Python do.
std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

// Decodes base64 over its own text. Absent if it is none.
bool decode_base64(XmlCursor::Text& text) {
  static constexpr auto kDigits = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    std::int8_t value = 0;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = value++;
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = value++;
    for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = value++;
    table['+'] = value++;
    table['/'] = value;
    return table;
  }();
  char* write = text.begin;
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text.view()) {
    if (XmlCursor::is_space(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::int8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit < 0 || padding > 0) return false;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    ++digits;
    if (digits % 4 != 1) *write++ = static_cast<char>(bits >> (6U - 2U * ((digits + 3) % 4)));
  }
  if (padding > 2 || (digits + padding) % 4 != 0) return false;
  text.size = static_cast<std::size_t>(write - text.begin);
  return true;
}

/// Reads a methodResponse into the flat list of nodes. Recursion is bounded by the depth limit.
class Decoder {
 public:
  Decoder(Reply::Content& content, XmlCursor& xml, const Limits& limits)
      : bytes_(content.bytes.data()), nodes_(content.nodes), xml_(xml), limits_(limits) {
    nodes_.reserve(std::min(content.bytes.size() / kBytesPerValue + 1, limits.values));
  }

  bool response(bool& is_fault) {
    XmlCursor::Tag tag;
    if (!xml_.to_tag() || !xml_.open(tag)) return false;
    if (tag.name != "methodResponse") {
      return unexpected(tag.name,
                        "is not an XML-RPC reply; check that address and port are an agent's");
    }
    if (tag.empty) return xml_.reject("<methodResponse> is empty");
    if (!xml_.to_tag() || !xml_.open(tag)) return false;
    is_fault = tag.name == "fault";
    if (tag.empty || (!is_fault && tag.name != "params")) {
      return unexpected(tag.name, "stands where <params> or <fault> with a value is expected");
    }
    const bool inner = is_fault ? only_value() && xml_.to_tag() && xml_.close("fault") : params();
    return inner && xml_.to_tag() && xml_.close("methodResponse") && xml_.at_end();
  }

 private:
  struct Name {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };

  bool unexpected(std::string_view name, std::string_view what) {
    constexpr std::size_t kLongestShown = 40;
    return xml_.fail("<" + std::string(name.substr(0, kLongestShown)) + "> " + std::string(what));
  }

  bool open(std::string_view name) {
    XmlCursor::Tag tag;
    if (!xml_.to_tag() || !xml_.open(tag)) return false;
    if (tag.name == name && !tag.empty) return true;
    return unexpected(tag.name, "stands where <" + std::string(name) + "> is expected");
  }

  bool params() {
    return open("param") && only_value() && xml_.to_tag() && xml_.close("param") && xml_.to_tag() &&
           xml_.close("params");
  }

  bool only_value() { return xml_.to_tag() && next_value({}, 0); }

  // At the "<" of a value element.
  bool next_value(Name name, std::size_t depth) {
    if (xml_.consume("<value>")) return value(name, depth);
    XmlCursor::Tag tag;
    if (!xml_.open(tag)) return false;
    if (tag.name != "value") return unexpected(tag.name, "stands where <value> is expected");
    if (!tag.empty) return value(name, depth);
    return add_node(name) && set_text(nodes_.size() - 1, Kind::kString, {bytes_, 0});
  }

  bool add_node(Name name) {
    if (nodes_.size() >= limits_.values) {
      return xml_.fail_limit("the reply has more than " + std::to_string(limits_.values) +
                             " values");
    }
    Reply::Node& node = nodes_.emplace_back();
    node.name_offset = name.offset;
    node.name_size = name.size;
    node.next = static_cast<std::uint32_t>(nodes_.size());
    return true;
  }

  bool set_text(std::size_t index, Kind kind, XmlCursor::Text text) {
    Reply::Node& node = nodes_[index];
    node.kind = kind;
    node.text_offset = static_cast<std::uint64_t>(text.begin - bytes_);
    node.text_size = static_cast<std::uint32_t>(text.size);
    return true;
  }

  // Behind <value>.
  bool value(Name name, std::size_t depth) {
    const std::size_t index = nodes_.size();
    if (!add_node(name)) return false;
    XmlCursor::Text text;
    if (xml_.consume("<string>")) {
      if (!xml_.text(text)) return false;
      set_text(index, Kind::kString, text);
      if (xml_.consume("</string></value>")) return true;
      return xml_.close("string") && xml_.to_tag() && xml_.close("value");
    }
    if (!xml_.text(text)) return false;
    if (xml_.at_end_tag()) return set_text(index, Kind::kString, text) && xml_.close("value");
    XmlCursor::Tag tag;
    if (!xml_.open(tag)) return false;
    if (!trimmed(text.view()).empty()) return xml_.fail("text stands beside a typed value");
    if (!typed(tag, index, depth)) return false;
    nodes_[index].next = static_cast<std::uint32_t>(nodes_.size());
    return xml_.to_tag() && xml_.close("value");
  }

  bool typed(const XmlCursor::Tag& tag, std::size_t index, std::size_t depth) {
    if (tag.name == "struct" || tag.name == "array") {
      if (depth >= limits_.depth) {
        return xml_.fail_limit("the reply nests deeper than " + std::to_string(limits_.depth) +
                               " levels");
      }
      return tag.name == "struct" ? members(tag, index, depth + 1) : items(tag, index, depth + 1);
    }
    XmlCursor::Text text{bytes_, 0};
    if (!tag.empty && (!xml_.text(text) || !xml_.close(tag.name))) return false;
    return scalar(tag.name, index, text);
  }

  bool scalar(std::string_view type, std::size_t index, XmlCursor::Text text) {
    if (type == "string") return set_text(index, Kind::kString, text);
    if (type == "int" || type == "i4" || type == "i8" || type == "ex:i8" || type == "i1" ||
        type == "i2" || type == "ex:i1" || type == "ex:i2") {
      return integer(index, text.view());
    }
    if (type == "boolean") return boolean(index, text.view());
    if (type == "nil" || type == "ex:nil") {
      return trimmed(text.view()).empty() || xml_.fail("<nil> has content");
    }
    if (type == "double") return real(index, text.view());
    if (type == "dateTime.iso8601") return set_text(index, Kind::kDateTime, text);
    if (type == "base64") {
      if (!decode_base64(text)) return xml_.fail("a <base64> value is no base64");
      return set_text(index, Kind::kBase64, text);
    }
    return unexpected(type, "is no type of value");
  }

  bool integer(std::size_t index, std::string_view text) {
    text = without_plus(trimmed(text));
    std::int64_t number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc() || end != text.data() + text.size()) {
      return xml_.fail("an integer value is no 64-bit integer");
    }
    nodes_[index].kind = Kind::kInt;
    nodes_[index].integer = number;
    return true;
  }

  bool boolean(std::size_t index, std::string_view text) {
    text = trimmed(text);
    if (text != "0" && text != "1") return xml_.fail("a <boolean> value is neither 0 nor 1");
    nodes_[index].kind = Kind::kBool;
    nodes_[index].integer = text == "1" ? 1 : 0;
    return true;
  }

  bool real(std::size_t index, std::string_view text) {
    text = without_plus(trimmed(text));
    double number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
      return xml_.fail("a <double> value is no finite decimal number");
    }
    nodes_[index].kind = Kind::kDouble;
    nodes_[index].real = number;
    return true;
  }

  bool items(const XmlCursor::Tag& tag, std::size_t index, std::size_t depth) {
    nodes_[index].kind = Kind::kArray;
    if (tag.empty) return xml_.fail("<array/> has no <data>");
    XmlCursor::Tag data;
    if (!xml_.to_tag() || !xml_.open(data)) return false;
    if (data.name != "data") return unexpected(data.name, "stands where <data> is expected");
    std::uint32_t count = 0;
    if (!data.empty) {
      for (;; ++count) {
        if (!xml_.to_tag()) return false;
        if (xml_.at_end_tag()) break;
        if (!next_value({}, depth)) return false;
      }
      if (!xml_.close("data")) return false;
    }
    nodes_[index].count = count;
    return xml_.to_tag() && xml_.close("array");
  }

  bool members(const XmlCursor::Tag& tag, std::size_t index, std::size_t depth) {
    nodes_[index].kind = Kind::kStruct;
    if (tag.empty) return true;
    std::uint32_t count = 0;
    for (;; ++count) {
      if (!xml_.to_tag()) return false;
      if (xml_.at_end_tag()) break;
      if (!member(depth)) return false;
    }
    nodes_[index].count = count;
    return xml_.close("struct");
  }

  bool member(std::size_t depth) {
    if (!xml_.consume("<member>") && !open("member")) return false;
    XmlCursor::Text name{bytes_, 0};
    if (!xml_.to_tag()) return false;
    if (xml_.consume("<name>")) {
      if (!xml_.text(name) || (!xml_.consume("</name>") && !xml_.close("name"))) return false;
    } else {
      XmlCursor::Tag tag;
      if (!xml_.open(tag)) return false;
      if (tag.name != "name") return unexpected(tag.name, "stands where <name> is expected");
      if (!tag.empty && (!xml_.text(name) || !xml_.close("name"))) return false;
    }
    const Name at{static_cast<std::uint32_t>(name.begin - bytes_),
                  static_cast<std::uint32_t>(name.size)};
    if (!xml_.to_tag() || !next_value(at, depth) || !xml_.to_tag()) return false;
    return xml_.consume("</member>") || xml_.close("member");
  }

  char* bytes_;
  std::vector<Reply::Node>& nodes_;
  XmlCursor& xml_;
  const Limits& limits_;
};

std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xc0U | (byte >> 6U)));
      out.push_back(static_cast<char>(0x80U | (byte & 0x3fU)));
    }
  }
  return out;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
    return upper(x) == upper(y);
  });
}

// Brings a reply in a declared encoding to UTF-8. The agents declare none and send UTF-8.
Result<void> to_utf8(std::string& bytes) {
  XmlCursor prolog(bytes);
  std::string_view encoding;
  if (!prolog.declaration(encoding)) return fail(prolog.error());
  if (encoding.empty() || same_word(encoding, "UTF-8")) return {};
  const auto high = std::ranges::find_if(bytes, [](char c) { return (c & 0x80) != 0; });
  if (same_word(encoding, "ISO-8859-1")) {
    if (high != bytes.end()) bytes = latin1_to_utf8(bytes);
    return {};
  }
  if (same_word(encoding, "US-ASCII")) {
    if (high == bytes.end()) return {};
    return fail(Code::kBadReply, "the reply is declared as US-ASCII and has another byte at " +
                                     std::to_string(high - bytes.begin()));
  }
  return fail(Code::kBadReply,
              "the reply is declared in an encoding other than UTF-8, US-ASCII and ISO-8859-1");
}

Result<Fault> to_fault(ValueView value) {
  const auto code = value.find("faultCode");
  const auto text = value.find("faultString");
  if (!code || !text || !code->integer() || !text->string()) {
    return fail(Code::kBadReply,
                "the reply is a <fault> without an integer faultCode and a text faultString");
  }
  return Fault{.code = *code->integer(), .text = std::string(*text->string())};
}

}  // namespace

Result<std::variant<Reply, Fault>> decode_reply(std::string body, const Limits& limits) {
  // Offsets and the recursion must fit whatever is asked for.
  const Limits used{.bytes = std::min(limits.bytes, kMaxAddressable),
                    .depth = std::min(limits.depth, kMaxDepth),
                    .values = std::min(limits.values, kMaxAddressable)};
  if (body.size() > used.bytes) {
    return fail(Code::kResourceExhausted,
                "the reply has " + std::to_string(body.size()) + " bytes, more than the limit of " +
                    std::to_string(used.bytes) + "; ask the agent for less at a time");
  }
  if (body.empty()) {
    return fail(Code::kBadReply,
                "the reply is empty; check that address and port are an agent's, and its log");
  }
  auto content = std::make_unique<Reply::Content>();
  content->bytes = std::move(body);
  TRESTLE_RETURN_IF_ERROR(to_utf8(content->bytes));
  XmlCursor xml(content->bytes);
  std::string_view encoding;
  bool is_fault = false;
  if (!xml.declaration(encoding) || !Decoder(*content, xml, used).response(is_fault)) {
    return fail(xml.error());
  }
  Reply reply(std::move(content));
  if (!is_fault) return std::variant<Reply, Fault>(std::move(reply));
  TRESTLE_ASSIGN_OR_RETURN(Fault fault, to_fault(reply.root()));
  return std::variant<Reply, Fault>(std::move(fault));
}

}  // namespace trestle::wire
