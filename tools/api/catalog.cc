// SPDX-License-Identifier: Apache-2.0
#include "tools/api/catalog.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <sstream>
#include <utility>

namespace trestle::api_tools {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 7> kProof{"introspection", "recording",    "plugin",
                                                 "script",        "other-client", "vendor-text",
                                                 "module-source"};
constexpr std::array<std::string_view, 2> kNoProof{"carried-over", "inferred"};
constexpr std::array<std::string_view, 11> kTypes{
    "nil",    "boolean",      "int", "string", "array", "array of string", "array of struct",
    "struct", "xml_document", "any", "unknown"};
constexpr std::array<std::string_view, 4> kUses{"called", "wrapped", "wrapped-once", "none"};
/// Deeper than any document of the format, which has 9 levels.
constexpr int kMaxDepth = 16;

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

/// A text of the file in quotes, on one line and not longer than a person reads.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string shown = "'";
  for (const char c : text.substr(0, kLongest)) {
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return shown + (text.size() > kLongest ? "...'" : "'");
}

bool has(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// One value of the document with the place where it stands.
class Node {
 public:
  Node(const Json& value, std::string place) : value_(&value), place_(std::move(place)) {}

  [[nodiscard]] Error error(const std::string& what) const {
    return {.code = Code::kInvalidArgument, .what = place_ + ": " + what};
  }
  [[nodiscard]] tl::unexpected<Error> complain(const std::string& what) const {
    return fail(error(what));
  }

  /// Refuses anything but an object with these keys, of which the first `needed` must be there.
  [[nodiscard]] Result<void> check_object(std::initializer_list<std::string_view> keys,
                                          std::size_t needed) const {
    if (!value_->is_object())
      return complain(std::string("an object is wanted, this is ") + kind());
    const std::span known(keys.begin(), keys.size());
    for (const auto& item : value_->items()) {
      if (!has(known, item.key())) {
        return complain("unknown key " + in_quotes(item.key()) + "; known are " + listed(known));
      }
    }
    for (const std::string_view key : known.first(needed)) {
      if (!value_->contains(key))
        return complain("key '" + std::string(key) + "' is missing; add it");
    }
    return {};
  }
  [[nodiscard]] bool contains(std::string_view key) const { return value_->contains(key); }
  /// Only after check_object said that the key is there, or `contains`.
  [[nodiscard]] Node at(std::string_view key) const {
    return {value_->at(std::string(key)), place_ + "." + std::string(key)};
  }
  [[nodiscard]] Result<std::vector<Node>> items() const {
    if (!value_->is_array()) return complain(std::string("a list is wanted, this is ") + kind());
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < value_->size(); ++i) {
      nodes.emplace_back((*value_)[i], place_ + "[" + std::to_string(i) + "]");
    }
    return nodes;
  }
  [[nodiscard]] Result<std::vector<Node>> values() const {
    if (!value_->is_object())
      return complain(std::string("an object is wanted, this is ") + kind());
    std::vector<Node> nodes;
    for (const auto& item : value_->items()) {
      nodes.emplace_back(item.value(), place_ + "." + in_quotes(item.key()));
    }
    return nodes;
  }
  /// A text that is not empty.
  [[nodiscard]] Result<std::string> text() const {
    if (!value_->is_string()) return complain(std::string("a text is wanted, this is ") + kind());
    if (value_->get_ref<const std::string&>().empty()) return complain("the text is empty");
    return value_->get<std::string>();
  }
  [[nodiscard]] Result<std::string> word(std::span<const std::string_view> words) const {
    TRESTLE_ASSIGN_OR_RETURN(std::string found, text());
    if (!has(words, found)) {
      return complain(in_quotes(found) + " is not known here; use one of " + listed(words));
    }
    return found;
  }
  [[nodiscard]] Result<bool> truth() const {
    if (!value_->is_boolean())
      return complain(std::string("true or false is wanted, this is ") + kind());
    return value_->get<bool>();
  }
  [[nodiscard]] Result<std::int64_t> number() const {
    if (!value_->is_number_integer()) {
      return complain(std::string("a whole number is wanted, this is ") + kind());
    }
    return value_->get<std::int64_t>();
  }

 private:
  [[nodiscard]] const char* kind() const { return value_->type_name(); }

  const Json* value_;
  std::string place_;
};

Result<std::vector<std::string>> read_texts(const Node& node) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Node> items, node.items());
  std::vector<std::string> texts;
  for (const Node& item : items) {
    TRESTLE_ASSIGN_OR_RETURN(std::string text, item.text());
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::vector<std::string>> read_evidence(const Node& node) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Node> items, node.items());
  std::vector<std::string> words;
  for (const Node& item : items) {
    TRESTLE_ASSIGN_OR_RETURN(std::string word, item.text());
    if (!has(kProof, word) && !has(kNoProof, word)) {
      return item.complain(in_quotes(word) + " is not a word of evidence; use one of " +
                           listed(kProof) + ", " + listed(kNoProof));
    }
    if (std::ranges::find(words, word) != words.end()) return item.complain("'" + word + "' twice");
    words.push_back(std::move(word));
  }
  return words;
}

