// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_DIGEST_H_
#define TRESTLE_HELPERS_OVM3_DIGEST_H_

#include <string>
#include <string_view>

#include "objects/core/result.h"

namespace trestle::ovm3 {

/// SHA-256 of the bytes as 64 lower-case hexadecimal digits. Thread-safe.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The pin ("sha256//BASE64") of the public key in the first certificate of a PEM text, as
/// TlsPolicy::pin reads it. Errors: kInvalidArgument if there is no certificate in it. Thread-safe.
[[nodiscard]] Result<std::string> certificate_pin(const std::string& pem);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_DIGEST_H_
