// SPDX-License-Identifier: Apache-2.0
#include "tools/api/compare.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "tools/api/catalog.h"

namespace trestle::api_tools {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kRemedy =
    "; name a file that introspect.py printed, or a catalogue such as 3.4.json";

tl::unexpected<Error> damaged(std::string_view file, const std::string& place,
                              std::string_view wanted) {
  return fail(Code::kInvalidArgument, std::string(file) + ": " + place + ": " +
                                          std::string(wanted) + " is expected" +
                                          std::string(kRemedy));
}

std::string numbered(const std::string& place, std::size_t index) {
  return place + "[" + std::to_string(index) + "]";
}

bool has_text(const Json& node, const char* key) {
  return node.is_object() && node.contains(key) && node.at(key).is_string();
}

bool has_list(const Json& node, const char* key) {
  return node.is_object() && node.contains(key) && node.at(key).is_array();
}

/// Both formats name an argument and may give its default; ours also marks varargs.
Result<ListedService> read_service(const Json& node, const char* arguments_key,
                                   std::string_view file, const std::string& place) {
  if (!has_text(node, "name")) return damaged(file, place, "an object with a text `name`");
  if (!has_list(node, arguments_key)) {
    return damaged(file, place, std::string("a list `") + arguments_key + "`");
  }
  ListedService service{.name = node.at("name").get<std::string>(), .arguments = {}};
  for (const Json& item : node.at(arguments_key)) {
    if (!has_text(item, "name")) {
      const std::string at = place + "." + arguments_key;
      return damaged(file, numbered(at, service.arguments.size()), "an object with a text `name`");
    }
    ListedArgument argument{.name = item.at("name").get<std::string>()};
    if (item.contains("default")) argument.default_text = item.at("default").dump();
    if (item.contains("repeated")) argument.name.insert(0, "*");
    service.arguments.push_back(std::move(argument));
  }
  if (has_text(node, "varargs")) {
    service.arguments.push_back({.name = "*" + node.at("varargs").get<std::string>()});
  }
  if (has_text(node, "keywords")) {
    service.arguments.push_back({.name = "**" + node.at("keywords").get<std::string>()});
  }
  return service;
}

Result<Listing> read_services(const Json& document, std::string_view file) {
  Listing listing{.services = {}, .has_defaults = has_list(document, "services")};
  std::vector<std::pair<const Json*, std::string>> lists;
  if (listing.has_defaults) {
    lists.emplace_back(&document.at("services"), "services");
  } else if (has_list(document, "groups")) {
    for (std::size_t i = 0; i < document.at("groups").size(); ++i) {
      const Json& group = document.at("groups").at(i);
      const std::string place = numbered("groups", i);
      if (!has_list(group, "services")) return damaged(file, place, "a list `services`");
      lists.emplace_back(&group.at("services"), place + ".services");
    }
  } else {
    return damaged(file, "document", "a list `services` or a list `groups`");
  }
  for (const auto& [services, place] : lists) {
    for (std::size_t i = 0; i < services->size(); ++i) {
      TRESTLE_ASSIGN_OR_RETURN(
          ListedService service,
          read_service(services->at(i), listing.has_defaults ? "args" : "arguments", file,
                       numbered(place, i)));
      listing.services.push_back(std::move(service));
    }
  }
  std::ranges::stable_sort(listing.services, {}, &ListedService::name);
  const auto same_name = [](const auto& a, const auto& b) { return a.name == b.name; };
  listing.services.erase(std::unique(listing.services.begin(), listing.services.end(), same_name),
                         listing.services.end());
  return listing;
}

std::vector<std::string> shared_names(const ListedService& of, const ListedService& with) {
  std::vector<std::string> names;
  for (const ListedArgument& argument : of.arguments) {
    if (std::ranges::find(with.arguments, argument.name, &ListedArgument::name) !=
        with.arguments.end()) {
      names.push_back(argument.name);
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Comparison {
 public:
  explicit Comparison(bool with_defaults) : with_defaults_(with_defaults) {}

  void compare(const ListedService& before, const ListedService& after) {
    only_in(before, after, "argument-removed");
    only_in(after, before, "argument-added");
    const auto old_order = shared_names(before, after);
    const auto new_order = shared_names(after, before);
    if (old_order != new_order) {
      add(before.name, "reordered", joined(old_order) + " -> " + joined(new_order));
    }
    if (with_defaults_) compare_defaults(before, after);
  }

  void add(const std::string& service, std::string_view kind, std::string detail) {
    found_.push_back({.service = service, .kind = kind, .detail = std::move(detail)});
  }

  std::vector<Difference> take() && { return std::move(found_); }

 private:
  void only_in(const ListedService& one, const ListedService& other, std::string_view kind) {
    for (const ListedArgument& argument : one.arguments) {
      if (std::ranges::find(other.arguments, argument.name, &ListedArgument::name) ==
          other.arguments.end()) {
        add(one.name, kind, argument.name);
      }
    }
  }

  void compare_defaults(const ListedService& before, const ListedService& after) {
    for (const ListedArgument& old : before.arguments) {
      const auto now = std::ranges::find(after.arguments, old.name, &ListedArgument::name);
      if (now == after.arguments.end() || now->default_text == old.default_text) continue;
      add(before.name, "default",
          old.name + ": " + old.default_text.value_or("none") + " -> " +
              now->default_text.value_or("none"));
    }
  }

  bool with_defaults_;
  std::vector<Difference> found_;
};

}  // namespace

Result<Listing> parse_listing(std::string_view text, std::string_view file) {
  const Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return damaged(file, "document", "JSON");
  return read_services(document, file);
}

Result<Listing> load_listing(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxCatalogBytes + 1, '\0');
  if (!in || (!in.read(text.data(), static_cast<std::streamsize>(text.size())) && in.bad())) {
    return fail(Code::kNotFound, file.string() + ": cannot be read" + std::string(kRemedy));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxCatalogBytes) {
    return fail(Code::kResourceExhausted, file.string() + ": is larger than " +
                                              std::to_string(kMaxCatalogBytes) + " bytes" +
                                              std::string(kRemedy));
  }
  return parse_listing(text, file.string());
}

std::vector<Difference> compare(const Listing& before, const Listing& after) {
  Comparison comparison(before.has_defaults == after.has_defaults);
  auto old = before.services.begin();
  auto now = after.services.begin();
  while (old != before.services.end() || now != after.services.end()) {
    if (now == after.services.end() || (old != before.services.end() && old->name < now->name)) {
      comparison.add((old++)->name, "removed", "");
    } else if (old == before.services.end() || now->name < old->name) {
      comparison.add((now++)->name, "added", "");
    } else {
      comparison.compare(*old++, *now++);
    }
  }
  return std::move(comparison).take();
}

}  // namespace trestle::api_tools
