// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_ROUTER_ITEMS_H_
#define TRESTLE_INTEGRATION_OVM3_ROUTER_ITEMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "helpers/ovm3/router_vm.h"
#include "integration/schema/values.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"

/// What a network command is for a router VM: files that its scripts read, and scripts that are
/// run, in this order. Pure. The files are JSON as the system VM's update_config.py takes it
/// (members in lower case with underlines, member "type" naming the kind).
namespace trestle::ovm3 {

struct RouterItem {
  enum class Kind : std::uint8_t { kFile, kScript };
  Kind kind = Kind::kScript;
  std::string name = {};                    ///< of the file or the script
  std::string folder = {};                  ///< of a file
  Secret content = {};                      ///< of a file: keys and passwords of users may be in it
  std::vector<std::string> arguments = {};  ///< of a script

  /// "vm_password.json", "update_config.py vm_password.json": for answers; shows no content.
  [[nodiscard]] std::string shown() const;
  friend bool operator==(const RouterItem&, const RouterItem&) = default;
};

/// Whether router_items knows the command.
[[nodiscard]] bool has_router_items(const schema::TypeInfo& command);

/// MAC addresses of the router's NICs whose numbers the items need.
[[nodiscard]] std::vector<std::string> needed_nics(const schema::Object& command);

/// The items; none where the router has nothing to do. Addresses that are to be taken away with a
/// NIC that is gone already are left out. Errors: kNotFound naming router and MAC address if a NIC
/// is missing; kInvalidArgument naming a member that the command lacks or that is not what it
/// should be; kUnimplemented for a command without items.
[[nodiscard]] Result<std::vector<RouterItem>> router_items(const schema::Object& command,
                                                           const NicNumbers& nics);

/// Many items as one file that the system VM's vr_cfg.sh works off, and the run of it. `id` makes
/// the file's name. Errors: kInvalidArgument for an argument that is not plain: the script splits
/// its lines at blanks.
[[nodiscard]] Result<std::vector<RouterItem>> aggregated(const std::vector<RouterItem>& items,
                                                         const std::string& id);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_ROUTER_ITEMS_H_
