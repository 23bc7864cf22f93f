// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_VHD_PARENT_H_
#define TRESTLE_SYSTEMVM_VHD_PARENT_H_

#include <string>
#include <vector>

#include "systemvm/file.h"
#include "systemvm/vhd_format.h"

namespace trestle::systemvm {

/// Where the parent of a differencing image may lie, the best place first: relative locators
/// (W2ru, MacX), absolute ones, and the bare name beside the child, because files move together.
/// Errors: kCorruptImage for a locator outside of the file, those of the system.
[[nodiscard]] Result<std::vector<std::string>> vhd_parent_paths(const ReadFile& child,
                                                                const VhdHeader& header);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_VHD_PARENT_H_
