// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/xml_cursor.h"

#include <algorithm>
#include <charconv>

namespace trestle::wire {
namespace {

// Attributes carry nothing in XML-RPC but name space declarations; more than this is an attack on
// the check for duplicates.
constexpr std::size_t kMaxAttributes = 16;
// Longest character reference that is read: &#x10FFFF; with some leading zeros.
constexpr std::size_t kMaxReference = 16;

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool is_name_char(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool is_xml_char(std::uint32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c < 0xd800 || (c > 0xdfff && c < 0xfffe) || (c > 0xffff && c <= 0x10ffff);
}

// Writes `c` as UTF-8. A reference is never shorter than its character: &#x80; (6) gives 2 bytes.
char* put_utf8(char* write, std::uint32_t c) {
  const auto put = [&write](std::uint32_t byte) { *write++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0U | (c >> 6U));
    put(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    put(0xe0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3fU));
    put(0x80U | (c & 0x3fU));
  } else {
    put(0xf0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3fU));
    put(0x80U | ((c >> 6U) & 0x3fU));
    put(0x80U | (c & 0x3fU));
  }
  return write;
}

// Length of the UTF-8 sequence that `rest` starts with, 0 if it is none that XML allows. The first
// byte is beyond ASCII.
std::size_t sequence_length(std::string_view rest) {
  const auto byte = [rest](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const auto follows = [&](std::size_t i) { return i < rest.size() && (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xe0 && byte(1) < 0xa0) return 0;                     // could be shorter
    if (first == 0xed && byte(1) > 0x9f) return 0;                     // a surrogate
    if (first == 0xef && byte(1) == 0xbf && byte(2) > 0xbd) return 0;  // U+FFFE, U+FFFF
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

// True if `rest` may be the beginning of a sequence that the end of the document cuts.
bool is_cut_sequence(std::string_view rest) {
  if (rest.empty() || rest.size() > 3) return false;
  const auto first = static_cast<unsigned char>(rest[0]);
  const unsigned least = rest.size() == 3 ? 0xf0 : rest.size() == 2 ? 0xe0 : 0xc2;
  return first >= least && first <= 0xf4 &&
         std::all_of(rest.begin() + 1, rest.end(), [](char c) { return (c & 0xc0) == 0x80; });
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string hex_byte(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'0', 'x', kHex[byte >> 4U], kHex[byte & 0xfU]};
}

}  // namespace

std::size_t find_non_xml(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte >= 0x80        ? sequence_length(text.substr(i))
                               : is_xml_char(byte) ? 1
                                                   : 0;
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

bool XmlCursor::fail(std::string_view what) {
  if (at_ < end_) return reject(what);
  if (error_.what.empty()) {
    error_.what = "the reply is cut off after " + std::to_string(offset()) + " bytes, " +
                  std::string(what) +
                  "; the agent or the connection ended early: look at the agent's log, and repeat "
                  "the call only if it changes nothing";
  }
  return false;
}

bool XmlCursor::reject(std::string_view what) {
  if (error_.what.empty()) {
    error_.what = "the reply is no valid XML-RPC at byte " + std::to_string(offset()) + ": " +
                  std::string(what);
  }
  return false;
}

bool XmlCursor::fail_limit(std::string_view what) {
  if (!error_.what.empty()) return false;
  error_ = {.code = Code::kResourceExhausted,
            .what = std::string(what) + " at byte " + std::to_string(offset()) +
                    "; ask the agent for less at a time"};
  return false;
}

bool XmlCursor::fail_byte() {
  if (at_ >= end_) return fail("inside a text or a comment");
  if (static_cast<unsigned char>(*at_) < 0x80) {
    return fail("byte " + hex_byte(*at_) + " may not stand in XML");
  }
  return fail("byte " + hex_byte(*at_) +
              " is not UTF-8 and the reply declares no other encoding; find the text with it on "
              "the host (often a file or VM name) and rename it");
}

bool XmlCursor::expect(std::string_view literal, std::string_view what) {
  for (const char c : literal) {
    if (*at_ != c) return fail(what);
    ++at_;
  }
  return true;
}

// Copies one character that is not markup to `write`, which never overtakes the reading place.
bool XmlCursor::character(char*& write) {
  switch (kClass[static_cast<unsigned char>(*at_)]) {
    case kReturn:
      ++at_;
      if (*at_ == '\n') ++at_;
      *write++ = '\n';
      return true;
    case kHigh: {
      const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
      const std::size_t length = sequence_length(rest);
      if (length == 0) {
        if (is_cut_sequence(rest)) at_ = end_;
        return fail_byte();
      }
      std::memmove(write, at_, length);
      write += length;
      at_ += length;
      return true;
    }
    case kForbidden:
      return fail_byte();
    default:
      *write++ = *at_++;
      return true;
  }
}

bool XmlCursor::named_reference(char*& write) {
  struct Entity {
    std::string_view name;
    char character;
  };
  static constexpr std::array<Entity, 5> kEntities = {
      {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};
  std::string_view entity;
  if (!name(entity, "'&' begins no reference")) return false;
  if (*at_ != ';') return fail("a reference does not end with ';'");
  for (const Entity& known : kEntities) {
    if (known.name == entity) {
      ++at_;
      *write++ = known.character;
      return true;
    }
  }
  return fail("entity '" + std::string(entity.substr(0, kMaxReference)) +
              "' is unknown, and replies may not define any");
}

bool XmlCursor::reference(char*& write) {
  ++at_;
  if (*at_ != '#') return named_reference(write);
  ++at_;
  const int base = *at_ == 'x' ? 16 : 10;
  if (base == 16) ++at_;
  char* const digits = at_;
  std::uint32_t c = 0;
  const auto [end, status] = std::from_chars(digits, end_, c, base);
  at_ = digits + (end - digits);
  if (status != std::errc() || *at_ != ';' || !is_xml_char(c)) {
    return fail("a character reference names no character that XML allows");
  }
  ++at_;
  write = put_utf8(write, c);
  return true;
}

bool XmlCursor::text_slowly(char* p, Text& out) {
  char* const start = at_;
  char* write = p;
  at_ = p;
  while (true) {
    switch (kClass[static_cast<unsigned char>(*at_)]) {
      case kPlain:
        *write++ = *at_++;
        break;
      case kLess:
        if (at_[1] != '!' && at_[1] != '?') {
          out = {start, static_cast<std::size_t>(write - start)};
          return true;
        }
        if (!markup(write)) return false;
        break;
      case kAmpersand:
        if (!reference(write)) return false;
        break;
      case kBracket:
        if (at_[1] == ']' && at_[2] == '>') return fail("']]>' stands in a text");
        *write++ = *at_++;
        break;
      default:
        if (!character(write)) return false;
    }
  }
}

// At "<!" or "<?" inside character data.
bool XmlCursor::markup(char*& write) {
  if (at_[1] == '?') return instruction();
  if (at_[2] == '[') return cdata(write);
  return comment();
}

bool XmlCursor::cdata(char*& write) {
  if (!expect("<![CDATA[", "'<![' does not begin a CDATA section")) return false;
  while (true) {
    if (*at_ == ']' && at_[1] == ']' && at_[2] == '>') {
      at_ += 3;
      return true;
    }
    if (!character(write)) return false;
  }
}

bool XmlCursor::comment() {
  if (at_[2] == 'D') return fail("a DOCTYPE is refused: no agent sends one, and it can read files");
  if (!expect("<!--", "'<!' begins neither a comment nor a CDATA section")) return false;
  while (*at_ != '-' || at_[1] != '-') {
    char* ignored = at_;
    if (!character(ignored)) return false;
  }
  return expect("-->", "'--' stands in a comment");
}

bool XmlCursor::instruction() {
  at_ += 2;
  std::string_view target;
  if (!name(target, "'<?' begins no processing instruction")) return false;
  if (equals_ignoring_case(target, "xml")) {
    return fail("the XML declaration does not stand at the very beginning");
  }
  if (*at_ == '?' && at_[1] != '>') ++at_;
  if (*at_ != '?' && !is_space(*at_)) return fail("a processing instruction has a wrong name");
  while (*at_ != '?' || at_[1] != '>') {
    char* ignored = at_;
    if (!character(ignored)) return false;
  }
  at_ += 2;
  return true;
}

bool XmlCursor::to_tag_slowly() {
  while (true) {
    while (is_space(*at_)) ++at_;
    if (at_ == end_) return true;
    if (*at_ != '<') return fail("text stands between elements");
    if (at_[1] != '!' && at_[1] != '?') return true;
    if (at_[1] == '!' && at_[2] == '[') return fail("text stands between elements");
    char* unused = at_;
    if (!markup(unused)) return false;
  }
}

bool XmlCursor::at_end() {
  if (!to_tag()) return false;
  if (at_ == end_) return true;
  return fail("something follows the end of the reply");
}

bool XmlCursor::name(std::string_view& out, std::string_view what) {
  char* const start = at_;
  if (!is_name_start(*at_)) return fail(what);
  while (is_name_char(*at_)) ++at_;
  // XML allows them; XML-RPC has no use for them, and a wrong byte would pass as one.
  if ((*at_ & 0x80) != 0) return fail("a name has a character beyond ASCII");
  out = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

bool XmlCursor::open(Tag& tag) {
  if (*at_ != '<') return fail("an element is expected");
  ++at_;
  if (!name(tag.name, "'<' begins no tag")) return false;
  tag.empty = false;
  if (*at_ == '>') {
    ++at_;
    return true;
  }
  return attributes(tag);
}

bool XmlCursor::close(std::string_view name) {
  const auto wrong = [&] { return fail("</" + std::string(name) + "> is expected"); };
  if (*at_ != '<') return wrong();
  ++at_;
  if (*at_ != '/') return wrong();
  ++at_;
  for (const char c : name) {
    if (*at_ != c) return wrong();
    ++at_;
  }
  while (is_space(*at_)) ++at_;
  if (*at_ != '>') return wrong();
  ++at_;
  return true;
}

bool XmlCursor::attributes(Tag& tag) {
  std::array<std::string_view, kMaxAttributes> seen;
  std::size_t count = 0;
  while (true) {
    const bool space = is_space(*at_);
    while (is_space(*at_)) ++at_;
    if (*at_ == '>') {
      ++at_;
      return true;
    }
    if (*at_ == '/') {
      ++at_;
      tag.empty = true;
      return expect(">", "'/' stands in a tag");
    }
    if (!space) return fail("a tag has a wrong name or no end");
    std::string_view name;
    if (!attribute(name)) return false;
    if (count == seen.size()) return fail_limit("more than 16 attributes in one tag");
    if (std::ranges::count(seen, name) != 0) return fail("an attribute stands twice");
    seen[count++] = name;
  }
}

bool XmlCursor::attribute(std::string_view& attribute_name) {
  if (!name(attribute_name, "an attribute has no plain name")) return false;
  while (is_space(*at_)) ++at_;
  if (!expect("=", "an attribute has no value")) return false;
  while (is_space(*at_)) ++at_;
  const char quote = *at_;
  if (quote != '"' && quote != '\'') return fail("an attribute's value has no quotes");
  ++at_;
  std::array<char, 4> scratch{};
  while (*at_ != quote) {
    char* ignored = scratch.data();
    if (*at_ == '<') return fail("'<' stands in an attribute");
    if (*at_ == '&' ? !reference(ignored) : !character(ignored)) return false;
  }
  ++at_;
  return true;
}

// One ` name="value"` of the XML declaration; absent (value stays empty) is no error.
bool XmlCursor::pseudo_attribute(std::string_view name, std::string_view& value) {
  char* const start = at_;
  while (is_space(*at_)) ++at_;
  char* const first = at_;
  const std::string_view rest(first, static_cast<std::size_t>(end_ - first));
  if (rest.size() < name.size() && name.substr(0, rest.size()) == rest) {
    at_ = end_;
    return fail("inside the XML declaration");
  }
  if (first == start || rest.substr(0, name.size()) != name) {
    at_ = start;
    return true;
  }
  std::string_view found;
  if (!attribute(found)) return false;
  if (found != name) return fail("the XML declaration is malformed");
  const std::string_view all(first, static_cast<std::size_t>(at_ - first));
  const std::size_t quote = all.find_first_of("\"'");
  value = all.substr(quote + 1, all.size() - quote - 2);
  return true;
}

bool XmlCursor::declaration(std::string_view& encoding) {
  (void)consume("\xef\xbb\xbf");
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  if (rest.size() < 6 || rest.substr(0, 5) != "<?xml" || !is_space(rest[5])) return true;
  at_ += 5;
  std::string_view version;
  std::string_view standalone;
  if (!pseudo_attribute("version", version) || !pseudo_attribute("encoding", encoding) ||
      !pseudo_attribute("standalone", standalone)) {
    return false;
  }
  while (is_space(*at_)) ++at_;
  if (version != "1.0" && at_ != end_) return fail("the XML version is not 1.0");
  if (!standalone.empty() && standalone != "yes" && standalone != "no") {
    return fail("the XML declaration is malformed");
  }
  return expect("?>", "the XML declaration is malformed");
}

}  // namespace trestle::wire
