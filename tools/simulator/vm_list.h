// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_VM_LIST_H_
#define TRESTLE_TOOLS_SIMULATOR_VM_LIST_H_

#include <string>
#include <string_view>

#include "tools/simulator/model.h"
#include "tools/simulator/reply_writer.h"

namespace trestle::simulator {

/// Writes one struct of list_vms, member names and tags as recorded.
void write_guest(ReplyWriter& out, const Domain& domain, Instant now);
/// Domain-0 of the host.
void write_dom0(ReplyWriter& out, const Host& host, Instant now);

/// A UUID that depends on the seed text and the purpose only, so that devices keep theirs.
[[nodiscard]] std::string derived_uuid(std::string_view seed, std::string_view purpose);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_VM_LIST_H_
