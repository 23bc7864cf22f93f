// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_GUEST_TYPES_H_
#define TRESTLE_HELPERS_OVM3_GUEST_TYPES_H_

#include <string>
#include <string_view>
#include <vector>

namespace trestle::ovm3 {

/// How a guest operating system is run. The texts live as long as the program.
struct GuestType {
  std::string_view domain_type;  ///< OVM_domain_type: xen_pvm, xen_hvm, xen_hvm_pv_drivers
  std::string_view kind;         ///< guest_os_type: linux, windows, other
  bool known = true;             ///< false: no row of the table fits, so the default is given

  friend bool operator==(const GuestType&, const GuestType&) = default;
};

/// By the orchestrator's name of the system ("CentOS 6.5 (64-bit)"), out of guest_types.txt. What
/// is not in the table is an emulated machine: every system boots on one (known defect 84).
[[nodiscard]] GuestType guest_type(std::string_view os_name);

/// What to tell about a default; empty for a known system.
[[nodiscard]] std::string guest_type_note(const GuestType& type, std::string_view os_name);

/// One row of the table.
struct GuestTypeRow {
  std::string_view name;  ///< whole, or what names begin with
  bool is_beginning = false;
  GuestType type;
};
/// The table, in the order of the file.
[[nodiscard]] const std::vector<GuestTypeRow>& guest_type_rows();

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_GUEST_TYPES_H_
