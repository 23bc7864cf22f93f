// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_DOORS_EXTENSION_OUTPUT_H_
#define TRESTLE_INTEGRATION_DOORS_EXTENSION_OUTPUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "integration/ovm3/extension.h"
#include "objects/core/error.h"
#include "objects/core/result.h"

namespace trestle::extension {

/// Nobody reads the pipe before the program has ended, and it holds 64 KiB.
inline constexpr std::size_t kMostOutputBytes = 61'000;
/// Longest error or message.
inline constexpr std::size_t kMostTextBytes = 2000;

/// `text` with every one of `secrets` replaced by asterisks.
[[nodiscard]] std::string without_secrets(std::string text,
                                          const std::vector<std::string>& secrets);

/// One line of UTF-8, at most kMostTextBytes, without control characters.
[[nodiscard]] std::string one_line(std::string_view text);

/// The object for a success. `prepare` answers with what CloudStack merges into the VM; a custom
/// action shows its rows. Errors: kResourceExhausted if it is longer than kMostOutputBytes.
[[nodiscard]] Result<std::string> success_json(const ovm3::ExtensionRequest& request,
                                               const ovm3::ExtensionAnswer& answer,
                                               const std::vector<std::string>& secrets);

/// The object for a failure.
[[nodiscard]] std::string error_json(const Error& error, const std::vector<std::string>& secrets);

}  // namespace trestle::extension

#endif  // TRESTLE_INTEGRATION_DOORS_EXTENSION_OUTPUT_H_
