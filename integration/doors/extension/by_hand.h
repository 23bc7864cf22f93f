// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_DOORS_EXTENSION_BY_HAND_H_
#define TRESTLE_INTEGRATION_DOORS_EXTENSION_BY_HAND_H_

#include <string>
#include <vector>

namespace trestle::extension {

/// The forms that a person runs: --check PAYLOAD, --explain ACTION PAYLOAD, --details, --version,
/// --help. Writes to standard output and gives the exit status: 0 good, 1 something is wrong,
/// 2 not understood.
[[nodiscard]] int run_by_hand(const std::vector<std::string>& args, const std::string& version);

}  // namespace trestle::extension

#endif  // TRESTLE_INTEGRATION_DOORS_EXTENSION_BY_HAND_H_
