// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/json_value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "objects/wire/codec.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decoded bytes, absent if `text` is not padded base64.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t digit = 0;
    if (i < text.size() - padding) {
      digit = kBase64Digits.find(text[i]);
      if (digit == std::string_view::npos) return std::nullopt;
    }
    group = (group << 6U) | static_cast<std::uint32_t>(digit);
    if (i % 4 == 3) {
      for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(group >> shift & 0xFFU);
      group = 0;
    }
  }
  out.resize(out.size() - padding);
  return out;
}

/// Writes JSON text; the two sources (owned values and views) share everything but their walk.
class Writer {
 public:
  explicit Writer(JsonLayout layout) : indented_(layout == JsonLayout::kIndented) {}

  void write(const Value& value) {
    std::visit([this](const auto& v) { put(v); }, value.variant());
  }
  void write(ValueView value);

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void put(Nil /*nil*/) { out_ += "null"; }
  void put(bool v) { out_ += v ? "true" : "false"; }
  void put(std::int64_t v) { out_ += std::to_string(v); }
  void put(double v);
  void put(std::string_view v) { string(v); }
  void put(const Base64& v) { dollar("$base64", to_base64(v.bytes)); }
  void put(const DateTime& v) { dollar("$dateTime", v.text); }
  void put(const Array& items) {
    sequence('[', ']', items, [this](const Value& item) { write(item); });
  }
  void put(const Struct& members) {
    if (members.size() == 1 && members[0].name.starts_with('$')) {
      return pair(members[0].name, [&] { write(members[0].value); });
    }
    sequence('{', '}', members, [this](const Member& member) {
      name(member.name);
      write(member.value);
    });
  }

  /// {"$struct": [["$name", value]]}: a struct that would read as one of our own marks.
  template <class Each>
  void pair(std::string_view member, const Each& value) {
    out_ += "{\"$struct\":[[";
    string(member);
    out_ += ',';
    value();
    out_ += "]]}";
  }

  template <class Items, class Each>
  void sequence(char open, char close, const Items& items, const Each& each) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      line();
      each(item);
    }
    --depth_;
    if (!first) line();
    out_ += close;
  }
  void line() {
    if (!indented_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }
  void name(std::string_view text) {
    string(text);
    out_ += indented_ ? ": " : ":";
  }
  void dollar(std::string_view key, std::string_view text) {
    out_ += '{';
    name(key);
    string(text);
    out_ += '}';
  }
  void string(std::string_view text);

  bool indented_;
  std::size_t depth_ = 0;
  std::string out_;
};

