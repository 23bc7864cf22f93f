// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_REPLY_H_
#define TRESTLE_OBJECTS_WIRE_REPLY_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/wire/value.h"

namespace trestle {

enum class Kind : std::uint8_t {
  kNil,
  kBool,
  kInt,
  kDouble,
  kString,
  kBase64,
  kDateTime,
  kArray,
  kStruct,
};

/// "nil", "boolean", "int", "double", "string", "base64", "dateTime", "array", "struct".
std::string_view to_string(Kind kind);

/// A decoded reply: the bytes as they came (texts unescaped in place) and a flat list of nodes in
/// document order that point into them. One allocation for the nodes, none for a value: 12,000
/// values of a list_vms reply cost no more than their bytes. Movable, not copyable; views stay
/// valid when it moves. Const access is thread-safe.
class Reply {
 public:
  /// Internal to the decoder and the views, which is why it is not documented for callers.
  struct Node {
    Kind kind = Kind::kNil;
    std::uint32_t next = 0;         ///< index just behind this node and all below it
    std::uint32_t name_offset = 0;  ///< of a struct member's name
    std::uint32_t name_size = 0;
    std::uint32_t count = 0;  ///< items or members
    std::uint32_t text_size = 0;
    union {
      std::int64_t integer = 0;
      double real;
      std::uint64_t text_offset;
    };
  };
  struct Content {
    std::string bytes;
    std::vector<Node> nodes;
  };

  explicit Reply(std::unique_ptr<const Content> content) : content_(std::move(content)) {}
  /// A reply that holds `value`, for transports that carry no bytes.
  static Reply from(const Value& value);

  [[nodiscard]] class ValueView root() const;

 private:
  std::unique_ptr<const Content> content_;  // on the heap: views point to it while the reply moves
};

/// One value of a Reply, read-only, as cheap to copy as a pointer. Valid as long as its Reply.
/// Accessors give an absent result when the kind differs; nothing is ever converted silently.
class ValueView {
 public:
  class Iterator;

  [[nodiscard]] Kind kind() const { return node().kind; }
  [[nodiscard]] bool is_nil() const { return kind() == Kind::kNil; }
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<double> real() const;
  /// Content of a string only (not of dateTime or base64).
  [[nodiscard]] std::optional<std::string_view> string() const;
  /// Decoded bytes of a base64 value.
  [[nodiscard]] std::optional<std::string_view> base64() const;
  [[nodiscard]] std::optional<std::string_view> date_time() const;

  /// Items of an array or values of a struct, 0 for every other kind.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;
  /// Name under which this value stands in its struct, empty outside a struct.
  [[nodiscard]] std::string_view name() const;
  /// The first member of that name; absent if there is none or this is no struct.
  [[nodiscard]] std::optional<ValueView> find(std::string_view name) const;

  /// A copy that owns its parts.
  [[nodiscard]] Value to_value() const;

 private:
  friend class Reply;
  ValueView(const Reply::Content* content, std::uint32_t index)
      : content_(content), index_(index) {}
  [[nodiscard]] const Reply::Node& node() const { return content_->nodes[index_]; }
  [[nodiscard]] std::string_view text(const Reply::Node& node) const {
    return std::string_view(content_->bytes).substr(node.text_offset, node.text_size);
  }

  const Reply::Content* content_;
  std::uint32_t index_;
};

/// Walks the direct children of an array or a struct.
class ValueView::Iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = ValueView;
  using difference_type = std::ptrdiff_t;
  using pointer = const ValueView*;
  using reference = ValueView;

  Iterator() = default;
  ValueView operator*() const { return {content_, index_}; }
  Iterator& operator++() {
    index_ = content_->nodes[index_].next;
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  friend class ValueView;
  Iterator(const Reply::Content* content, std::uint32_t index) : content_(content), index_(index) {}
  const Reply::Content* content_ = nullptr;
  std::uint32_t index_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_REPLY_H_
