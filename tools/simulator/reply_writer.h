// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_REPLY_WRITER_H_
#define TRESTLE_TOOLS_SIMULATOR_REPLY_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "objects/wire/value.h"

namespace trestle::simulator {

/// Writes one methodResponse in the layout of Python's library, with the tag of every value chosen
/// by the caller: the agent mixes texts with and without <string>, int and i8. Appends only, so a
/// big list costs what its bytes cost. Texts must be free of characters that XML 1.0 cannot carry.
class ReplyWriter {
 public:
  explicit ReplyWriter(std::size_t expected_bytes = 512);

  ReplyWriter& nil();
  ReplyWriter& boolean(bool v);
  ReplyWriter& integer(std::int64_t v);  ///< <int>
  ReplyWriter& wide(std::int64_t v);     ///< <i8>
  ReplyWriter& real(double v);
  ReplyWriter& text(std::string_view v);     ///< <string>
  ReplyWriter& untyped(std::string_view v);  ///< text without a type element
  ReplyWriter& begin_array();
  ReplyWriter& end_array();
  ReplyWriter& begin_struct();
  ReplyWriter& member(std::string_view name);  ///< followed by exactly one value, then end_member()
  ReplyWriter& end_member();
  ReplyWriter& end_struct();
  /// Any value: integers as <int> when they fit 31 bits and as <i8> otherwise, texts as <string>.
  ReplyWriter& value(const Value& v);

  /// member(name), text(v), end_member().
  ReplyWriter& text_member(std::string_view name, std::string_view v);
  /// Bytes that already are XML, e.g. a part that was written before.
  ReplyWriter& raw(std::string_view xml);

  /// The whole document. The writer is spent afterwards.
  [[nodiscard]] std::string finish() &&;

 private:
  std::string out_;
};

/// A methodResponse that holds a fault.
[[nodiscard]] std::string fault_document(std::int64_t code, std::string_view text);

/// Appends `text` with & < > (and " if `quote`) escaped.
void append_escaped(std::string& out, std::string_view text, bool quote = false);

/// Small builder for the XML documents that travel inside string replies: one line, no white
/// space, `<?xml version="1.0" ?>` in front.
class DocumentWriter {
 public:
  explicit DocumentWriter(std::string_view declaration = R"(<?xml version="1.0" ?>)");

  DocumentWriter& open(std::string_view element);
  DocumentWriter& open(std::string_view element, std::string_view attribute,
                       std::string_view attribute_value);
  DocumentWriter& close(std::string_view element);
  DocumentWriter& leaf(std::string_view element, std::string_view text);
  DocumentWriter& leaf(std::string_view element, std::int64_t number);
  /// "True" or "False".
  DocumentWriter& flag(std::string_view element, bool v);
  DocumentWriter& empty(std::string_view element);
  DocumentWriter& raw(std::string_view xml);

  [[nodiscard]] std::string finish() &&;

 private:
  std::string out_;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_REPLY_WRITER_H_