/// One word of kTypes, or two of them joined by " or ".
Result<std::string> read_type_name(const Node& node) {
  TRESTLE_ASSIGN_OR_RETURN(std::string name, node.text());
  const std::size_t joint = name.find(" or ");
  const bool known = joint == std::string::npos
                         ? has(kTypes, name)
                         : has(kTypes, std::string_view(name).substr(0, joint)) &&
                               has(kTypes, std::string_view(name).substr(joint + 4));
  if (!known) return node.complain(in_quotes(name) + " is not a type; types are " + listed(kTypes));
  return name;
}

Result<CatalogType> read_type(const Node& node) {
  CatalogType type;
  TRESTLE_ASSIGN_OR_RETURN(type.name, read_type_name(node.at("type")));
  TRESTLE_ASSIGN_OR_RETURN(type.evidence, read_evidence(node.at("evidence")));
  if (type.evidence.empty() != (type.name == "unknown")) {
    return node.complain("a type needs evidence, and 'unknown' has none; mend one of the two");
  }
  return type;
}

Result<Presence> read_presence(const Node& node) {
  bool repeated = false;
  if (node.contains("repeated")) {
    TRESTLE_ASSIGN_OR_RETURN(repeated, node.at("repeated").truth());
  }
  if (!node.contains("optional")) return repeated ? Presence::kRepeated : Presence::kRequired;
  if (repeated) return node.complain("'repeated' says 'optional' too; drop the latter");
  static constexpr std::array<std::string_view, 2> kDegrees{"shown", "likely"};
  TRESTLE_ASSIGN_OR_RETURN(const std::string degree, node.at("optional").word(kDegrees));
  return degree == "shown" ? Presence::kOptional : Presence::kLikelyOptional;
}

Result<CatalogArgument> read_argument(const Node& node) {
  TRESTLE_RETURN_IF_ERROR(node.check_object(
      {"name", "type", "evidence", "optional", "repeated", "default", "members"}, 3));
  CatalogArgument argument;
  TRESTLE_ASSIGN_OR_RETURN(argument.name, node.at("name").text());
  TRESTLE_ASSIGN_OR_RETURN(argument.type, read_type(node));
  TRESTLE_ASSIGN_OR_RETURN(argument.presence, read_presence(node));
  if (node.contains("default")) TRESTLE_RETURN_IF_ERROR(node.at("default").text());
  if (node.contains("members")) {
    TRESTLE_ASSIGN_OR_RETURN(const std::vector<Node> members, node.at("members").values());
    for (const Node& member : members) TRESTLE_RETURN_IF_ERROR(read_type_name(member));
  }
  return argument;
}

