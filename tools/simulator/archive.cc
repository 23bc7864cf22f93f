// SPDX-License-Identifier: Apache-2.0
// JSON of worlds, states and rules. The only place that knows the JSON library in this direction.
#include <concepts>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "tools/simulator/fields.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {
namespace {

using Json = nlohmann::ordered_json;

/// Deepest nesting that a document may have; the deepest of ours has 6.
constexpr int kMaxDepth = 32;
constexpr std::int64_t kNsPerMs = 1'000'000;

template <class E>
struct Names;
template <>
struct Names<Power> {
  static constexpr std::string_view kTexts[] = {"off", "booting", "on"};
};
template <>
struct Names<Certificate> {
  static constexpr std::string_view kTexts[] = {"good", "expired", "wrong_name", "unsigned"};
};
template <>
struct Names<DomainState> {
  static constexpr std::string_view kTexts[] = {"running",  "blocked", "paused",
                                                "shutdown", "crashed", "dying"};
};
template <>
struct Names<VmState> {
  static constexpr std::string_view kTexts[] = {"stopped", "running", "paused", "crashed"};
};

template <class E>
std::string name_of(E value) {
  if constexpr (std::same_as<E, Release> || std::same_as<E, Action>) {
    return std::string(to_string(value));
  } else {
    return std::string(Names<E>::kTexts[static_cast<std::size_t>(value)]);
  }
}

template <class E>
std::optional<E> by_name(std::string_view text) {
  if constexpr (std::same_as<E, Release>) {
    return parse_release(text);
  } else if constexpr (std::same_as<E, Action>) {
    return parse_action(text);
  } else {
    std::size_t i = 0;
    for (const std::string_view name : Names<E>::kTexts) {
      if (name == text) return static_cast<E>(i);
      ++i;
    }
    return std::nullopt;
  }
}

template <class E>
std::string names_of() {
  if constexpr (std::same_as<E, Release>) {
    return "3.2.1, 3.3.1, 3.4";
  } else if constexpr (std::same_as<E, Action>) {
    std::string all;
    for (unsigned i = 0; i <= static_cast<unsigned>(Action::kWrongCertificate); ++i) {
      all += (i == 0 ? "" : ", ") + std::string(to_string(static_cast<Action>(i)));
    }
    return all;
  } else {
    std::string all;
    for (const std::string_view name : Names<E>::kTexts) {
      all += (all.empty() ? "" : ", ") + std::string(name);
    }
    return all;
  }
}

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

// ---- writing

Json to_json(const Value& v) {
  if (const auto* flag = v.get_if<bool>()) return *flag;
  if (const auto* number = v.get_if<std::int64_t>()) return *number;
  if (const auto* real = v.get_if<double>()) return *real;
  if (const auto* text = v.get_if<std::string>()) return *text;
  if (const auto* items = v.get_if<Array>()) {
    Json out = Json::array();
    for (const Value& item : *items) out.push_back(to_json(item));
    return out;
  }
  if (const auto* members = v.get_if<Struct>()) {
    Json out = Json::object();
    for (const Member& member : *members) out[member.name] = to_json(member.value);
    return out;
  }
  return nullptr;
}

template <class T>
Json write(const T& x, bool runtime);

class Writer {
 public:
  Writer(Json& out, bool runtime) : out_(out), runtime_(runtime) {}

  template <class T>
  void operator()(const char* name, const T& x) {
    if constexpr (IsOptional<T>::value) {
      if (x) out_[name] = write(*x, runtime_);
    } else {
      out_[name] = write(x, runtime_);
    }
  }
  template <class T>
  void required(const char* name, const T& x) {
    (*this)(name, x);
  }
  template <class T>
  void runtime(const char* name, const T& x) {
    if (runtime_) (*this)(name, x);
  }
  void ms(const char* name, Span x) {
    if (x.count() % kNsPerMs == 0) {
      out_[name] = x.count() / kNsPerMs;
    } else {
      out_[name] = static_cast<double>(x.count()) / static_cast<double>(kNsPerMs);
    }
  }

 private:
  Json& out_;
  bool runtime_;  ///< runtime fields are written too
};

template <class T>
Json write(const T& x, bool runtime) {
  if constexpr (std::same_as<T, Instant>) {
    return x.count();
  } else if constexpr (std::is_enum_v<T>) {
    return name_of(x);
  } else if constexpr (std::same_as<T, Struct>) {
    return to_json(Value(x));
  } else if constexpr (IsVector<T>::value) {
    Json out = Json::array();
    for (const auto& item : x) out.push_back(write(item, runtime));
    return out;
  } else if constexpr (std::same_as<T, std::map<std::string, Guest, std::less<>>>) {
    Json out = Json::object();
    for (const auto& [key, item] : x) out[key] = write(item, runtime);
    return out;
  } else if constexpr (std::same_as<T, std::filesystem::path>) {
    return x.string();
  } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
    return x;
  } else {
    Json out = Json::object();
    Writer writer(out, runtime);
    fields(writer, const_cast<T&>(x));  // one description serves reading and writing
    return out;
  }
}

