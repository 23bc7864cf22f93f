// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_STORAGE_PLUGIN_INFO_H_
#define TRESTLE_OBJECTS_OVM3_STORAGE_PLUGIN_INFO_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// What a storage plugin serves: file systems ("ifs") or arrays of disks ("isa").
enum class StoragePluginType : std::uint8_t { kUnknown, kFileSystems, kArrays };

/// One storage plugin of a host. `impl_name` is the first argument of every storage_plugin_* call.
struct StoragePluginInfo {
  using Texts = std::map<std::string, std::string, std::less<>>;

  std::string impl_name;  ///< "oracle.generic.NFSPlugin.GenericNFSPlugin"
  StoragePluginType type = StoragePluginType::kUnknown;
  std::optional<std::string> name;
  std::optional<std::string> version;
  std::optional<std::string> filesys_name;  ///< "NFS", "ocfs2"
  std::optional<std::string> filesys_type;  ///< "NetworkFS", "LocalFS"
  std::optional<bool> generic;
  std::optional<bool> cluster_required;
  std::vector<std::string> storage_types;  ///< "SAN", "iSCSI"
  Texts properties;                        ///< all there are, by the agent's names, as they came
  Texts abilities;                         ///< "snapshot": "ONLINE", "access_control": "NO"

  /// An ability that is YES or NO; absent if it is missing, UNSUPPORTED, or no flag.
  [[nodiscard]] std::optional<bool> can(std::string_view ability) const;

  friend bool operator==(const StoragePluginInfo&, const StoragePluginInfo&) = default;
};

/// Reads a Discover_Storage_Plugins_Result; no plugin is an empty list.
/// Errors: kBadReply if it is no such document; those of XmlDocument::parse.
/// Source: recordings/ovm-3.2.1/discover_storage_plugins.xml.
[[nodiscard]] Result<std::vector<StoragePluginInfo>> read_storage_plugins(ValueView reply);

[[nodiscard]] Value describe(const StoragePluginInfo& plugin);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_STORAGE_PLUGIN_INFO_H_
