// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_MODULE_SERVICES_H_
#define TRESTLE_TOOLS_SIMULATOR_MODULE_SERVICES_H_

#include <string>

#include "tools/simulator/services.h"

namespace trestle::simulator {

/// The part of register_module that is about interfaces.
void register_module_network(Services& services);

/// The part of register_module that reaches into system VMs.
void register_module_domr(Services& services);

/// The module takes texts and numbers alike; "" for anything else.
[[nodiscard]] std::string text_of(const Value& v);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_MODULE_SERVICES_H_
