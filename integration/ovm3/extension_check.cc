// SPDX-License-Identifier: Apache-2.0
// What --check and Doctor look at.
#include <algorithm>
#include <utility>

#include "helpers/ovm3/network_map.h"
#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/template_source.h"
#include "integration/ovm3/extension_session.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {
namespace {

/// A VLAN that stands for any when the way to it is checked.
constexpr std::uint16_t kSomeVlan = 4094;

class Findings {
 public:
  void good(std::string what, std::string text) {
    list_.push_back({.what = std::move(what), .good = true, .text = std::move(text)});
  }
  void bad(std::string what, const Error& error) {
    list_.push_back({.what = std::move(what), .good = false, .text = error.message()});
  }
  void bad(std::string what, std::string text) {
    list_.push_back({.what = std::move(what), .good = false, .text = std::move(text)});
  }
  [[nodiscard]] std::vector<Finding> take() { return std::move(list_); }

 private:
  std::vector<Finding> list_;
};

void check_server(const ExtensionTime& time, const Agent& agent, Findings& findings) {
  const auto server = Host(agent).discover(time.work);
  if (!server) return findings.bad("host", server.error());
  findings.good("host", "Oracle VM " + server->ovm_version.value_or("of an unknown release"));
  const auto key = host_key(server->unique_id);
  if (!key) findings.bad("identity", key.error());
  if (server->membership() == Membership::kUnowned) {
    findings.bad("owner",
                 "the host has no owner, so it refuses nearly every change; take "
                 "ownership of it first (trestle agent call take_ownership)");
  } else {
    findings.good("owner", "the host has an owner");
  }
}

void check_template(const ExtensionTime& time, const Agent& agent, const ExtensionRequest& request,
                    const Repositories& all, Findings& findings) {
  if (const auto iso = detail(request, "iso_path")) {
    const auto path = find_iso(all, *iso);
    if (path) {
      findings.good("iso", *path);
    } else {
      findings.bad("iso", path.error());
    }
  }
  const auto wanted = detail(request, "template_id");
  if (!wanted) return;
  const auto any = flag_setting(request, "allow_any_image", false);
  const auto found = find_template(time.work, agent, all, *wanted, any && *any);
  if (!found) return findings.bad("template", found.error());
  findings.good("template",
                *wanted + " has " + std::to_string(found->images.size()) + " disk image(s)");
}

void check_repository(const ExtensionTime& time, const Agent& agent,
                      const ExtensionRequest& request, Findings& findings) {
  const auto id = repository_setting(request);
  if (!id) return findings.bad("repository", id.error());
  const auto all = mounted_repositories(time.work, agent, *id);
  if (!all) return findings.bad("repository", all.error());
  const auto place = file_place_of(*all->record(*id));
  if (!place) return findings.bad("repository", place.error());
  const auto space =
      StoragePlugin(agent).file_system_info(time.work, place->nfs.server, place->nfs.file_system);
  const bool known = space && space->free;
  findings.good("repository",
                id->text() + " is mounted" +
                    (known ? ", " + std::to_string(space->free->count >> 30U) + " GiB free" : ""));
  check_template(time, agent, request, *all, findings);
}

void check_network(const ExtensionTime& time, const Agent& agent, const ExtensionRequest& request,
                   Findings& findings) {
  const auto parent = detail(request, "network_bridge");
  if (!parent) {
    return findings.bad("network",
                        "detail network_bridge is missing: VMs can have no NICs; set it "
                        "on host, cluster or extension");
  }
  const auto network = Network(agent).discover(time.work);
  if (!network) return findings.bad("network", network.error());
  const auto plan = plan_bridge(*network, *parent, kSomeVlan);
  if (!plan) return findings.bad("network", plan.error());
  findings.good("network", "VLANs go over " + *parent +
                               "; whether the switch trunks them cannot be seen from here");
}

}  // namespace

std::vector<Finding> check_extension(const ExtensionTime& time, Log& log,
                                     const ExtensionRequest& request) {
  Findings findings;
  const auto settings = agent_settings(request);
  if (!settings) {
    findings.bad("details", settings.error());
    return findings.take();
  }
  findings.good("details", "the agent is at " + settings->endpoint.peer());
  if (settings->tls && settings->tls->trust() == TlsPolicy::Trust::kInsecure) {
    findings.bad("trust",
                 "verify_tls_certificate is false: anybody who answers at this address "
                 "gets the password; set tls_pin");
  }
  const auto line = AgentLine::open(time.work, log, request);
  if (!line) {
    findings.bad("connection", line.error());
    return findings.take();
  }
  const Agent agent(line->transport(), log);
  const auto levels = Host(agent).api_levels(time.work);
  if (!levels) {
    findings.bad("login", levels.error());
    return findings.take();
  }
  findings.good("login", "the agent answers user " + settings->endpoint.user);
  check_server(time, agent, findings);
  check_repository(time, agent, request, findings);
  check_network(time, agent, request, findings);
  return findings.take();
}

}  // namespace trestle::ovm3
