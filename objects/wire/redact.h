// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_REDACT_H_
#define TRESTLE_OBJECTS_WIRE_REDACT_H_

#include <span>
#include <string>
#include <string_view>

#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::wire {

/// What stands in place of a secret, the same word that a Secret prints.
inline constexpr std::string_view kMask = "********";
/// Longest text that is shown whole; the rest is replaced by its length. A debug line is for
/// people.
inline constexpr std::size_t kLongestShownText = 256;

/// One call as a debug line may show it: `start_vm("0004fb...", "0004fb...")`. Secrets are masked
/// by service and position (passwords, file contents, commands for system VMs, messages to guests),
/// by the name of a struct member, and inside texts as `redacted_text` does. The arguments of a
/// call that `dispatch` or `ovs_async_proc` passes on are masked by the rules of the inner service.
/// `names` are the parameter names if the caller knows them: a secret name masks its argument too.
[[nodiscard]] std::string redacted_call(std::string_view service, std::span<const Value> params,
                                        std::span<const std::string_view> names = {});

/// One value in the same form, for configurations and replies.
[[nodiscard]] std::string redacted_value(const Value& value);
[[nodiscard]] std::string redacted_value(ValueView value);

/// The text without the passwords of URLs (`https://user:********@host/`), without what follows a
/// secret key (`vncpasswd=...`, `'password': '...'`, `<password>...`), and without PEM private
/// keys.
[[nodiscard]] std::string redacted_text(std::string_view text);

/// True if what stands under this name must not be shown: it has passw, secret, token or private in
/// it, in any case, or is `content`.
[[nodiscard]] bool is_secret_name(std::string_view name);

}  // namespace trestle::wire

#endif  // TRESTLE_OBJECTS_WIRE_REDACT_H_
