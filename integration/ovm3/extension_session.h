// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_EXTENSION_SESSION_H_
#define TRESTLE_INTEGRATION_OVM3_EXTENSION_SESSION_H_

#include <memory>

#include "integration/ovm3/extension.h"
#include "integration/ovm3/extension_settings.h"
#include "objects/core/thread_annotations.h"
#include "objects/ovm3/agent.h"
#include "objects/wire/http_transport.h"
#include "objects/wire/io_loop.h"

namespace trestle::ovm3 {

/// How long an agent that refuses connections is asked again: it may be restarting, which takes it
/// up to 5 s. The caller's own limit is half an hour, and a dead host should be known long before.
inline constexpr std::chrono::seconds kRestartPatience{6};

/// A transport that says of an agent that has refused everything for kRestartPatience that it is
/// not there, in place of asking again until the deadline. Thread-safe.
class ImpatientTransport final : public Transport {
 public:
  explicit ImpatientTransport(std::unique_ptr<HttpTransport> inner) : inner_(std::move(inner)) {}
  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override;
  [[nodiscard]] std::string peer() const override { return inner_->peer(); }

 private:
  std::unique_ptr<HttpTransport> inner_;
  Mutex mutex_;
  std::optional<Clock::TimePoint> refused_since_ TRESTLE_GUARDED_BY(mutex_);
};

/// The way to one agent, as the details say. No connection is kept between calls of the program.
class AgentLine {
 public:
  /// Errors: those of agent_settings, host_address and HttpTransport::create.
  static Result<AgentLine> open(const CallContext& ctx, Log& log, const ExtensionRequest& request);

  [[nodiscard]] Transport& transport() const { return *transport_; }
  [[nodiscard]] const std::string& host() const { return host_; }

 private:
  AgentLine(std::unique_ptr<IoLoop> loop, std::unique_ptr<Transport> transport, std::string host)
      : loop_(std::move(loop)), transport_(std::move(transport)), host_(std::move(host)) {}

  std::unique_ptr<IoLoop> loop_;
  std::unique_ptr<Transport> transport_;
  std::string host_;  ///< of the URL
};

/// What an action works with.
struct Session {
  const ExtensionTime& time;
  Log& log;
  const ExtensionRequest& request;
  Agent agent;
  const std::string& host;  ///< of the agent's URL

  [[nodiscard]] const CallContext& ctx() const { return time.work; }
};

/// The VM of the request on this host. Errors: kNotFound, with what that means for `action`.
[[nodiscard]] Result<HostedVm> needed_vm(const Session& session, std::string_view action);

/// An action that CloudStack or an admin may call.
struct ExtensionAction {
  std::string_view name;
  bool custom = false;
  bool for_admins = false;  ///< reaches beyond the user's own VM
  Result<ExtensionAnswer> (*run)(const Session&) = nullptr;
};

// The actions by file.
[[nodiscard]] Result<ExtensionAnswer> create_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> start_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> stop_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> reboot_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> delete_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> status_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> statuses_action(const Session& session);
[[nodiscard]] Result<ExtensionAnswer> console_action(const Session& session);
/// Needs no agent: nothing may be made or reserved yet.
[[nodiscard]] Result<ExtensionAnswer> prepare_action(const ExtensionRequest& request);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_EXTENSION_SESSION_H_
