// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_XML_CURSOR_H_
#define TRESTLE_OBJECTS_WIRE_XML_CURSOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "objects/core/error.h"

namespace trestle::wire {

/// Offset of the first byte of `text` that XML 1.0 in UTF-8 cannot carry: part of a malformed
/// sequence or a control character other than tab, line feed and carriage return. npos if there is
/// none.
[[nodiscard]] std::size_t find_non_xml(std::string_view text);

/// Walks over one XML document, forwards only, and resolves texts where they lie: references, line
/// ends and CDATA make a text shorter, never longer, so no value needs memory of its own. Knows XML
/// 1.0 without DTDs; knows nothing of XML-RPC. Every step answers false after an error, which
/// `error` describes with its byte offset. Internal to wire. Single-threaded.
class XmlCursor {
 public:
  /// A text inside the document, references resolved.
  struct Text {
    char* begin = nullptr;
    std::size_t size = 0;
    [[nodiscard]] std::string_view view() const { return {begin, size}; }
  };
  struct Tag {
    std::string_view name;  ///< as written, with its prefix
    bool empty = false;     ///< <name/>
  };

  /// `bytes` must outlive the cursor and is changed by it.
  explicit XmlCursor(std::string& bytes)
      : begin_(bytes.data()), end_(bytes.data() + bytes.size()), at_(begin_) {}

  /// Reads a byte order mark and the XML declaration, if there are any; `encoding` is what the
  /// declaration names, else empty.
  bool declaration(std::string_view& encoding);
  /// Skips white space, comments and processing instructions up to the next tag or the end.
  bool to_tag() {
    while (is_space(*at_)) ++at_;
    if (*at_ == '<' && at_[1] != '!' && at_[1] != '?') return true;
    return to_tag_slowly();
  }
  /// True if what comes next is an end tag. Only after to_tag or text.
  [[nodiscard]] bool at_end_tag() const { return *at_ == '<' && at_[1] == '/'; }
  /// Reads a start tag with its attributes, which are checked and dropped.
  bool open(Tag& tag);
  /// Reads the end tag of that name.
  bool close(std::string_view name);
  /// Steps over exactly these bytes if they come next: the common spelling of a tag.
  template <std::size_t N>
  bool consume(const char (&literal)[N]) {
    if (static_cast<std::size_t>(end_ - at_) < N - 1) return false;
    if (std::memcmp(at_, literal, N - 1) != 0) return false;
    at_ += N - 1;
    return true;
  }
  /// Reads character data up to the next tag.
  bool text(Text& out) {
    char* p = at_;
    while (kClass[static_cast<unsigned char>(*p)] == kPlain) ++p;
    if (*p != '<' || p[1] == '!' || p[1] == '?') return text_slowly(p, out);
    out = {at_, static_cast<std::size_t>(p - at_)};
    at_ = p;
    return true;
  }
  /// True if nothing but white space, comments and processing instructions follows.
  bool at_end();

  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  /// Notes the error unless there is one, with the offset; says "cut off" if the bytes have ended.
  bool fail(std::string_view what);
  /// The same where the end of the bytes is no reason: the document is complete and wrong.
  bool reject(std::string_view what);
  /// The same for a limit of ours: kResourceExhausted.
  bool fail_limit(std::string_view what);
  [[nodiscard]] const Error& error() const { return error_; }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

 private:
  enum Class : std::uint8_t { kPlain, kLess, kAmpersand, kReturn, kBracket, kHigh, kForbidden };
  static constexpr std::array<Class, 256> kClass = [] {
    std::array<Class, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = kForbidden;
    for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = kHigh;
    table['\t'] = table['\n'] = kPlain;
    table['\r'] = kReturn;
    table['<'] = kLess;
    table['&'] = kAmpersand;
    table[']'] = kBracket;
    return table;
  }();

  bool to_tag_slowly();
  bool text_slowly(char* p, Text& out);
  bool markup(char*& write);
  bool cdata(char*& write);
  bool comment();
  bool instruction();
  bool reference(char*& write);
  bool named_reference(char*& write);
  bool character(char*& write);
  bool attributes(Tag& tag);
  bool attribute(std::string_view& name);
  bool pseudo_attribute(std::string_view name, std::string_view& value);
  bool name(std::string_view& out, std::string_view what);
  bool expect(std::string_view literal, std::string_view what);
  bool fail_byte();

  char* begin_;
  char* end_;  // *end_ is '\0', which no class of bytes that is skipped contains
  char* at_;
  Error error_ = {.code = Code::kBadReply, .what = {}};
};

}  // namespace trestle::wire

#endif  // TRESTLE_OBJECTS_WIRE_XML_CURSOR_H_
