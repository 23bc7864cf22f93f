// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_CONFIGURATION_H_
#define TRESTLE_INTEGRATION_CONTRACTS_CONFIGURATION_H_

#include <map>
#include <string>

#include "objects/core/secret.h"

namespace trestle::contracts {

/// Settings of one host as an orchestrator hands them over: texts by name (zone, pod, cluster,
/// guid, url, private.network.device ...). Passwords and keys are kept apart, so that printing
/// `values` shows none (known defects 6 and 7). A value.
struct Configuration {
  std::map<std::string, std::string, std::less<>> values = {};
  std::map<std::string, Secret, std::less<>> secrets = {};

  friend bool operator==(const Configuration&, const Configuration&) = default;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_CONFIGURATION_H_
