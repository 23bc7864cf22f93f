// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_REMOTE_H_
#define TRESTLE_OBJECTS_OVM3_API_REMOTE_H_

#include <optional>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.remote.linux_remote.LinuxRemoteManagement.
namespace trestle::ovm3::api::remote {

inline constexpr Service<Value(Value, Value, std::optional<Value>, std::optional<Value>)>
    remote_power_off{"remote_power_off",
                     {"controller_type", "tgt_host", "bmc_username", "bmc_password"},
                     k32,
                     Effect::kMutates,
                     "Powers another host down through its service processor."};

inline constexpr Service<Value(Value, Value, std::optional<Value>, std::optional<Value>)>
    remote_power_on{"remote_power_on",
                    {"controller_type", "tgt", "arg1", "arg2"},
                    k32,
                    Effect::kMutates,
                    "Powers another host up, by service processor or wake-on-LAN."};

inline constexpr Service<void()> sys_reboot{
    "sys_reboot", {}, k32, Effect::kMutates, "Reboots the host."};

inline constexpr Service<void()> sys_shutdown{
    "sys_shutdown", {}, k32, Effect::kMutates, "Switches the host off."};

}  // namespace trestle::ovm3::api::remote

#endif  // TRESTLE_OBJECTS_OVM3_API_REMOTE_H_
