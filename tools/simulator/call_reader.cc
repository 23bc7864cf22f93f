// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/call_reader.h"

#include <xmlrpc-c/base.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "objects/wire/codec.h"

namespace trestle::simulator {
namespace {

/// Uploads of files and keys travel inside calls; the same bound as for replies.
constexpr std::size_t kMaxCallBytes = std::size_t{64} << 20U;

class Environment {
 public:
  Environment() { xmlrpc_env_init(&env_); }
  ~Environment() { xmlrpc_env_clean(&env_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  xmlrpc_env* get() { return &env_; }
  [[nodiscard]] bool failed() const { return env_.fault_occurred != 0; }
  [[nodiscard]] std::string words() const { return env_.fault_string ? env_.fault_string : ""; }

 private:
  xmlrpc_env env_{};
};

struct Release {
  void operator()(xmlrpc_value* value) const { xmlrpc_DECREF(value); }
  void operator()(const char* text) const { std::free(const_cast<char*>(text)); }
};
using Owned = std::unique_ptr<xmlrpc_value, Release>;

Value to_value(Environment& env, xmlrpc_value* value);

Value text_value(Environment& env, xmlrpc_value* value) {
  std::size_t size = 0;
  const char* text = nullptr;
  xmlrpc_read_string_lp(env.get(), value, &size, &text);
  if (env.failed()) return {};
  const std::unique_ptr<const char, Release> owner(text);
  return std::string(text, size);
}

Value array_value(Environment& env, xmlrpc_value* value) {
  Array items;
  const int size = xmlrpc_array_size(env.get(), value);
  for (int i = 0; !env.failed() && i < size; ++i) {
    xmlrpc_value* item = nullptr;
    xmlrpc_array_read_item(env.get(), value, static_cast<unsigned int>(i), &item);
    if (env.failed()) break;
    const Owned owner(item);
    items.push_back(to_value(env, item));
  }
  return items;
}

Value struct_value(Environment& env, xmlrpc_value* value) {
  Struct members;
  const int size = xmlrpc_struct_size(env.get(), value);
  for (int i = 0; !env.failed() && i < size; ++i) {
    xmlrpc_value* key = nullptr;
    xmlrpc_value* item = nullptr;
    xmlrpc_struct_read_member(env.get(), value, static_cast<unsigned int>(i), &key, &item);
    if (env.failed()) break;
    const Owned key_owner(key);
    const Owned item_owner(item);
    const Value name = text_value(env, key);
    if (env.failed()) break;
    members.push_back({*name.get_if<std::string>(), to_value(env, item)});
  }
  return members;
}

Value base64_value(Environment& env, xmlrpc_value* value) {
  std::size_t size = 0;
  const unsigned char* bytes = nullptr;
  xmlrpc_read_base64(env.get(), value, &size, &bytes);
  if (env.failed()) return {};
  const std::unique_ptr<const char, Release> owner(reinterpret_cast<const char*>(bytes));
  return Base64{std::string(owner.get(), size)};
}

Value number_value(Environment& env, xmlrpc_value* value) {
  if (xmlrpc_value_type(value) == XMLRPC_TYPE_INT) {
    int number = 0;
    xmlrpc_read_int(env.get(), value, &number);
    return number;
  }
  xmlrpc_int64 number = 0;
  xmlrpc_read_i8(env.get(), value, &number);
  return std::int64_t{number};
}

Value to_value(Environment& env, xmlrpc_value* value) {
  switch (xmlrpc_value_type(value)) {
    case XMLRPC_TYPE_INT:
    case XMLRPC_TYPE_I8:
      return number_value(env, value);
    case XMLRPC_TYPE_BOOL: {
      xmlrpc_bool flag = 0;
      xmlrpc_read_bool(env.get(), value, &flag);
      return flag != 0;
    }
    case XMLRPC_TYPE_DOUBLE: {
      double number = 0;
      xmlrpc_read_double(env.get(), value, &number);
      return number;
    }
    case XMLRPC_TYPE_STRING:
      return text_value(env, value);
    case XMLRPC_TYPE_BASE64:
      return base64_value(env, value);
    case XMLRPC_TYPE_DATETIME: {
      const char* text = nullptr;
      xmlrpc_read_datetime_str(env.get(), value, &text);
      if (env.failed()) return {};
      const std::unique_ptr<const char, Release> owner(text);
      return DateTime{text};
    }
    case XMLRPC_TYPE_ARRAY:
      return array_value(env, value);
    case XMLRPC_TYPE_STRUCT:
      return struct_value(env, value);
    default:
      return Nil{};
  }
}

/// xmlrpc-c keeps its limits per process; set before the first call is read, once.
bool limits_set() {
  static const bool done = [] {
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kMaxCallBytes);
    return true;
  }();
  return done;
}

}  // namespace

Result<ReadCall> read_call(std::string_view xml) {
  if (!limits_set() || xml.size() > kMaxCallBytes) {
    return fail(Code::kInvalidArgument, "the call is larger than 64 MiB; send less at once");
  }
  if (wire::would_crash_xmlrpc_c(xml)) {
    return fail(Code::kInvalidArgument,
                "not an XML-RPC call: an i8 that is no number, or a NUL byte");
  }
  Environment env;
  const char* method = nullptr;
  xmlrpc_value* params = nullptr;
  xmlrpc_parse_call(env.get(), xml.data(), xml.size(), &method, &params);
  if (env.failed()) {
    return fail(Code::kInvalidArgument, "not an XML-RPC call: " + env.words());
  }
  const std::unique_ptr<const char, Release> method_owner(method);
  const Owned params_owner(params);
  ReadCall call{.method = method, .params = {}};
  const Value read = to_value(env, params);
  if (env.failed()) return fail(Code::kInvalidArgument, "not an XML-RPC call: " + env.words());
  call.params = *read.get_if<Array>();
  return call;
}

}  // namespace trestle::simulator
