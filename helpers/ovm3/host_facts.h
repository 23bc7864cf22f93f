// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_FACTS_H_
#define TRESTLE_HELPERS_OVM3_HOST_FACTS_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/ssh.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"

namespace trestle::ovm3 {

/// A file on the host. `sha256` is empty where the host's Python cannot make one.
struct FileFacts {
  std::string sha256;
  Bytes size;
};

struct BridgeFacts {
  std::string name;
  bool up = false;
  std::vector<std::string> ports;
};
struct BondFacts {
  std::string name;
  bool up = false;
  std::vector<std::string> slaves;
};
struct RouteFacts {
  std::string device;
  std::string destination;  ///< "169.254.0.0"
  std::string mask;
};
struct NfsMountFacts {
  std::string device;
  std::string dir;
  bool read_only = false;
};
struct SpaceFacts {
  std::string path;
  Bytes free;
};

/// What is looked up besides the files that a deployment compares.
struct FactsWanted {
  std::vector<std::string> files = {};  ///< absolute paths
  bool doctor = false;                  ///< network, names, space, mounts
  bool logs = false;                    ///< which log files there are
};

/// What facts.py tells of a host, as seen over SSH: whether or not its agent runs.
struct HostFacts {
  std::string python;  ///< its executable
  std::string python_version;
  bool root_user = false;
  std::optional<std::string> release;  ///< text of /etc/ovs-release
  bool installed = false;              ///< install.py has a record of what it did
  std::vector<std::string> uploads;    ///< folders that cut-off deployments left
  std::map<std::string, std::optional<FileFacts>> files;
  bool agent_there = false;  ///< there is an agent.ini
  std::optional<std::string> agent_port;
  std::optional<std::string> agent_ssl;
  std::optional<std::string> agent_certificate;  ///< PEM

  std::vector<BridgeFacts> bridges;
  std::vector<BondFacts> bonds;
  std::vector<RouteFacts> routes;
  std::optional<std::string> nozeroconf;
  std::string own_name;
  std::optional<std::string> own_address;
  std::vector<SpaceFacts> space;
  std::vector<NfsMountFacts> mounts;
  std::vector<std::string> logs;
  /// The host's clock less ours. One that is behind by no more than the look took is taken for
  /// ours.
  std::chrono::milliseconds clock_ahead{};
};

/// Runs facts.py on the host. `pythons` are tried in order; `root` stands in front of every path.
/// Errors: those of Ssh::run; kFailedPrecondition if no Python is there; kBadReply.
[[nodiscard]] Result<HostFacts> read_host_facts(const CallContext& ctx, Ssh& ssh,
                                                const std::vector<std::string>& pythons,
                                                const std::string& root, const FactsWanted& wanted);

/// The output of facts.py. Errors: kBadReply.
[[nodiscard]] Result<HostFacts> parse_host_facts(std::string_view json);

/// One step of install.py.
struct InstallStep {
  std::string step;
  std::string outcome;  ///< done, already, undone, failed
  std::string detail;
};
/// What install.py --json tells.
struct InstallReport {
  bool changed = false;
  bool restarted = false;
  /// Whether the agent has a module now; absent from older versions of install.py. After a removal
  /// it may be the one of CloudStack's own plugin again.
  std::optional<bool> module_there = std::nullopt;
  std::string release;
  std::string error;
  std::vector<InstallStep> steps;
};

/// Errors: kBadReply.
[[nodiscard]] Result<InstallReport> parse_install_report(std::string_view json);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_FACTS_H_
