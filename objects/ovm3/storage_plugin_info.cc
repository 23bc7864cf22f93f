// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/storage_plugin_info.h"

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

StoragePluginType to_type(std::string_view text) {
  if (text == "ifs") return StoragePluginType::kFileSystems;
  if (text == "isa") return StoragePluginType::kArrays;
  return StoragePluginType::kUnknown;
}

std::string_view to_string(StoragePluginType type) {
  switch (type) {
    case StoragePluginType::kFileSystems:
      return "file_systems";
    case StoragePluginType::kArrays:
      return "arrays";
    case StoragePluginType::kUnknown:
      break;
  }
  return "unknown";
}

StoragePluginInfo read_plugin(XmlElement element) {
  StoragePluginInfo plugin{
      .impl_name = element.attribute("plugin_impl_name").value_or(""),
      .type = to_type(element.text_of("plugin_type").value_or("")),
      .name = element.text_of("plugin_name"),
      .version = element.text_of("plugin_version"),
      .filesys_name = element.text_of("filesys_name"),
      .filesys_type = element.text_of("filesys_type"),
      .generic = element.flag_of("generic_plugin"),
      .cluster_required = element.flag_of("cluster_required"),
      .storage_types = split(element.text_of("storage_types").value_or(""), ','),
      .properties = {},
      .abilities = {},
  };
  for (const XmlElement property : element.children()) {
    if (property.name() == "abilities") continue;
    plugin.properties.emplace(property.name(), property.text());
  }
  for (const XmlElement ability : element.child("abilities").children()) {
    plugin.abilities.emplace(ability.name(), ability.text());
  }
  return plugin;
}

/// A flag as a flag, None and blanks as nil, the rest as it came. "1" stays: it is a version.
Value decoded(const std::string& text) {
  if (!present(text)) return Nil{};
  const bool digit = text.size() == 1 && (text[0] == '0' || text[0] == '1');
  if (const auto flag = to_flag(text); flag && !digit) return *flag;
  return text;
}

Value decoded(const StoragePluginInfo::Texts& texts) {
  Struct all;
  for (const auto& [name, text] : texts) all.push_back({name, decoded(text)});
  return all;
}

}  // namespace

std::optional<bool> StoragePluginInfo::can(std::string_view ability) const {
  const auto found = abilities.find(ability);
  return found == abilities.end() ? std::nullopt : to_flag(found->second);
}

Result<std::vector<StoragePluginInfo>> read_storage_plugins(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Storage_Plugins_Result"));
  const XmlElement list = document.root().child("storage_plugin_info_list");
  std::vector<StoragePluginInfo> plugins;
  for (const XmlElement element : list.children("storage_plugin_info")) {
    plugins.push_back(read_plugin(element));
  }
  return plugins;
}

Value describe(const StoragePluginInfo& plugin) {
  return Struct{{"impl_name", plugin.impl_name},
                {"type", to_string(plugin.type)},
                {"name", describe(plugin.name)},
                {"version", describe(plugin.version)},
                {"filesys_name", describe(plugin.filesys_name)},
                {"filesys_type", describe(plugin.filesys_type)},
                {"generic", describe(plugin.generic)},
                {"cluster_required", describe(plugin.cluster_required)},
                {"storage_types", describe(plugin.storage_types)},
                {"properties", decoded(plugin.properties)},
                {"abilities", decoded(plugin.abilities)}};
}

}  // namespace trestle::ovm3
