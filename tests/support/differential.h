// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_DIFFERENTIAL_H_
#define TRESTLE_TESTS_SUPPORT_DIFFERENTIAL_H_

#include <string>
#include <string_view>
#include <variant>

#include "objects/core/result.h"
#include "objects/wire/codec.h"

namespace trestle::testing {

/// A decoded reply that owns its parts, from either decoder.
using Owned = Result<std::variant<Value, wire::Fault>>;

/// What our decoder makes of the bytes.
Owned decode_with_ours(std::string body);

/// Reads `body` with our decoder and with xmlrpc-c and says how they disagree; empty if they agree.
/// Values agree if they are equal but for what xmlrpc-c itself changes (see differential.cc); a
/// refusal by one of them agrees if it stands in the list of known differences there.
std::string disagreement(const std::string& body);

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_DIFFERENTIAL_H_
