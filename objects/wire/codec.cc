// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/codec.h"

#include <xmlrpc-c/base.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "objects/wire/xml_cursor.h"

namespace trestle::wire {
namespace {

class Env {
 public:
  Env() { xmlrpc_env_init(&env_); }
  ~Env() { xmlrpc_env_clean(&env_); }
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;
  operator xmlrpc_env*() { return &env_; }  // NOLINT(google-explicit-constructor): C signatures
  [[nodiscard]] bool failed() const { return env_.fault_occurred != 0; }
  [[nodiscard]] std::string text() const {
    return env_.fault_string != nullptr ? env_.fault_string : "";
  }

 private:
  xmlrpc_env env_{};
};

struct DropReference {
  void operator()(xmlrpc_value* value) const { xmlrpc_DECREF(value); }
};
using Owned = std::unique_ptr<xmlrpc_value, DropReference>;
struct Free {
  void operator()(const void* memory) const { std::free(const_cast<void*>(memory)); }
};
template <class T>
using Malloced = std::unique_ptr<const T, Free>;

// Values of calls, from ours to xmlrpc-c's. Null after a failure, which `error` describes.
class Writer {
 public:
  Owned write(const Value& value, std::size_t depth) {
    return std::visit([&](const auto& v) { return make(v, depth); }, value.variant());
  }
  Owned text(std::string_view text) {
    const std::size_t bad = find_non_xml(text);
    if (bad != std::string_view::npos) {
      return refuse("a text of the call has at byte " + std::to_string(bad) +
                    " what XML cannot carry; send it as base64 if the service takes that");
    }
    // The plain xmlrpc_string_new turns carriage returns into line feeds; this one keeps them.
    return made(xmlrpc_string_new_lp_cr(env_, text.size(), text.data()));
  }
  Owned refuse(std::string what) {
    if (error_.empty()) error_ = std::move(what);
    return nullptr;
  }
  Owned made(xmlrpc_value* value) {
    if (!env_.failed()) return Owned(value);
    return refuse("a value of the call cannot be written: " + env_.text());
  }
  Env& env() { return env_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  Owned make(const Nil& /*v*/, std::size_t /*depth*/) { return made(xmlrpc_nil_new(env_)); }
  Owned make(bool v, std::size_t /*depth*/) { return made(xmlrpc_bool_new(env_, v ? 1 : 0)); }
  Owned make(std::int64_t v, std::size_t /*depth*/) {
    // Sizes beyond 31 bits must go as i8, and only those: 3.2 agents take int everywhere else.
    if (v >= INT32_MIN && v <= INT32_MAX) {
      return made(xmlrpc_int_new(env_, static_cast<xmlrpc_int32>(v)));
    }
    return made(xmlrpc_i8_new(env_, v));
  }
  Owned make(double v, std::size_t /*depth*/) {
    // XML-RPC has neither infinity nor NaN, and xmlrpc-c 1.33 exhausts the stack on writing one.
    if (!std::isfinite(v)) return refuse("a number of the call is not finite");
    return made(xmlrpc_double_new(env_, v));
  }
  Owned make(const std::string& v, std::size_t /*depth*/) { return text(v); }
  Owned make(const Base64& v, std::size_t /*depth*/) {
    return made(xmlrpc_base64_new(env_, v.bytes.size(),
                                  reinterpret_cast<const unsigned char*>(v.bytes.data())));
  }
  Owned make(const DateTime& v, std::size_t /*depth*/) {
    Owned value = made(xmlrpc_datetime_new_str(env_, v.text.c_str()));
    if (!value) return nullptr;
    const char* written = nullptr;
    xmlrpc_read_datetime_str(env_, value.get(), &written);
    const Malloced<char> owner(written);
    // xmlrpc-c reads more forms than it writes and drops time zones on the way.
    if (!env_.failed() && v.text == written) return value;
    return refuse("'" + v.text + "' is no dateTime.iso8601; write it as YYYYMMDDTHH:MM:SS");
  }
  Owned make(const Array& v, std::size_t depth) {
    if (depth >= kMaxDepth) return too_deep();
    Owned array = made(xmlrpc_array_new(env_));
    for (const Value& item : v) {
      const Owned child = array ? write(item, depth + 1) : nullptr;
      if (!child) return nullptr;
      xmlrpc_array_append_item(env_, array.get(), child.get());
    }
    return array;
  }
  Owned make(const Struct& v, std::size_t depth) {
    if (depth >= kMaxDepth) return too_deep();
    Owned fields = made(xmlrpc_struct_new(env_));
    for (const Member& member : v) {
      const Owned name = fields ? text(member.name) : nullptr;
      const Owned child = name ? write(member.value, depth + 1) : nullptr;
      if (!child) return nullptr;
      xmlrpc_struct_set_value_v(env_, fields.get(), name.get(), child.get());
    }
    if (fields && static_cast<std::size_t>(xmlrpc_struct_size(env_, fields.get())) != v.size()) {
      return refuse("a struct of the call has two members of one name");
    }
    return fields;
  }
  Owned too_deep() {
    return refuse("a value of the call nests deeper than " + std::to_string(kMaxDepth) + " levels");
  }

  Env env_;
  std::string error_;
};

Value to_value(Env& env, xmlrpc_value* value);

Value text_value(Env& env, xmlrpc_value* value) {
  std::size_t size = 0;
  const char* text = nullptr;
  xmlrpc_read_string_lp(env, value, &size, &text);
  const Malloced<char> owner(text);
  return env.failed() ? Value() : Value(std::string(text, size));
}

Value struct_value(Env& env, xmlrpc_value* value) {
  Struct members;
  const int size = xmlrpc_struct_size(env, value);
  for (int i = 0; i < size && !env.failed(); ++i) {
    xmlrpc_value* name = nullptr;
    xmlrpc_value* child = nullptr;
    xmlrpc_struct_read_member(env, value, static_cast<unsigned>(i), &name, &child);
    const Owned name_owner(name);
    const Owned child_owner(child);
    const Value key = text_value(env, name);
    const auto* text = key.get_if<std::string>();
    members.push_back({text != nullptr ? *text : "", to_value(env, child)});
  }
  return members;
}

Value array_value(Env& env, xmlrpc_value* value) {
  Array items;
  const int size = xmlrpc_array_size(env, value);
  for (int i = 0; i < size && !env.failed(); ++i) {
    xmlrpc_value* child = nullptr;
    xmlrpc_array_read_item(env, value, static_cast<unsigned>(i), &child);
    const Owned owner(child);
    items.push_back(to_value(env, child));
  }
  return items;
}

Value scalar_value(Env& env, xmlrpc_value* value) {
  switch (xmlrpc_value_type(value)) {
    case XMLRPC_TYPE_INT: {
      xmlrpc_int32 number = 0;
      xmlrpc_read_int(env, value, &number);
      return std::int64_t{number};
    }
    case XMLRPC_TYPE_I8: {
      xmlrpc_int64 number = 0;
      xmlrpc_read_i8(env, value, &number);
      return std::int64_t{number};
    }
    case XMLRPC_TYPE_BOOL: {
      xmlrpc_bool flag = 0;
      xmlrpc_read_bool(env, value, &flag);
      return flag != 0;
    }
    case XMLRPC_TYPE_DOUBLE: {
      double number = 0;
      xmlrpc_read_double(env, value, &number);
      return number;
    }
    case XMLRPC_TYPE_BASE64: {
      std::size_t size = 0;
      const unsigned char* bytes = nullptr;
      xmlrpc_read_base64(env, value, &size, &bytes);
      const Malloced<unsigned char> owner(bytes);
      return Base64{std::string(reinterpret_cast<const char*>(bytes), size)};
    }
    case XMLRPC_TYPE_DATETIME: {
      const char* text = nullptr;
      xmlrpc_read_datetime_str(env, value, &text);
      const Malloced<char> owner(text);
      return DateTime{text != nullptr ? text : ""};
    }
    default:
      return Nil{};
  }
}

Value to_value(Env& env, xmlrpc_value* value) {
  if (env.failed()) return {};
  switch (xmlrpc_value_type(value)) {
    case XMLRPC_TYPE_STRING:
      return text_value(env, value);
    case XMLRPC_TYPE_ARRAY:
      return array_value(env, value);
    case XMLRPC_TYPE_STRUCT:
      return struct_value(env, value);
    default:
      return scalar_value(env, value);
  }
}

bool is_i8(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  return status == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool would_crash_xmlrpc_c(std::string_view body) {
  if (body.find('\0') != std::string_view::npos) return true;
  for (std::size_t at = 0; (at = body.find("i8", at)) != std::string_view::npos; at += 2) {
    const std::string_view before = body.substr(0, at);
    if (!before.ends_with('<') && !before.ends_with("<ex:")) continue;
    if (at + 2 < body.size() &&
        std::string_view(" \t\r\n/>").find(body[at + 2]) == std::string_view::npos) {
      continue;
    }
    const std::size_t begin = std::min(body.find('>', at), body.size() - 1) + 1;
    const std::size_t end = std::min(body.find('<', begin), body.size());
    if (!is_i8(body.substr(begin, end - begin))) return true;
  }
  return false;
}

Result<std::string> encode_call(std::string_view method, std::span<const Value> params) {
  if (method.empty() || find_non_xml(method) != std::string_view::npos) {
    return fail(Code::kInvalidArgument, "the name of the service is empty or no plain text");
  }
  Writer writer;
  const Owned array = writer.made(xmlrpc_array_new(writer.env()));
  for (const Value& param : params) {
    const Owned value = array ? writer.write(param, 0) : nullptr;
    if (!value) return fail(Code::kInvalidArgument, writer.error());
    xmlrpc_array_append_item(writer.env(), array.get(), value.get());
  }
  using Block = std::unique_ptr<xmlrpc_mem_block, decltype(&xmlrpc_mem_block_free)>;
  const Block block(xmlrpc_mem_block_new(writer.env(), 0), &xmlrpc_mem_block_free);
  if (!writer.env().failed()) {
    // This dialect writes <i8> and <nil/> bare, as the agents do; the other one prefixes them.
    xmlrpc_serialize_call2(writer.env(), block.get(), std::string(method).c_str(), array.get(),
                           xmlrpc_dialect_i8);
  }
  if (writer.env().failed()) {
    return fail(Code::kInvalidArgument, "the call cannot be written: " + writer.env().text());
  }
  return std::string(static_cast<const char*>(xmlrpc_mem_block_contents(block.get())),
                     xmlrpc_mem_block_size(block.get()));
}

Result<std::variant<Value, Fault>> decode_reply_reference(std::string_view body) {
  // Process-wide in xmlrpc-c, hence set once: its own limit is 512 KiB. One more level, because it
  // counts the values and we count the arrays and structs round them.
  static const bool limits_are_set = [] {
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kMaxReplyBytes);
    xmlrpc_limit_set(XMLRPC_NESTING_LIMIT_ID, kMaxDepth + 1);
    return true;
  }();
  (void)limits_are_set;
  if (would_crash_xmlrpc_c(body)) {
    return fail(Code::kBadReply, "xmlrpc-c is not asked: it crashes on such an i8 or NUL byte");
  }
  Env env;
  xmlrpc_value* result = nullptr;
  int fault_code = 0;
  const char* fault_text = nullptr;
  xmlrpc_parse_response2(env, body.data(), body.size(), &result, &fault_code, &fault_text);
  if (env.failed()) return fail(Code::kBadReply, "xmlrpc-c refuses the reply: " + env.text());
  if (fault_text != nullptr) {
    const Malloced<char> owner(fault_text);
    return std::variant<Value, Fault>(Fault{.code = fault_code, .text = fault_text});
  }
  const Owned owner(result);
  Value value = to_value(env, result);
  if (env.failed()) return fail(Code::kBadReply, "xmlrpc-c cannot read the value: " + env.text());
  return std::variant<Value, Fault>(std::move(value));
}

}  // namespace trestle::wire
