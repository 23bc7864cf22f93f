// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_HOST_SERVICES_H_
#define TRESTLE_TOOLS_SIMULATOR_HOST_SERVICES_H_

#include "tools/simulator/services.h"

namespace trestle::simulator {

/// Parts of register_host.
void register_hardware(Services& services);
void register_host_settings(Services& services);
void register_copy_file(Services& services);

/// Writes the storage heartbeats of all hosts that have one, as of now.
void beat(Estate& estate);

/// Seconds since 1970.
[[nodiscard]] std::int64_t seconds_of(Instant instant);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_HOST_SERVICES_H_