// ---- reading

/// Where the reader is, and the first thing that did not fit.
struct Reading {
  std::string path;
  std::string error;
  bool runtime = false;  ///< runtime fields are accepted

  bool wrong(const std::string& what) {
    if (error.empty()) error = (path.empty() ? "the document" : path) + ": " + what;
    return false;
  }
};

/// Lengthens the path as long as it lives.
class Step {
 public:
  Step(Reading& reading, const std::string& part) : reading_(reading), size_(reading.path.size()) {
    if (!reading.path.empty() && part.front() != '[') reading.path += '.';
    reading.path += part;
  }
  ~Step() { reading_.path.resize(size_); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  Reading& reading_;
  std::size_t size_;
};

template <class T>
bool read(Reading& reading, const Json& json, T& out);

class Reader {
 public:
  Reader(Reading& reading, const Json& json) : reading_(reading), json_(json) {}

  template <class T>
  void operator()(const char* name, T& x) {
    known_.insert(name);
    const auto found = json_.find(name);
    if (found == json_.end() || !reading_.error.empty()) return;
    const Step step(reading_, name);
    read(reading_, *found, x);
  }
  template <class T>
  void required(const char* name, T& x) {
    if (!json_.contains(name)) reading_.wrong(std::string("the field '") + name + "' is missing");
    (*this)(name, x);
  }
  template <class T>
  void runtime(const char* name, T& x) {
    if (reading_.runtime) (*this)(name, x);
  }
  void ms(const char* name, Span& x) {
    double number = static_cast<double>(x.count()) / static_cast<double>(kNsPerMs);
    (*this)(name, number);
    constexpr double kMost = 1e9;  // 11 days; nanoseconds of that fit a double exactly
    if (!(number >= 0 && number <= kMost)) {
      const Step step(reading_, name);
      reading_.wrong("milliseconds from 0 to 1e9 are expected");
    } else {
      x = Span(static_cast<std::int64_t>(number * static_cast<double>(kNsPerMs) + 0.5));
    }
  }

  void refuse_others() {
    for (const auto& [name, value] : json_.items()) {
      if (known_.contains(name)) continue;
      std::string all;
      for (const std::string& known : known_) all += (all.empty() ? "" : ", ") + known;
      reading_.wrong("no field is called '" + name + "'; the fields are " + all);
      return;
    }
  }

 private:
  Reading& reading_;
  const Json& json_;
  std::set<std::string> known_;
};

bool read_value(Reading& reading, const Json& json, Value& out) {
  if (json.is_boolean()) {
    out = json.get<bool>();
  } else if (json.is_number_unsigned() &&
             json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return reading.wrong("the number does not fit 64 bits");
  } else if (json.is_number_integer()) {
    out = json.get<std::int64_t>();
  } else if (json.is_number()) {
    out = json.get<double>();
  } else if (json.is_string()) {
    out = json.get<std::string>();
  } else if (json.is_array()) {
    Array items(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
      const Step step(reading, "[" + std::to_string(i) + "]");
      if (!read_value(reading, json[i], items[i])) return false;
    }
    out = std::move(items);
  } else if (json.is_object()) {
    Struct members;
    for (const auto& [name, item] : json.items()) {
      const Step step(reading, name.empty() ? "''" : name);
      members.push_back({name, {}});
      if (!read_value(reading, item, members.back().value)) return false;
    }
    out = std::move(members);
  } else {
    out = Value();
  }
  return true;
}

template <class T>
bool read_number(Reading& reading, const Json& json, T& out) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) return reading.wrong("a number is expected");
    out = json.get<T>();
    return true;
  } else {
    const bool small =
        json.is_number_unsigned() &&
        json.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    const bool negative =
        json.is_number_integer() && !json.is_number_unsigned() && std::is_signed_v<T> &&
        json.get<std::int64_t>() >= static_cast<std::int64_t>(std::numeric_limits<T>::min());
    if (!small && !negative) {
      return reading.wrong("a whole number from " + std::to_string(std::numeric_limits<T>::min()) +
                           " to " + std::to_string(std::numeric_limits<T>::max()) + " is expected");
    }
    out = json.get<T>();
    return true;
  }
}

template <class T>
bool read_items(Reading& reading, const Json& json, T& out) {
  if (!json.is_array()) return reading.wrong("a list is expected");
  out.clear();
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Step step(reading, "[" + std::to_string(i) + "]");
    out.emplace_back();
    if (!read(reading, json[i], out.back())) return false;
  }
  return true;
}

