// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/extension_session.h"

#include <utility>

#include "integration/ovm3/host_address.h"

namespace trestle::ovm3 {

Result<Reply> ImpatientTransport::round_trip(const CallContext& ctx, const Request& request) {
  auto reply = inner_->round_trip(ctx, request);
  const bool refused = !reply && reply.error().code == Code::kUnavailable;
  const MutexLock lock(mutex_);
  if (!refused) {
    refused_since_.reset();
    return reply;
  }
  const auto now = Clock::steady().now();
  if (!refused_since_) refused_since_ = now;
  // A changing call is not repeated anyway, and its callers must know that its fate is open.
  if (request.effect == Effect::kMutates || now - *refused_since_ < kRestartPatience) return reply;
  Error error = std::move(reply).error();
  error.code = Code::kFailedPrecondition;
  return fail(std::move(error));
}

Result<AgentLine> AgentLine::open(const CallContext& ctx, Log& log,
                                  const ExtensionRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(AgentSettings settings, agent_settings(request));
  HttpTransport::Options options{.password = std::move(settings.password),
                                 .tls = std::move(settings.tls)};
  TRESTLE_ASSIGN_OR_RETURN(options.address,
                           host_address(ctx, settings.endpoint.host, settings.endpoint.port));
  auto loop = std::make_unique<IoLoop>();
  TRESTLE_ASSIGN_OR_RETURN(
      auto transport, HttpTransport::create(*loop, settings.endpoint, std::move(options), log));
  auto impatient = std::make_unique<ImpatientTransport>(std::move(transport));
  return AgentLine(std::move(loop), std::move(impatient), settings.endpoint.host);
}

Result<HostedVm> needed_vm(const Session& session, std::string_view action) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(auto found,
                           find_hosted_vm(session.ctx(), session.agent, name, repository));
  if (found) return *std::move(found);
  return fail(Code::kNotFound, "VM " + name.name + " (" + name.uuid + ") is not on host " +
                                   session.host + ", so it cannot be used for " +
                                   std::string(action) +
                                   "; no mounted repository there has a VM with its mark");
}

}  // namespace trestle::ovm3
