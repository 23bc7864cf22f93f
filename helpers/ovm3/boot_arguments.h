// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_BOOT_ARGUMENTS_H_
#define TRESTLE_HELPERS_OVM3_BOOT_ARGUMENTS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "objects/core/result.h"

namespace trestle::ovm3 {

/// Longest command line that Xen hands to a paravirtual kernel (1024 bytes with the zero at the
/// end); what is longer is cut off without a word.
inline constexpr std::size_t kLongestCommandLine = 1023;

/// The boot arguments of a system VM ("type=router name=r-4-VM ..." as CloudStack sends them), as
/// they travel in `extra` of vm.cfg: the boot loader of dom0 hands that on as one word, so a blank
/// becomes '%', which every system VM turns back into a blank. Everything else that a layer on the
/// way takes for its own (quotes, parentheses, backslash, '$', '`', '%' and '^' themselves, control
/// characters, all that is not ASCII) becomes '^' and two upper-case hexadecimal digits a byte;
/// systemvm/guest/boot-arguments gives that back inside the guest. `others`: bytes that the boot
/// loader adds, where known. Errors: kInvalidArgument for a zero byte; kResourceExhausted above
/// kLongestCommandLine. Thread-safe.
[[nodiscard]] Result<std::string> encode_boot_arguments(std::string_view arguments,
                                                        std::size_t others = 0);

/// The opposite, as the guest does it. Errors: kBadReply for '^' without two digits behind it.
[[nodiscard]] Result<std::string> decode_boot_arguments(std::string_view extra);

/// True if a guest that only turns '%' into blanks, as CloudStack's own templates do, reads these
/// encoded arguments right. All that CloudStack sends by itself is of that kind.
[[nodiscard]] bool plain_boot_arguments(std::string_view extra);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_BOOT_ARGUMENTS_H_