bool read_text(Reading& reading, const Json& json, std::string& out) {
  if (!json.is_string()) return reading.wrong("a text is expected");
  out = json.get<std::string>();
  // Names become paths and texts become XML; a control character fits neither.
  for (const char c : out) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 && c != '\n' && c != '\t') {
      return reading.wrong("the text holds a control character");
    }
  }
  return true;
}

template <class T>
bool read(Reading& reading, const Json& json, T& out) {
  if constexpr (IsOptional<T>::value) {
    return read(reading, json, out.emplace());
  } else if constexpr (std::same_as<T, Instant>) {
    std::int64_t count = 0;
    if (!read_number(reading, json, count)) return false;
    out = Instant(count);
    return true;
  } else if constexpr (std::same_as<T, bool>) {
    if (!json.is_boolean()) return reading.wrong("true or false is expected");
    out = json.get<bool>();
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    const auto value = json.is_string() ? by_name<T>(json.get<std::string>()) : std::nullopt;
    if (!value) return reading.wrong("expected is one of " + names_of<T>());
    out = *value;
    return true;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return read_number(reading, json, out);
  } else if constexpr (std::same_as<T, std::string>) {
    return read_text(reading, json, out);
  } else if constexpr (std::same_as<T, std::filesystem::path>) {
    std::string text;
    if (!read_text(reading, json, text)) return false;
    out = text;
    return true;
  } else if constexpr (std::same_as<T, Struct>) {
    if (!json.is_object()) return reading.wrong("an object is expected");
    Value value;
    if (!read_value(reading, json, value)) return false;
    out = *value.get_if<Struct>();
    return true;
  } else if constexpr (IsVector<T>::value) {
    return read_items(reading, json, out);
  } else if constexpr (std::same_as<T, std::map<std::string, Guest, std::less<>>>) {
    if (!json.is_object()) return reading.wrong("an object is expected");
    for (const auto& [key, item] : json.items()) {
      const Step step(reading, key.empty() ? "''" : key);
      if (!read(reading, item, out[key])) return false;
    }
    return true;
  } else {
    if (!json.is_object()) return reading.wrong("an object is expected");
    Reader reader(reading, json);
    fields(reader, out);
    if (reading.error.empty()) reader.refuse_others();
    return reading.error.empty();
  }
}

/// Parses, refusing what the library would let pass: names that come twice, and great depth.
Result<Json> parse(std::string_view text) {
  std::vector<std::set<std::string>> names;
  std::string twice;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key &&
        !names.back().insert(parsed.get<std::string>()).second) {
      twice = parsed.get<std::string>();
    }
    if (depth > kMaxDepth) twice = "\n";
    return twice.empty();
  };
  Json json;
  try {
    json = Json::parse(text, watch);
  } catch (const Json::exception& error) {
    return fail(Code::kInvalidArgument, std::string("not JSON: ") + error.what());
  }
  if (twice == "\n") return fail(Code::kInvalidArgument, "the document is nested too deeply");
  if (!twice.empty()) {
    return fail(Code::kInvalidArgument, "the field '" + twice + "' stands twice in one object");
  }
  return json;
}

template <class T>
Result<T> read_document(std::string_view text, bool runtime) {
  TRESTLE_ASSIGN_OR_RETURN(const Json json, parse(text));
  Reading reading{.path = {}, .error = {}, .runtime = runtime};
  T out;
  try {
    read(reading, json, out);
  } catch (const Json::exception& error) {
    reading.wrong(error.what());
  }
  if (!reading.error.empty()) return fail(Code::kInvalidArgument, reading.error);
  return out;
}

template <class T>
std::string write_document(const T& x, int indent, bool runtime = true) {
  // Texts that came over the wire may be no UTF-8; they are stored with the replacement sign.
  return write(x, runtime).dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <class T>
Result<void> check_version(const T& x) {
  if (x.version == kFormatVersion) return {};
  return fail(Code::kInvalidArgument, "version: " + std::to_string(x.version) +
                                          " is not known; this program reads version " +
                                          std::to_string(kFormatVersion));
}

}  // namespace

Result<World> read_world(std::string_view json) {
  TRESTLE_ASSIGN_OR_RETURN(World world, read_document<World>(json, false));
  TRESTLE_RETURN_IF_ERROR(check_version(world));
  return world;
}

std::string write_world(const World& world) { return write_document(world, 2, false); }

Result<Rule> read_rule(std::string_view json) { return read_document<Rule>(json, false); }

std::string write_rules(const std::vector<Rule>& rules) { return write_document(rules, -1); }

std::string write_host(const Host& host) { return write_document(host, -1); }

Result<StoredState> read_state(std::string_view json) {
  TRESTLE_ASSIGN_OR_RETURN(StoredState state, read_document<StoredState>(json, true));
  TRESTLE_RETURN_IF_ERROR(check_version(state));
  return state;
}

std::string write_state(const StoredState& state) { return write_document(state, -1); }

}  // namespace trestle::simulator
