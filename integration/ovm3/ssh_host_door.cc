// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/ssh_host_door.h"

#include <optional>
#include <utility>

#include "helpers/ovm3/deploy.h"
#include "helpers/ovm3/host_facts.h"
#include "helpers/ovm3/host_scripts.h"
#include "helpers/ovm3/ssh.h"
#include "objects/ovm3/agent_url.h"
#include "objects/wire/http_transport.h"

namespace trestle::ovm3 {
namespace {

using contracts::DiscoveryRequest;

/// Blank is as good as not set: servers hand over empty fields of forms.
std::string text_setting(const DiscoveryRequest& request, std::string_view name) {
  const auto found = request.settings.values.find(name);
  return found == request.settings.values.end() ? "" : found->second;
}

bool flag_setting(const DiscoveryRequest& request, std::string_view name) {
  return text_setting(request, name) == "true";
}

/// "http://ovm1.example.org", as servers write it; the scheme means nothing here.
Result<SshAddress> address_of(const DiscoveryRequest& request) {
  std::string_view host = request.url;
  if (const auto scheme = host.find("://"); scheme != std::string_view::npos) {
    host.remove_prefix(scheme + 3);
  }
  host = host.substr(0, host.find('/'));
  SshAddress otherwise;
  if (!request.user.empty()) otherwise.user = request.user;
  return SshAddress::parse(host, otherwise);
}

SshOptions login_of(const DiscoveryRequest& request) {
  SshOptions options;
  options.trust.pins = text_setting(request, "ssh.host_key");
  options.trust.known_hosts = text_setting(request, "ssh.known_hosts");
  options.trust.accept_new = flag_setting(request, "ssh.accept_new_host_key");
  options.allow_sha1 = flag_setting(request, "ssh.allow_sha1");
  options.login.key_file = text_setting(request, "ssh.key_file");
  if (!request.password.empty()) options.login.password = request.password;
  return options;
}

HostSight sight_of(const std::string& release, const AgentPlace& place) {
  return {.release = release, .agent_url = place.url(), .agent_pin = place.pin};
}

}  // namespace

Result<HostSight> SshHostDoor::look(const CallContext& ctx, const DiscoveryRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(const SshAddress address, address_of(request));
  TRESTLE_ASSIGN_OR_RETURN(const auto ssh, open_ssh(ctx, address, login_of(request), log_));
  TRESTLE_ASSIGN_OR_RETURN(
      const HostFacts facts,
      read_host_facts(ctx, *ssh, DeployOptions{}.pythons, trial_.root, FactsWanted{}));
  const std::string release = facts.release.value_or("");
  if (!facts.agent_there) return HostSight{.release = release, .agent_url = {}};
  TRESTLE_ASSIGN_OR_RETURN(const AgentPlace place, agent_place(address.host, facts));
  return sight_of(release, place);
}

Result<std::unique_ptr<Transport>> SshHostDoor::agent(const DiscoveryRequest& request,
                                                      const HostSight& sight) {
  TRESTLE_ASSIGN_OR_RETURN(Endpoint endpoint, parse_agent_url(sight.agent_url));
  if (auto user = text_setting(request, "agentusername"); !user.empty()) endpoint.user = user;
  HttpTransport::Options options;
  const auto password = request.settings.secrets.find("agentpassword");
  if (password != request.settings.secrets.end()) options.password = password->second;
  if (endpoint.scheme == Scheme::kHttps) {
    TRESTLE_ASSIGN_OR_RETURN(const TlsPolicy policy, TlsPolicy::pin(sight.agent_pin));
    options.tls = flag_setting(request, "tls.allow_1_0") ? policy.with_tls10() : policy;
  }
  TRESTLE_ASSIGN_OR_RETURN(auto transport,
                           HttpTransport::create(loop_, endpoint, std::move(options), log_));
  return std::unique_ptr<Transport>(std::move(transport));
}

DeployOptions SshHostDoor::deployment(const DiscoveryRequest& request) {
  DeployOptions options;
  options.ssh = login_of(request);
  options.root = trial_.root;
  options.restart_command = trial_.restart_command;
  options.scripts = built_in_scripts();
  options.ask = [this, request](const CallContext& ctx,
                                const AgentPlace& place) -> Result<std::string> {
    TRESTLE_ASSIGN_OR_RETURN(const auto transport, agent(request, sight_of("", place)));
    return ask_module(ctx, Agent(*transport, log_));
  };
  return options;
}

Result<HostDeployment> SshHostDoor::prepare(const CallContext& ctx,
                                            const DiscoveryRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(const SshAddress address, address_of(request));
  const DeployReport report = prepare_host(ctx, address, deployment(request), log_);
  if (report.error) return fail(*report.error);
  return HostDeployment{.changed = report.changed};
}

Result<void> SshHostDoor::unprepare(const CallContext& ctx, const DiscoveryRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(const SshAddress address, address_of(request));
  const DeployReport report = unprepare_host(ctx, address, deployment(request), log_);
  if (report.error) return fail(*report.error);
  return {};
}

}  // namespace trestle::ovm3
