// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/investigator.h"

#include <functional>
#include <string>
#include <vector>

#include "integration/ovm3/resource.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/type_info.h"

namespace trestle::ovm3 {
namespace {

using contracts::FenceOutcome;
using contracts::Fencing;
using contracts::HostRecord;
using contracts::HostState;
using contracts::Liveness;

/// Those who can be asked: of our kind, up, and not the host itself.
Result<std::vector<HostRecord>> neighbours(const CallContext& ctx, contracts::Orchestrator& books,
                                           const HostRecord& host) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<HostRecord> all,
                           books.hosts_of_cluster(ctx, host.cluster));
  std::vector<HostRecord> up;
  for (const HostRecord& one : all) {
    const bool usable =
        one.state == HostState::kUp && one.guid != host.guid && one.platform == kPlatform;
    if (usable && up.size() < Investigator::kMostWitnesses) up.push_back(one);
  }
  return up;
}

/// A share of the time, so that one that does not answer leaves some for the others.
CallContext share(const CallContext& ctx, std::size_t left) {
  return with_budget(ctx, ctx.remaining() / static_cast<std::int64_t>(left));
}

std::string reason_of(const schema::Object& answer) {
  const std::string* const details = schema::details_of(answer);
  return details == nullptr ? "no reason was given" : *details;
}

/// What one neighbour's answer to CheckOnHostCommand says.
Liveness statement_of(const HostRecord& witness, const Result<schema::Object>& answer) {
  if (!answer) return Liveness::cannot_tell(witness.name, answer.error().message());
  const auto* const seen = answer->as<schema::CheckOnHostAnswer>();
  // An error answer of another class is no verdict either (known defect 122).
  if (seen == nullptr || !seen->result || !seen->determined) {
    return Liveness::cannot_tell(witness.name, reason_of(*answer));
  }
  using std::chrono::milliseconds;
  return seen->alive ? Liveness::alive(milliseconds{0}, witness.name, reason_of(*answer))
                     : Liveness::dead(milliseconds{0}, witness.name, reason_of(*answer));
}

/// What the VM's own host says of it; it is the only one who can say that it does not run there.
Liveness own_word(const CallContext& ctx, contracts::Orchestrator& books, std::string_view vm,
                  const HostRecord& host) {
  const auto answer = books.send(
      ctx, host.id, schema::Object(schema::CheckVirtualMachineCommand{.vmName = std::string(vm)}));
  if (!answer) return Liveness::cannot_tell(host.name, answer.error().message());
  const auto* const seen = answer->as<schema::CheckVirtualMachineAnswer>();
  if (seen == nullptr || !seen->result || !seen->state) {
    return Liveness::cannot_tell(host.name, reason_of(*answer));
  }
  switch (*seen->state) {
    case schema::PowerState::PowerOn:
      return Liveness::alive({}, host.name, "its host says that it runs");
    case schema::PowerState::PowerOff:
      return Liveness::dead({}, host.name, "its host says that it does not run");
    default:
      return Liveness::cannot_tell(host.name, "its host does not know its state");
  }
}

}  // namespace

Liveness Investigator::host_alive(const CallContext& ctx, const HostRecord& host) {
  const auto witnesses = neighbours(ctx, books_, host);
  if (!witnesses) return Liveness::cannot_tell("", witnesses.error().message());
  if (witnesses->empty()) {
    return Liveness::cannot_tell("", "no neighbour of host " + host.name + " is up to be asked");
  }
  std::vector<Liveness> statements;
  for (std::size_t i = 0; i < witnesses->size(); ++i) {
    const HostRecord& witness = (*witnesses)[i];
    statements.push_back(
        statement_of(witness, books_.send(share(ctx, witnesses->size() - i), witness.id,
                                          schema::Object(schema::CheckOnHostCommand{
                                              .host = schema::HostTO{.guid = host.guid}}))));
  }
  return contracts::weigh(statements, kFresh);
}

Liveness Investigator::vm_alive(const CallContext& ctx, std::string_view vm,
                                const HostRecord& host) {
  if (host.state == HostState::kUp) {
    Liveness word = own_word(share(ctx, 2), books_, vm, host);
    if (word.verdict() != contracts::Verdict::kCannotTell) return word;
  }
  Liveness of_host = host_alive(ctx, host);
  if (of_host.verdict() == contracts::Verdict::kDead) {
    return Liveness::dead(of_host.age(), of_host.witness(),
                          "its host is dead: " + of_host.reason());
  }
  return Liveness::cannot_tell(of_host.witness(),
                               "its host does not tell; of the host: " + of_host.reason());
}

Fencing FenceBuilder::fence_off(const CallContext& ctx, std::string_view vm,
                                const HostRecord& host) {
  const auto witnesses = neighbours(ctx, books_, host);
  if (!witnesses) return {.reason = witnesses.error().message()};
  std::string reasons;
  for (std::size_t i = 0; i < witnesses->size(); ++i) {
    const HostRecord& witness = (*witnesses)[i];
    const auto answer =
        books_.send(share(ctx, witnesses->size() - i), witness.id,
                    schema::Object(schema::FenceCommand{
                        .vmName = std::string(vm), .hostGuid = host.guid, .hostIp = host.address}));
    const auto* const said = answer ? answer->as<schema::FenceAnswer>() : nullptr;
    if (said != nullptr && said->result) {
      return {.outcome = FenceOutcome::kFenced,
              .witness = witness.name,
              .reason = said->details.value_or("")};
    }
    reasons += (reasons.empty() ? "" : "; ") + witness.name + ": " +
               (answer ? reason_of(*answer) : answer.error().message());
  }
  return {.reason = reasons.empty() ? "no neighbour of host " + host.name + " is up to be asked"
                                    : reasons};
}

}  // namespace trestle::ovm3
