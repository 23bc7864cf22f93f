// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_ROUTER_FILES_H_
#define TRESTLE_INTEGRATION_OVM3_ROUTER_FILES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "helpers/ovm3/router_vm.h"
#include "integration/schema/values.h"
#include "objects/core/result.h"

/// The table from network commands to the JSON files of a router VM, as data.
namespace trestle::ovm3 {

/// How a member of the command becomes one of the file.
enum class As : std::uint8_t {
  kSame,
  kLower,  ///< a text in lower case
  kPorts,  ///< [80,88] is "80:88", none is "0:0"
};

struct FileField {
  std::string_view to;
  std::string_view from;
  As as = As::kSame;
};

/// A list of the command that becomes a list of the file.
struct FileList {
  std::string_view to = {};
  std::string_view from = {};
  std::span<const FileField> fields = {};
};

/// One command. `special` does what cannot be said as fields: it gets the command as JSON and gives
/// the members of the file to add, as JSON.
struct RouterFile {
  const schema::TypeInfo& (*command)();
  std::string_view file;
  std::string_view type;  ///< of member "type"
  std::span<const FileField> fields = {};
  FileList list = {};
  Result<std::string> (*special)(const std::string& command_json, const NicNumbers& nics) = nullptr;
};

[[nodiscard]] std::span<const RouterFile> router_files();

/// An IPv4 address as its number; absent for whatever is not four numbers to 255 with dots between.
[[nodiscard]] std::optional<std::uint32_t> ipv4_of(std::string_view text);

// The special ones; JSON texts in and out.
[[nodiscard]] Result<std::string> ip_association(const std::string& json, const NicNumbers& nics);
[[nodiscard]] Result<std::string> guest_network(const std::string& json, const NicNumbers& nics);
[[nodiscard]] Result<std::string> network_acl(const std::string& json, const NicNumbers& nics);
[[nodiscard]] Result<std::string> static_routes(const std::string& json, const NicNumbers& nics);
[[nodiscard]] Result<std::string> monitor_service(const std::string& json, const NicNumbers& nics);
[[nodiscard]] Result<std::string> ip_aliases(const std::string& json, const NicNumbers& nics);
[[nodiscard]] Result<std::string> load_balancer(const std::string& json, const NicNumbers& nics);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_ROUTER_FILES_H_
