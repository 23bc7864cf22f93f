// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_SSH_HOST_DOOR_H_
#define TRESTLE_INTEGRATION_OVM3_SSH_HOST_DOOR_H_

#include <memory>
#include <string>
#include <vector>

#include "helpers/ovm3/deploy.h"
#include "integration/ovm3/host_door.h"
#include "objects/core/log.h"
#include "objects/wire/io_loop.h"

namespace trestle::ovm3 {

/// The door to real hosts: logs in over SSH, and trusts the agent's key that it reads there.
///
/// Settings of a request beside its URL, user and password: ssh.host_key (pins, "SHA256:..."),
/// ssh.known_hosts, ssh.accept_new_host_key ("true"), ssh.allow_sha1 ("true"), ssh.key_file;
/// agentusername, and the secret agentpassword. Callable from any thread; `log` must outlive it.
class SshHostDoor final : public HostDoor {
 public:
  /// What tests on one machine need: another root than "/", another way to restart the agent.
  struct Trial {
    std::string root = "/";
    std::vector<std::string> restart_command = {};
  };

  explicit SshHostDoor(Log& log = no_log()) : log_(log) {}
  SshHostDoor(Trial trial, Log& log) : trial_(std::move(trial)), log_(log) {}

  [[nodiscard]] Result<HostSight> look(const CallContext& ctx,
                                       const contracts::DiscoveryRequest& request) override;
  [[nodiscard]] Result<std::unique_ptr<Transport>> agent(const contracts::DiscoveryRequest& request,
                                                         const HostSight& sight) override;
  [[nodiscard]] Result<HostDeployment> prepare(const CallContext& ctx,
                                               const contracts::DiscoveryRequest& request) override;
  [[nodiscard]] Result<void> unprepare(const CallContext& ctx,
                                       const contracts::DiscoveryRequest& request) override;

 private:
  [[nodiscard]] DeployOptions deployment(const contracts::DiscoveryRequest& request);

  Trial trial_;
  Log& log_;
  IoLoop loop_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_SSH_HOST_DOOR_H_