void Writer::put(double v) {
  if (!std::isfinite(v)) {
    dollar("$double", std::isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out_ += text;
  if (text.find_first_of(".e") == std::string_view::npos) out_ += ".0";
}

void Writer::string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out_ += '"';
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t width = utf8_width(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (width == 0) {
      out_ += "\xEF\xBF\xBD";
    } else if (byte == '"' || byte == '\\') {
      out_ += '\\';
      out_ += text[i];
    } else if (byte == '\n') {
      out_ += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      // DEL is legal in JSON, but a terminal acts on it.
      out_ += "\\u00";
      out_ += kHex[byte >> 4U];
      out_ += kHex[byte & 0xFU];
    } else {
      out_ += text.substr(i, width);
    }
    i += width == 0 ? 1 : width;
  }
  out_ += '"';
}

void Writer::write(ValueView value) {
  switch (value.kind()) {
    case Kind::kNil:
      return put(Nil{});
    case Kind::kBool:
      return put(value.boolean().value_or(false));
    case Kind::kInt:
      return put(value.integer().value_or(0));
    case Kind::kDouble:
      return put(value.real().value_or(0));
    case Kind::kString:
      return put(value.string().value_or(""));
    case Kind::kBase64:
      return dollar("$base64", to_base64(value.base64().value_or("")));
    case Kind::kDateTime:
      return dollar("$dateTime", value.date_time().value_or(""));
    case Kind::kArray:
      return sequence('[', ']', value, [this](ValueView item) { write(item); });
    case Kind::kStruct:
      break;
  }
  if (value.size() == 1 && (*value.begin()).name().starts_with('$')) {
    const ValueView member = *value.begin();
    return pair(member.name(), [&] { write(member); });
  }
  sequence('{', '}', value, [this](ValueView member) {
    name(member.name());
    write(member);
  });
}

/// Builds a Value from the events of the JSON parser: exact integers and member order are kept, and
/// the depth is bounded before anything is built.
class Builder {
 public:
  using Json = nlohmann::json;

  bool null() { return add(Nil{}); }
  bool boolean(bool v) { return add(v); }
  bool number_integer(Json::number_integer_t v) { return add(static_cast<std::int64_t>(v)); }
  bool number_unsigned(Json::number_unsigned_t v) {
    if (v > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return refuse("the number " + std::to_string(v) + " does not fit into 64 bits with a sign");
    }
    return add(static_cast<std::int64_t>(v));
  }
  bool number_float(Json::number_float_t v, const std::string& digits) {
    // The parser falls back to a double for integers of any length; a rounded integer is wrong.
    if (digits.find_first_of(".eE") == std::string::npos) {
      return refuse("the number " + digits + " does not fit into 64 bits with a sign");
    }
    return add(v);
  }
  bool string(std::string& v) { return add(std::move(v)); }
  bool binary(Json::binary_t& /*bytes*/) { return refuse("JSON text holds no binary values"); }
  bool start_object(std::size_t /*unknown*/) { return open(true); }
  bool start_array(std::size_t /*unknown*/) { return open(false); }
  bool key(std::string& name) {
    for (const Member& member : levels_.back().members) {
      if (member.name == name) return refuse("the member '" + name + "' is given twice");
    }
    levels_.back().members.push_back({.name = std::move(name), .value = {}});
    return true;
  }
  bool end_array() {
    Value array(std::move(levels_.back().items));
    levels_.pop_back();
    return add(std::move(array));
  }
  bool end_object();
  bool end_pairs(const Value& pairs);
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Json::exception& /*error*/) {
    return refuse("no JSON from byte " + std::to_string(position) + " on");
  }

  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] Value take() { return std::move(root_); }

 private:
  struct Level {
    bool object = false;
    Struct members;
    Array items;
  };

  bool refuse(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool open(bool object) {
    if (levels_.size() >= wire::kMaxDepth) {
      return refuse("nested deeper than " + std::to_string(wire::kMaxDepth) + " levels");
    }
    levels_.push_back({.object = object, .members = {}, .items = {}});
    return true;
  }
  bool add(Value value) {
    if (levels_.empty()) {
      root_ = std::move(value);
    } else if (levels_.back().object) {
      levels_.back().members.back().value = std::move(value);
    } else {
      levels_.back().items.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Level> levels_;
  Value root_;
  std::string reason_;
};

bool Builder::end_pairs(const Value& pairs) {
  Struct members;
  const auto* const list = pairs.get_if<Array>();
  bool good = list != nullptr;
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    const auto* const pair = (*list)[i].get_if<Array>();
    good = pair != nullptr && pair->size() == 2 && (*pair)[0].get_if<std::string>() != nullptr;
    if (good) members.push_back({.name = *(*pair)[0].get_if<std::string>(), .value = (*pair)[1]});
  }
  if (!good) return refuse("\"$struct\" wants a list of [\"name\", value] pairs");
  return add(std::move(members));
}

bool Builder::end_object() {
  Struct members = std::move(levels_.back().members);
  levels_.pop_back();
  if (members.size() != 1 || !members[0].name.starts_with('$')) return add(std::move(members));
  const std::string& name = members[0].name;
  const auto* text = members[0].value.get_if<std::string>();
  if (name == "$struct") return end_pairs(members[0].value);
  if (text == nullptr) return refuse("\"" + name + "\" wants a text");
  if (name == "$dateTime") return add(DateTime{*text});
  if (name == "$base64") {
    auto bytes = from_base64(*text);
    if (!bytes) return refuse("\"$base64\" wants padded base64 text");
    return add(Base64{std::move(*bytes)});
  }
  if (name == "$double") {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (*text == "nan") return add(std::numeric_limits<double>::quiet_NaN());
    if (*text == "inf") return add(kInfinity);
    if (*text == "-inf") return add(-kInfinity);
  }
  return refuse("\"" + name +
                "\" is none of $base64, $dateTime, $double (nan, inf, -inf), $struct");
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group =
          (group << 8U) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = k > bytes.size() - i;
      out += padding ? '=' : kBase64Digits[group >> (18U - 6U * k) & 0x3FU];
    }
  }
  return out;
}

std::string to_json(const Value& value, JsonLayout layout) {
  Writer writer(layout);
  writer.write(value);
  return std::move(writer).take();
}

std::string to_json(ValueView value, JsonLayout layout) {
  Writer writer(layout);
  writer.write(value);
  return std::move(writer).take();
}

Result<Value> from_json(std::string_view text) {
  Builder builder;
  try {
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return builder.take();
  } catch (const std::exception& error) {
    return fail(Code::kInvalidArgument,
                std::string("the JSON text cannot be read: ") + error.what());
  }
  return fail(Code::kInvalidArgument, builder.reason());
}

}  // namespace trestle::cli