Result<std::vector<CatalogArgument>> read_arguments(const Node& node) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Node> items, node.items());
  std::vector<CatalogArgument> arguments;
  for (const Node& item : items) {
    TRESTLE_ASSIGN_OR_RETURN(CatalogArgument argument, read_argument(item));
    if (std::ranges::find(arguments, argument.name, &CatalogArgument::name) != arguments.end()) {
      return item.complain("a second argument named " + in_quotes(argument.name) + "; remove one");
    }
    const bool after_repeated =
        !arguments.empty() && arguments.back().presence == Presence::kRepeated;
    const bool after_optional =
        !arguments.empty() && arguments.back().presence != Presence::kRequired;
    if (after_repeated || (after_optional && argument.presence == Presence::kRequired)) {
      return item.complain(in_quotes(argument.name) +
                           " comes after an argument that may be left off");
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

Result<CatalogReply> read_reply(const Node& node) {
  TRESTLE_RETURN_IF_ERROR(node.check_object({"type", "evidence", "root", "or_nil"}, 2));
  CatalogReply reply;
  TRESTLE_ASSIGN_OR_RETURN(reply.type, read_type(node));
  if (node.contains("root")) {
    TRESTLE_ASSIGN_OR_RETURN(reply.root, node.at("root").text());
  }
  if (reply.root.has_value() != (reply.type.name == "xml_document")) {
    return node.complain("an xml_document has a root, and nothing else has one");
  }
  if (node.contains("or_nil")) {
    TRESTLE_ASSIGN_OR_RETURN(reply.or_nil, node.at("or_nil").truth());
  }
  return reply;
}

Result<CatalogService> read_service(const Node& node, const std::string& group) {
  TRESTLE_RETURN_IF_ERROR(node.check_object(
      {"name", "evidence", "arguments", "reply", "effect", "plugin_use", "branch", "facts"}, 5));
  CatalogService service;
  service.group = group;
  TRESTLE_ASSIGN_OR_RETURN(service.name, node.at("name").text());
  TRESTLE_ASSIGN_OR_RETURN(service.evidence, read_evidence(node.at("evidence")));
  if (std::ranges::none_of(service.evidence, [](const auto& word) { return has(kProof, word); })) {
    return node.at("evidence")
        .complain(in_quotes(service.name) + " is not proven here; leave it out");
  }
  TRESTLE_ASSIGN_OR_RETURN(service.arguments, read_arguments(node.at("arguments")));
  TRESTLE_ASSIGN_OR_RETURN(service.reply, read_reply(node.at("reply")));
  static constexpr std::array<std::string_view, 3> kEffects{"reads", "idempotent", "mutates"};
  TRESTLE_ASSIGN_OR_RETURN(const std::string effect, node.at("effect").word(kEffects));
  service.effect = effect == "reads"        ? Effect::kReads
                   : effect == "idempotent" ? Effect::kIdempotent
                                            : Effect::kMutates;
  if (node.contains("plugin_use")) TRESTLE_RETURN_IF_ERROR(node.at("plugin_use").word(kUses));
  if (node.contains("branch")) TRESTLE_RETURN_IF_ERROR(node.at("branch").text());
  if (node.contains("facts")) {
    TRESTLE_ASSIGN_OR_RETURN(service.facts, read_texts(node.at("facts")));
  }
  return service;
}

Result<Catalog> read_catalog(const Node& root) {
  TRESTLE_RETURN_IF_ERROR(root.check_object({"format", "release", "agent", "groups"}, 4));
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t format, root.at("format").number());
  if (format != kCatalogFormat) {
    return root.at("format").complain("format " + std::to_string(format) +
                                      " is not known; this program reads format 1");
  }
  Catalog catalog;
  TRESTLE_ASSIGN_OR_RETURN(catalog.release, root.at("release").text());
  TRESTLE_ASSIGN_OR_RETURN(catalog.agent, root.at("agent").text());
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Node> groups, root.at("groups").items());
  std::set<std::string> group_names;
  std::set<std::string> names;
  for (const Node& group : groups) {
    TRESTLE_RETURN_IF_ERROR(group.check_object({"group", "class", "services"}, 3));
    TRESTLE_ASSIGN_OR_RETURN(const std::string group_name, group.at("group").text());
    if (!group_names.insert(group_name).second) {
      return group.complain("a second group " + in_quotes(group_name) + "; put them together");
    }
    TRESTLE_RETURN_IF_ERROR(group.at("class").text());
    TRESTLE_ASSIGN_OR_RETURN(const std::vector<Node> services, group.at("services").items());
    for (const Node& service : services) {
      TRESTLE_ASSIGN_OR_RETURN(CatalogService read, read_service(service, group_name));
      if (!names.insert(read.name).second) {
        return service.complain("a second service " + in_quotes(read.name) + "; remove one");
      }
      catalog.services.push_back(std::move(read));
    }
  }
  return catalog;
}

