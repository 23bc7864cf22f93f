// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/guru.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/guest_types.h"
#include "integration/ovm3/resource.h"
#include "integration/ovm3/store.h"
#include "integration/schema/generated/storage.h"
#include "integration/schema/generated/volumes.h"
#include "integration/schema/type_info.h"

namespace trestle::ovm3 {
namespace {

using contracts::Delegation;
using contracts::HostRecord;
using contracts::HostState;

/// Commands that move bytes between stores and touch no VM.
bool is_copy(const schema::TypeInfo& type) {
  const std::array copies{&schema::CopyCommand::type_info(),
                          &schema::CopyVolumeCommand::type_info(),
                          &schema::SnapshotAndCopyCommand::type_info()};
  return std::ranges::find(copies, &type) != copies.end();
}

/// "repository ... and nfs-1:/export": the stores of a copy, for people.
std::string stores_of(const schema::Object& command) {
  const auto* const copy = command.as<schema::CopyCommand>();
  if (copy == nullptr) return "its stores";
  const auto source = object_of(copy->srcTO, "srcTO");
  const auto target = object_of(copy->destTO, "destTO");
  if (!source || !target) return "its stores";
  return source->store.shown() + " and " + target->store.shown();
}

}  // namespace

contracts::GuestType Guru::guest_type(std::string_view os_name) const {
  const GuestType type = ovm3::guest_type(os_name);
  return {.domain_type = std::string(type.domain_type), .known = type.known};
}

Result<Delegation> Guru::delegate(const CallContext& ctx, std::int64_t host,
                                  const schema::Object& command) {
  const bool in_sequence = schema::in_sequence(command);
  if (!is_copy(command.type())) return Delegation{.host = host, .in_sequence = in_sequence};
  TRESTLE_ASSIGN_OR_RETURN(const std::optional<HostRecord> meant, books_.host_by_id(ctx, host));
  if (!meant) {
    return fail(Code::kNotFound, "host number " + std::to_string(host) + " is not in the books");
  }
  if (meant->state == HostState::kUp) return Delegation{.host = host, .in_sequence = in_sequence};
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<HostRecord> cluster,
                           books_.hosts_of_cluster(ctx, meant->cluster));
  for (const HostRecord& other : cluster) {
    if (other.state == HostState::kUp && other.platform == kPlatform) {
      return Delegation{.host = other.id, .in_sequence = in_sequence};
    }
  }
  return fail(Code::kFailedPrecondition, "no host of cluster " + std::to_string(meant->cluster) +
                                             " is up that sees " + stores_of(command) +
                                             "; bring one up and try again");
}

}  // namespace trestle::ovm3
