// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/reply.h"

#include "objects/wire/transport.h"

namespace trestle {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kNil:
      return "nil";
    case Kind::kBool:
      return "boolean";
    case Kind::kInt:
      return "int";
    case Kind::kDouble:
      return "double";
    case Kind::kString:
      return "string";
    case Kind::kBase64:
      return "base64";
    case Kind::kDateTime:
      return "dateTime";
    case Kind::kArray:
      return "array";
    case Kind::kStruct:
      return "struct";
  }
  return "nil";
}

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::kReads:
      return "reads";
    case Effect::kIdempotent:
      return "idempotent";
    case Effect::kMutates:
      return "mutates";
  }
  return "mutates";
}

namespace {

/// Writes an owned value into the flat form, in document order.
class Flattener {
 public:
  void add(const Value& value, std::string_view name) {
    const auto index = static_cast<std::uint32_t>(content_->nodes.size());
    content_->nodes.emplace_back();
    Reply::Node node;
    node.name_offset = static_cast<std::uint32_t>(content_->bytes.size());
    node.name_size = static_cast<std::uint32_t>(name.size());
    content_->bytes += name;
    std::visit([&](const auto& v) { fill(node, v); }, value.variant());
    node.next = static_cast<std::uint32_t>(content_->nodes.size());
    content_->nodes[index] = node;
  }

  std::unique_ptr<const Reply::Content> take() { return std::move(content_); }

 private:
  void fill(Reply::Node& node, const Nil& /*v*/) { node.kind = Kind::kNil; }
  void fill(Reply::Node& node, bool v) {
    node.kind = Kind::kBool;
    node.integer = v ? 1 : 0;
  }
  void fill(Reply::Node& node, std::int64_t v) {
    node.kind = Kind::kInt;
    node.integer = v;
  }
  void fill(Reply::Node& node, double v) {
    node.kind = Kind::kDouble;
    node.real = v;
  }
  void fill(Reply::Node& node, const std::string& v) { text(node, Kind::kString, v); }
  void fill(Reply::Node& node, const Base64& v) { text(node, Kind::kBase64, v.bytes); }
  void fill(Reply::Node& node, const DateTime& v) { text(node, Kind::kDateTime, v.text); }
  void fill(Reply::Node& node, const Array& v) {
    node.kind = Kind::kArray;
    node.count = static_cast<std::uint32_t>(v.size());
    for (const Value& item : v) add(item, {});
  }
  void fill(Reply::Node& node, const Struct& v) {
    node.kind = Kind::kStruct;
    node.count = static_cast<std::uint32_t>(v.size());
    for (const Member& member : v) add(member.value, member.name);
  }
  void text(Reply::Node& node, Kind kind, const std::string& v) {
    node.kind = kind;
    node.text_offset = content_->bytes.size();
    node.text_size = static_cast<std::uint32_t>(v.size());
    content_->bytes += v;
  }

  std::unique_ptr<Reply::Content> content_ = std::make_unique<Reply::Content>();
};

}  // namespace

Reply Reply::from(const Value& value) {
  Flattener flat;
  flat.add(value, {});
  return Reply(flat.take());
}

ValueView Reply::root() const { return {content_.get(), 0}; }

std::optional<bool> ValueView::boolean() const {
  if (kind() != Kind::kBool) return std::nullopt;
  return node().integer != 0;
}

std::optional<std::int64_t> ValueView::integer() const {
  if (kind() != Kind::kInt) return std::nullopt;
  return node().integer;
}

std::optional<double> ValueView::real() const {
  if (kind() != Kind::kDouble) return std::nullopt;
  return node().real;
}

std::optional<std::string_view> ValueView::string() const {
  if (kind() != Kind::kString) return std::nullopt;
  return text(node());
}

std::optional<std::string_view> ValueView::base64() const {
  if (kind() != Kind::kBase64) return std::nullopt;
  return text(node());
}

std::optional<std::string_view> ValueView::date_time() const {
  if (kind() != Kind::kDateTime) return std::nullopt;
  return text(node());
}

std::size_t ValueView::size() const {
  return kind() == Kind::kArray || kind() == Kind::kStruct ? node().count : 0;
}

ValueView::Iterator ValueView::begin() const {
  const bool has_children = kind() == Kind::kArray || kind() == Kind::kStruct;
  return {content_, has_children ? index_ + 1 : node().next};
}

ValueView::Iterator ValueView::end() const { return {content_, node().next}; }

std::string_view ValueView::name() const {
  return std::string_view(content_->bytes).substr(node().name_offset, node().name_size);
}

std::optional<ValueView> ValueView::find(std::string_view name) const {
  if (kind() != Kind::kStruct) return std::nullopt;
  for (const ValueView member : *this) {
    if (member.name() == name) return member;
  }
  return std::nullopt;
}

Value ValueView::to_value() const {
  switch (kind()) {
    case Kind::kNil:
      return Nil{};
    case Kind::kBool:
      return node().integer != 0;
    case Kind::kInt:
      return node().integer;
    case Kind::kDouble:
      return node().real;
    case Kind::kString:
      return text(node());
    case Kind::kBase64:
      return Base64{std::string(text(node()))};
    case Kind::kDateTime:
      return DateTime{std::string(text(node()))};
    case Kind::kArray: {
      Array items;
      items.reserve(size());
      for (const ValueView item : *this) items.push_back(item.to_value());
      return items;
    }
    case Kind::kStruct: {
      Struct members;
      members.reserve(size());
      for (const ValueView member : *this) {
        members.push_back({std::string(member.name()), member.to_value()});
      }
      return members;
    }
  }
  return Nil{};
}

}  // namespace trestle
