// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_XML_DOCUMENT_H_
#define TRESTLE_OBJECTS_OVM3_XML_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/reply.h"

namespace trestle::ovm3 {

/// Largest document that is read. A repository with 100,000 files lists them in about 8 MB.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{16} << 20U;
/// Deepest nesting of elements. The deepest recorded document (discover_network) has 8.
inline constexpr std::size_t kMaxDocumentDepth = 64;
/// Most elements of one document: it bounds the memory of the tree (about 64 bytes each).
inline constexpr std::size_t kMaxDocumentElements = std::size_t{1} << 20U;

/// One element of an XmlDocument, read-only, as cheap to copy as a pointer, valid as long as its
/// document. May stand for "no such element": then it has no text, no attributes and no children,
/// so a path of `child` calls needs no checks on the way. Nothing here depends on the white space
/// between elements or on how many children an element has (known defect 12).
class XmlElement {
 public:
  class Iterator;
  class Range;

  XmlElement() = default;

  [[nodiscard]] bool exists() const { return node_ != nullptr; }
  explicit operator bool() const { return exists(); }
  [[nodiscard]] std::string_view name() const;
  /// The element's own text without that of its children, trimmed; empty if there is none.
  [[nodiscard]] std::string text() const;
  /// The trimmed value of an attribute, absent if there is none of that name.
  [[nodiscard]] std::optional<std::string> attribute(std::string_view name) const;
  /// All attributes with their trimmed values, in the order of the document.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> attributes() const;
  /// The first child element of that name, or no element.
  [[nodiscard]] XmlElement child(std::string_view name) const;
  /// All child elements of that name, in the order of the document; all there are if it is empty.
  [[nodiscard]] Range children(std::string_view name = {}) const;

  /// Text of the first child of that name; absent if missing, blank, "None" or "none".
  [[nodiscard]] std::optional<std::string> text_of(std::string_view name) const;
  /// The same as a number or a flag, as text_number.h reads them.
  [[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint64_t> unsigned_of(std::string_view name) const;
  [[nodiscard]] std::optional<bool> flag_of(std::string_view name) const;

  friend bool operator==(const XmlElement&, const XmlElement&) = default;

 private:
  friend class XmlDocument;
  explicit XmlElement(void* node) : node_(node) {}
  [[nodiscard]] XmlElement first_child(std::string_view name) const;
  [[nodiscard]] XmlElement next_sibling(std::string_view name) const;
  void* node_ = nullptr;  // a node of the parser's tree, owned by the document
};

/// Walks child elements of one name. The name must outlive it (it is a literal everywhere).
class XmlElement::Iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = XmlElement;
  using difference_type = std::ptrdiff_t;
  using pointer = const XmlElement*;
  using reference = XmlElement;

  Iterator() = default;
  Iterator(XmlElement at, std::string_view name) : at_(at), name_(name) {}
  XmlElement operator*() const { return at_; }
  Iterator& operator++() {
    at_ = at_.next_sibling(name_);
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

 private:
  XmlElement at_;
  std::string_view name_;
};

class XmlElement::Range {
 public:
  Range(XmlElement first, std::string_view name) : first_(first), name_(name) {}
  [[nodiscard]] Iterator begin() const { return {first_, name_}; }
  [[nodiscard]] Iterator end() const { return {XmlElement(), name_}; }

 private:
  XmlElement first_;
  std::string_view name_;
};

/// A parsed document of a string reply. Movable; elements stay valid when it moves. Const access is
/// thread-safe.
class XmlDocument {
 public:
  /// Parses `text` and checks the name of the root element. Accepts an XML declaration of any
  /// encoding (the text is UTF-8 already), pretty-printed or not, mixed content, comments, CDATA,
  /// the five named entities and character references. A host is not trusted: DTDs and any other
  /// entity are refused, size, depth and number of elements are limited (known defect 13).
  /// Errors: kBadReply with the byte offset; kResourceExhausted if a limit is met.
  static Result<XmlDocument> parse(std::string_view text, std::string_view root);
  /// The same for a reply that is a string; kBadReply for a value of any other kind.
  static Result<XmlDocument> parse(ValueView reply, std::string_view root);

  XmlDocument(XmlDocument&&) noexcept;
  XmlDocument& operator=(XmlDocument&&) noexcept;
  ~XmlDocument();

  [[nodiscard]] XmlElement root() const;

 private:
  struct Tree;
  explicit XmlDocument(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_XML_DOCUMENT_H_
