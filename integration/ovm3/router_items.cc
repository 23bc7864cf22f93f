// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/router_items.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "integration/ovm3/router_files.h"
#include "integration/schema/codec.h"
#include "integration/schema/generated/routing.h"
#include "integration/schema/generated/services.h"
#include "integration/schema/type_info.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kUpdate = "update_config.py";
constexpr const char* kRaisePriority = "bumpup_priority.sh";
constexpr const char* kWorkOff = "vr_cfg.sh";

const RouterFile* file_of(const schema::TypeInfo& command) {
  const auto files = router_files();
  const auto found = std::ranges::find_if(
      files, [&](const RouterFile& one) { return &one.command() == &command; });
  return found == files.end() ? nullptr : &*found;
}

/// Commands whose work is a script alone, or nothing at all: a source NAT is made with its address.
bool is_script(const schema::TypeInfo& command) {
  return &command == &schema::BumpUpPriorityCommand::type_info();
}
bool is_nothing(const schema::TypeInfo& command) {
  return &command == &schema::SetSourceNatCommand::type_info();
}

/// The members of the command, by the names of the wire.
Result<Json> json_of(const schema::Object& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string body, schema::encode_body(command));
  const Json all = Json::parse(body, nullptr, false);
  if (!all.is_array() || all.empty() || !all.front().is_object() || all.front().empty()) {
    return fail(Code::kInternal, "the command cannot be written as JSON");
  }
  return all.front().begin().value();
}

tl::unexpected<Error> wrong(std::string_view member, const std::string& why) {
  return fail(Code::kInvalidArgument, "member '" + std::string(member) + "' " + why);
}

Result<Json> converted(const Json& value, const FileField& field) {
  switch (field.as) {
    case As::kLower: {
      std::string text = value.is_string() ? value.get<std::string>() : "";
      std::ranges::transform(text, text.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return Json(std::move(text));
    }
    case As::kPorts:
      if (!value.is_array() || value.size() != 2 || !value[0].is_number_integer() ||
          !value[1].is_number_integer()) {
        return wrong(field.from, "is no range of ports: two numbers are wanted");
      }
      return Json(std::to_string(value[0].get<std::int64_t>()) + ":" +
                  std::to_string(value[1].get<std::int64_t>()));
    case As::kSame:
      break;
  }
  return value;
}

/// Members that the command leaves out are left out of the file too, as update_config.py expects.
Result<void> copy_fields(const Json& from, std::span<const FileField> fields, Json& to) {
  for (const FileField& field : fields) {
    const auto found = from.find(field.from);
    if (found == from.end() || found->is_null()) {
      if (field.as == As::kPorts) to[std::string(field.to)] = "0:0";
      continue;
    }
    TRESTLE_ASSIGN_OR_RETURN(Json value, converted(*found, field));
    to[std::string(field.to)] = std::move(value);
  }
  return {};
}

Result<void> copy_list(const Json& from, const FileList& list, Json& to) {
  const auto found = from.find(list.from);
  if (found == from.end() || !found->is_array()) {
    return wrong(list.from, "is missing; an empty list would say that there is none");
  }
  Json items = Json::array();
  for (const Json& one : *found) {
    Json item = Json::object();
    TRESTLE_RETURN_IF_ERROR(copy_fields(one, list.fields, item));
    items.push_back(std::move(item));
  }
  to[std::string(list.to)] = std::move(items);
  return {};
}

Result<Json> content_of(const RouterFile& file, const Json& command, const NicNumbers& nics) {
  Json content = Json::object();
  TRESTLE_RETURN_IF_ERROR(copy_fields(command, file.fields, content));
  if (!file.list.to.empty()) TRESTLE_RETURN_IF_ERROR(copy_list(command, file.list, content));
  if (file.special != nullptr) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string more, file.special(command.dump(), nics));
    content.update(Json::parse(more));
  }
  content["type"] = file.type;
  return content;
}

