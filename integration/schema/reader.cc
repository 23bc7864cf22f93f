// SPDX-License-Identifier: Apache-2.0
#include "integration/schema/reader.h"

#include <cstring>
#include <utility>

#include "integration/schema/shapes.h"

namespace trestle::schema {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kMostMembers = 128;  // bits of Progress::seen; the generator checks it

std::uint64_t bit_of(std::size_t index) { return std::uint64_t{1} << (index % 64); }

/// Java's constructors give these before any member is read.
void set_java_defaults(const TypeInfo& type, void* target) {
  if (type.role == Role::kTransfer) return;
  if (type.role == Role::kAnswer && type.has_defaults) {
    const Member* result = find_member(type, "result");
    if (result != nullptr) *static_cast<bool*>(address_of(*result, target)) = true;
  }
  if (type.has_defaults) return;
  for (const std::string_view name : {"contextMap", "accessDetails"}) {
    const Member* map = find_member(type, name);
    if (map == nullptr) continue;
    static_cast<std::optional<StringMap>*>(address_of(*map, target))->reset();
  }
}

}  // namespace

bool Reader::find_key(std::span<const Member> members, Progress& progress, std::string& unknown) {
  // CloudStack writes members in the order of the table, so the next one is nearly always right.
  const std::string_view rest = text_.substr(pos_);
  for (std::size_t i = progress.next; i < members.size(); ++i) {
    const std::string_view key = members[i].key;
    if (rest.size() > key.size() && std::memcmp(rest.data(), key.data(), key.size()) == 0) {
      pos_ += key.size();
      progress.found = i;
      return true;
    }
  }
  if (!read_name(unknown)) return false;
  progress.found = kNone;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].name == unknown) progress.found = i;
  }
  return true;
}

bool Reader::read_member(const TypeInfo& type, void* target, Progress& progress) {
  const std::size_t begin = pos_;
  std::string unknown;
  if (!find_key(type.members, progress, unknown)) return false;
  if (progress.found == kNone) {
    if (!skip_value()) return step(unknown);
    return note_ignored(std::string(type.name) + "." + unknown, begin, progress.kept);
  }
  const Member& member = type.members[progress.found];
  std::uint64_t& seen = progress.seen[progress.found / 64 % 2];
  if ((seen & bit_of(progress.found)) != 0) return fail_twice(member.name);
  seen |= bit_of(progress.found);
  progress.next = progress.found + 1;
  progress.kept = true;
  skip_space();
  return member.shape->read(*this, address_of(member, target)) || step(member.name);
}

bool Reader::read_members(const TypeInfo& type, void* target) {
  static_assert(sizeof(Progress::seen) * 8 == kMostMembers);
  if (type.as_array) return read_array_members(type, target);
  if (!open('{')) return false;
  set_java_defaults(type, target);
  Progress progress;
  bool first = true;
  while (next_item('}', first)) {
    if (!read_member(type, target, progress)) return false;
  }
  return !failed();
}

bool Reader::read_array_members(const TypeInfo& type, void* target) {
  if (!open('[')) return false;
  bool first = true;
  std::size_t count = 0;
  while (next_item(']', first)) {
    if (count == type.members.size())
      return fail("this array has more items than its class has members");
    const Member& member = type.members[count++];
    if (!member.shape->read(*this, address_of(member, target))) return step(member.name);
  }
  if (failed()) return false;
  return count == type.members.size() || fail("this array has too few items for its class");
}

bool Reader::read_tagged_value(const TypeInfo& type, std::optional<Object>& into) {
  std::shared_ptr<void> value = type.make();
  if (!read_members(type, value.get())) return step(type.name);
  into.emplace(type, std::move(value));
  return true;
}

/// Java looks at the first member only; whatever follows is read over and named.
bool Reader::skip_further_tags() {
  bool first = false;
  while (next_item('}', first)) {
    const std::size_t begin = pos_;
    std::string name;
    if (!read_name(name) || !skip_value()) return false;
    if (!note_ignored("second tag " + name, begin, true)) return false;
  }
  return !failed();
}

