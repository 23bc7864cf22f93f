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

/// True if a value of ours and one of xmlrpc-c's are the same but for what xmlrpc-c itself changes:
/// it writes line feeds for carriage returns, keeps the last of two members of one name, rounds
/// long fractions and rewrites dateTimes.
bool means_the_same(const Value& ours, const Value& theirs);

/// Reads `body` with our decoder and with xmlrpc-c and says how they disagree; empty if they agree.
/// A refusal by one of them agrees if it stands in the list of known differences in
/// differential.cc.
std::string disagreement(const std::string& body);
/// The same of two results that are there already.
std::string disagreement(const Owned& ours, const Owned& theirs);

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_DIFFERENTIAL_H_
