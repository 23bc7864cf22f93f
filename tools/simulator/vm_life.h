// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_VM_LIFE_H_
#define TRESTLE_TOOLS_SIMULATOR_VM_LIFE_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/ids.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {

/// "/OVS/Repositories/<repo>/VirtualMachines/<vm>" or the same below Templates, as the host sees
/// it.
[[nodiscard]] std::string vm_folder(const RepositoryId& repository, std::string_view vm,
                                    std::string_view kind = "VirtualMachines");

/// The stored configuration; errno 2 if there is none.
[[nodiscard]] Try<Struct> load_config(const Call& call, const std::string& folder);
/// Writes vm.cfg; the folder must exist.
[[nodiscard]] std::optional<Fault> store_config(const Call& call, const std::string& folder,
                                                const Struct& config);

/// "vm-<id>": the lock file that calls on one VM take.
[[nodiscard]] std::string vm_lock(std::string_view vm);

/// What keeps the host from running this guest now: memory, a missing disk or bridge, a name that
/// is taken.
[[nodiscard]] std::optional<Fault> cannot_run(Estate& estate, Host& host, const Domain& domain);

/// Puts a guest on a host: domid and VNC port are given out. The reference lives until the next
/// guest comes or goes.
Domain& place(Estate& estate, Host& host, Domain domain);
/// Takes a guest off a host; false if it is gone already.
bool remove_domain(Estate& estate, Host& host, std::string_view vm);
/// Changes the state, keeping counters right.
void set_state(Estate& estate, Domain& domain, DomainState state);

/// Carries out on_poweroff, on_reboot or on_crash. A restart that comes sooner than xend's minimum
/// restart time destroys the guest.
void end_of_guest(Estate& estate, Host& host, std::string_view vm, std::string_view action);
/// The guest's kernel dies now.
void crash_domain(Estate& estate, Host& host, std::string_view vm);

/// Parts of register_hypervisor.
void register_vm_config(Services& services);
void register_vm_power(Services& services);
void register_vm_list(Services& services);
void register_vm_migrate(Services& services);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_VM_LIFE_H_