bool Reader::read_one_of(std::span<const TypeInfo* const> allowed, std::optional<Object>& into) {
  bool first = true;
  if (!open('{')) return false;
  if (!next_item('}', first))
    return failed() ? false : fail("an object with a class name is empty");
  const std::size_t begin = pos_;
  std::string name;
  if (!read_name(name)) return false;
  skip_space();
  for (const TypeInfo* type : allowed) {
    if (type->java_class == name) return read_tagged_value(*type, into) && skip_further_tags();
  }
  pos_ = begin;
  std::string text = "class '" + name + "' may not stand here; the classes that may:";
  for (const TypeInfo* type : allowed) text += " " + std::string(type->java_class);
  return fail(std::move(text));
}

bool Reader::read_element(std::vector<Object>& into) {
  bool first = true;
  if (!open('{')) return false;
  if (!next_item('}', first))
    return failed() ? false : fail("a message needs the name of its class");
  const std::size_t begin = pos_;
  std::string name;
  if (!read_name(name)) return false;
  skip_space();
  const TypeInfo* type = find_class(name);
  if (type == nullptr || type->is_abstract || type->role == Role::kTransfer) {
    pos_ = begin;
    const char* why = type == nullptr ? "' is not in the schema (integration/schema/*.thrift)"
                                      : "' is neither a command nor an answer that can be sent";
    fail("class '" + name + why);
    error_->code = Code::kUnimplemented;
    return false;
  }
  std::optional<Object> object;
  if (!read_tagged_value(*type, object)) return false;
  into.push_back(std::move(*object));
  return skip_further_tags();
}

bool Reader::read_body(std::vector<Object>& into) {
  if (text_.size() > limits_.bytes) {
    return fail("the body has " + std::to_string(text_.size()) + " bytes, the limit is " +
                std::to_string(limits_.bytes));
  }
  skip_space();
  if (!open('[')) return false;
  bool first = true;
  while (next_item(']', first)) {
    if (!read_element(into)) return step(into.size());
  }
  if (failed()) return false;
  skip_space();
  if (pos_ != text_.size()) return fail("the body goes on behind its end");
  return !into.empty() || fail("the body is an empty array; it must hold at least one message");
}

bool Reader::skip_items(char closing) {
  if (!open(closing == '}' ? '{' : '[')) return false;
  bool first = true;
  while (next_item(closing, first)) {
    std::string name;
    if (closing == '}' && !read_name(name)) return false;
    if (!skip_value()) return false;
  }
  return !failed();
}

bool Reader::skip_value() {
  skip_space();
  if (pos_ == text_.size()) return unexpected("a value");
  switch (text_[pos_]) {
    case '{':
      return skip_items('}');
    case '[':
      return skip_items(']');
    case '"': {
      std::string dropped;
      return read_string(dropped);
    }
    case 't':
      return take_word("true") || unexpected("a value");
    case 'f':
      return take_word("false") || unexpected("a value");
    case 'n':
      return take_null() || unexpected("a value");
    default: {
      std::string_view token;
      return number_token(token);
    }
  }
}

bool Reader::read_raw(std::string& into) {
  skip_space();
  const std::size_t begin = pos_;
  if (!skip_value()) return false;
  into.assign(text_.substr(begin, pos_ - begin));
  return true;
}

bool Reader::note_ignored(std::string path, std::size_t begin, bool kept_before) {
  if (ignored_.size() >= limits_.ignored) {
    return fail("more than " + std::to_string(limits_.ignored) + " members that no class has");
  }
  std::size_t end = pos_;
  if (kept_before) {
    while (begin > 0 && text_[begin] != ',') --begin;  // back over spaces to the comma
  } else {
    skip_space();
    end = pos_ < text_.size() && text_[pos_] == ',' ? pos_ + 1 : pos_;
  }
  ignored_.push_back({.path = std::move(path), .begin = begin, .end = end});
  return true;
}

bool Reader::ignore_null(std::string_view key, std::size_t begin, bool kept_before) {
  return note_ignored("null in a map at key '" + std::string(key) + "'", begin, kept_before);
}

}  // namespace trestle::schema