/// nlohmann/json keeps the last of two equal keys without a word and nests without limit; this
/// watches the parser and remembers the first thing that is wrong.
class Watcher {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key && !keys_.empty() &&
        !keys_.back().insert(parsed.get_ref<const std::string&>()).second && complaint_.empty()) {
      complaint_ = "the key " + in_quotes(parsed.get_ref<const std::string&>()) +
                   " stands twice in one object";
    }
    if (depth > kMaxDepth && complaint_.empty()) {
      complaint_ = "nested deeper than " + std::to_string(kMaxDepth) + " levels";
    }
    return depth <= kMaxDepth;
  }
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

 private:
  std::vector<std::set<std::string>> keys_;
  std::string complaint_;
};

}  // namespace

bool CatalogType::proven() const {
  return std::ranges::any_of(evidence, [](const auto& word) { return has(kProof, word); });
}

const CatalogService* Catalog::find(std::string_view name) const {
  const auto found = std::ranges::find(services, name, &CatalogService::name);
  return found == services.end() ? nullptr : &*found;
}

Result<Catalog> parse_catalog(std::string_view text, std::string_view file) {
  const std::string name(file);
  if (text.size() > kMaxCatalogBytes) {
    return fail(Code::kResourceExhausted, name + ": " + std::to_string(text.size()) +
                                              " bytes; a catalogue may have " +
                                              std::to_string(kMaxCatalogBytes));
  }
  try {
    Watcher watcher;
    const Json document =
        Json::parse(text, [&watcher](int depth, Json::parse_event_t event, const Json& parsed) {
          return watcher(depth, event, parsed);
        });
    if (!watcher.complaint().empty()) {
      return fail(Code::kInvalidArgument, name + ": " + watcher.complaint());
    }
    Result<Catalog> catalog = read_catalog(Node(document, "document"));
    if (!catalog) {
      Error error = std::move(catalog).error();
      error.what = name + ": " + error.what;
      return fail(std::move(error));
    }
    return catalog;
  } catch (const Json::parse_error& error) {
    return fail(Code::kInvalidArgument,
                name + ": not JSON from byte " + std::to_string(error.byte) + " on; mend the file");
  } catch (const Json::exception& error) {
    return fail(Code::kInvalidArgument, name + ": not readable: " + in_quotes(error.what()));
  }
}

Result<Catalog> load_catalog(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return fail(Code::kNotFound, file.string() + ": cannot be read; name a catalogue file");
  }
  return parse_catalog(std::move(text).str(), file.string());
}

Result<std::vector<Catalog>> load_catalogs(const std::filesystem::path& folder) {
  std::error_code problem;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (files.empty()) {
    return fail(Code::kNotFound,
                folder.string() + ": holds no catalogue; name the folder that has 3.2.1.json");
  }
  std::ranges::sort(files);
  std::vector<Catalog> catalogs;
  for (const auto& file : files) {
    TRESTLE_ASSIGN_OR_RETURN(Catalog catalog, load_catalog(file));
    if (std::ranges::find(catalogs, catalog.release, &Catalog::release) != catalogs.end()) {
      return fail(Code::kInvalidArgument,
                  file.string() + ": a second catalogue of release " + catalog.release);
    }
    catalogs.push_back(std::move(catalog));
  }
  return catalogs;
}

}  // namespace trestle::api_tools
