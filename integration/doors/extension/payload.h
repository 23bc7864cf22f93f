// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_DOORS_EXTENSION_PAYLOAD_H_
#define TRESTLE_INTEGRATION_DOORS_EXTENSION_PAYLOAD_H_

#include <string>
#include <string_view>
#include <vector>

#include "integration/ovm3/extension.h"
#include "objects/core/result.h"

namespace trestle::extension {

/// Larger files are no payloads.
inline constexpr std::size_t kMostPayloadBytes = std::size_t{16} << 20U;

/// A payload file, read.
struct Payload {
  ovm3::ExtensionRequest request;
  /// Every text under a key that has to do with passwords, secrets or tokens: none of them may be
  /// printed or logged.
  std::vector<std::string> secrets;
};

/// The whole file, unchanged where it lies. Errors: kInvalidArgument naming the file.
[[nodiscard]] Result<std::string> read_payload_file(const std::string& path);

/// Reads the JSON that CloudStack writes: integers exactly, unknown keys passed over, absent ones
/// absent. Errors: kInvalidArgument that names the place.
[[nodiscard]] Result<Payload> parse_payload(std::string_view action, std::string_view json);

}  // namespace trestle::extension

#endif  // TRESTLE_INTEGRATION_DOORS_EXTENSION_PAYLOAD_H_