/// vr_cfg.sh writes a file line by line with an unquoted echo: runs of blanks become one, and a
/// star between two of them the names of files. In JSON every blank is inside a text, where it may
/// as well be written as a number.
std::string without_blanks(const std::string& json) {
  std::string text;
  for (const char c : json) {
    if (c == ' ') {
      text += "\\u0020";
    } else {
      text += c;
    }
  }
  return text;
}

bool is_plain_argument(const std::string& text) {
  constexpr std::string_view kPlain = "._-/:";
  return !text.empty() && std::ranges::all_of(text, [&](unsigned char c) {
    return std::isalnum(c) != 0 || kPlain.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string RouterItem::shown() const {
  std::string text = name;
  for (const std::string& argument : arguments) text += " " + argument;
  return text;
}

bool has_router_items(const schema::TypeInfo& command) {
  return file_of(command) != nullptr || is_script(command) || is_nothing(command);
}

std::vector<std::string> needed_nics(const schema::Object& command) {
  std::vector<std::string> macs;
  const auto json = json_of(command);
  if (!json) return macs;
  const schema::TypeInfo& type = command.type();
  if (&type == &schema::SetupGuestNetworkCommand::type_info() ||
      &type == &schema::SetNetworkACLCommand::type_info()) {
    if (const auto nic = json->find("nic"); nic != json->end())
      macs.push_back(text_at(*nic, "mac"));
  }
  if (&type == &schema::IpAssocCommand::type_info() ||
      &type == &schema::IpAssocVpcCommand::type_info()) {
    const auto addresses = json->find("ipAddresses");
    if (addresses == json->end() || !addresses->is_array()) return macs;
    for (const Json& one : *addresses) macs.push_back(text_at(one, "vifMacAddress"));
  }
  return macs;
}

Result<std::vector<RouterItem>> router_items(const schema::Object& command,
                                             const NicNumbers& nics) {
  std::vector<RouterItem> items;
  if (is_nothing(command.type())) return items;
  if (is_script(command.type())) {
    items.push_back({.kind = RouterItem::Kind::kScript, .name = kRaisePriority});
    return items;
  }
  const RouterFile* const file = file_of(command.type());
  if (file == nullptr) {
    return fail(Code::kUnimplemented, "routers have no configuration for " +
                                          std::string(command.type().name) + "; nothing was done");
  }
  TRESTLE_ASSIGN_OR_RETURN(const Json json, json_of(command));
  TRESTLE_ASSIGN_OR_RETURN(const Json content, content_of(*file, json, nics));
  items.push_back({.kind = RouterItem::Kind::kFile,
                   .name = std::string(file->file),
                   .folder = std::string(kRouterCache),
                   .content = Secret(content.dump())});
  items.push_back(
      {.kind = RouterItem::Kind::kScript, .name = kUpdate, .arguments = {std::string(file->file)}});
  return items;
}

Result<std::vector<RouterItem>> aggregated(const std::vector<RouterItem>& items,
                                           const std::string& id) {
  std::string text = "#Apache CloudStack Virtual Router Config File\n<version>\n1.0\n</version>\n";
  for (const RouterItem& item : items) {
    if (item.kind == RouterItem::Kind::kFile) {
      text += "<file>\n" + item.folder + "/" + item.name + "\n" +
              without_blanks(item.content.reveal()) + "\n</file>\n";
      continue;
    }
    text += "<script>\n" + std::string(kRouterScripts) + "/" + item.name;
    for (const std::string& argument : item.arguments) {
      if (!is_plain_argument(argument)) {
        return fail(Code::kInvalidArgument, "argument '" + argument + "' of " + item.name +
                                                " cannot be handed over together with others");
      }
      text += " " + argument;
    }
    text += "\n</script>\n";
  }
  const std::string name = "VR-" + id + ".cfg";
  const std::string path = std::string(kRouterCache) + "/" + name;
  return std::vector<RouterItem>{
      {.kind = RouterItem::Kind::kFile,
       .name = name,
       .folder = std::string(kRouterCache),
       .content = Secret(std::move(text))},
      {.kind = RouterItem::Kind::kScript, .name = kWorkOff, .arguments = {"-c", path}}};
}

}  // namespace trestle::ovm3
