// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_MODULE_H_
#define TRESTLE_OBJECTS_OVM3_MODULE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/module_reply.h"

namespace trestle::ovm3 {

/// A command for a system VM. Optional parts stand in call order: one can be given only if all
/// before it are (kInvalidArgument). The module passes `command` to a shell of the system VM: quote
/// what comes from elsewhere.
struct DomrCommand {
  std::string host;  ///< its link-local address
  std::string command;
  std::optional<std::chrono::seconds> timeout = std::nullopt;  ///< for the login
  std::optional<std::string> username = std::nullopt;
  std::optional<std::uint16_t> port = std::nullopt;
  std::optional<std::string> keyfile = std::nullopt;
};

/// A TCP port to knock at, once. The module has defaults for what is left out; a timeout can be
/// given only with a port.
struct PortCheck {
  std::string ip;
  std::optional<std::uint16_t> port = std::nullopt;
  std::optional<std::chrono::seconds> timeout = std::nullopt;
};

/// The storage heartbeat of one host. `path` and `script` go over the wire, the module ignores
/// them and runs its own program.
struct HeartbeatQuery {
  std::string guid;  ///< whose heartbeat
  std::chrono::seconds timeout{};
  std::string path = {};
  std::string script = {};
};

/// The 27 calls of the CloudStack module that `trestle host prepare` puts into the agent. A handle:
/// caches nothing; thread-safe as Agent is. Hosts and paths go as they are given; a shell
/// metacharacter in them is data to the agent, except in DomrCommand::command.
///
/// All calls give the errors of Agent::call, kBadReply for a reply of another kind, and
/// kFailedPrecondition if the module (or its Open vSwitch branch) is not there. A call that answers
/// false to "do this" is kAgentFault: the booleans are read (known defect 9).
class HostModule {
 public:
  explicit HostModule(Agent agent) : agent_(agent) {}

  /// Gives the argument back (service `call`).
  [[nodiscard]] Result<Value> echo(const CallContext& ctx, const Value& message) const;
  /// "0.1", in the Open vSwitch branch "0.3". The cheapest way to ask whether the module is there.
  [[nodiscard]] Result<std::string> version(const CallContext& ctx) const;
  /// Release of the server product, "3.2.1".
  [[nodiscard]] Result<std::string> server_release(const CallContext& ctx) const;

  /// VNC port of a guest by its name; absent if the module knows none, which it also says of every
  /// name that is not of CloudStack's form. Vm::vnc works for all.
  [[nodiscard]] Result<std::optional<std::uint16_t>> vnc_port(const CallContext& ctx,
                                                              const std::string& domain) const;

  /// Runs a command in a system VM. A command that fails is no error: look at rc.
  [[nodiscard]] Result<CommandResult> run_in_domr(const CallContext& ctx,
                                                  const DomrCommand& command) const;
  /// Writes a text into a file of a system VM. The module answers true even if scp fails: check the
  /// file if it matters.
  [[nodiscard]] Result<void> upload_to_domr(const CallContext& ctx, const std::string& domr,
                                            const std::string& path, const std::string& file,
                                            const Secret& content) const;

  /// Each knocks once, without a pause and without a second try (known defect 26); an error of the
  /// call is an error here and not "closed".
  [[nodiscard]] Result<bool> domr_port_answers(const CallContext& ctx,
                                               const PortCheck& check) const;
  [[nodiscard]] Result<bool> dom0_port_answers(const CallContext& ctx,
                                               const PortCheck& check) const;
  /// Whether an SSH login works; the agent raises a fault if it does not.
  [[nodiscard]] Result<bool> domr_ssh_works(const CallContext& ctx, const PortCheck& check) const;
  /// Whether this host carries the IPv4 address.
  [[nodiscard]] Result<bool> has_ip(const CallContext& ctx, const std::string& ip) const;
  /// Whether `host` answers ICMP echo from here.
  [[nodiscard]] Result<bool> ping(const CallContext& ctx, const std::string& host,
                                  std::optional<std::int64_t> count = std::nullopt) const;

  /// Starts the heartbeat's writer if none runs.
  [[nodiscard]] Result<HeartbeatStart> ensure_heartbeat(const CallContext& ctx,
                                                        const HeartbeatQuery& query,
                                                        std::chrono::seconds interval) const;
  /// Whether the heartbeat is younger than the timeout on all file systems; true as well when there
  /// is none.
  [[nodiscard]] Result<bool> heartbeat_is_fresh(const CallContext& ctx,
                                                const HeartbeatQuery& query) const;

  /// Puts route and ARP of the link-local bridge in order.
  [[nodiscard]] Result<void> prepare_control_interface(const CallContext& ctx,
                                                       const std::string& device,
                                                       const std::string& cidr) const;

  /// Makes a folder with its parents.
  [[nodiscard]] Result<MadeFolder> make_folder(
      const CallContext& ctx, const std::string& path,
      std::optional<std::int64_t> mode = std::nullopt) const;
  /// Whether a regular file of that name exists.
  [[nodiscard]] Result<bool> file_exists(const CallContext& ctx, const std::string& path) const;
  /// Writes a key file into the SSH folder of root.
  [[nodiscard]] Result<void> upload_ssh_key(const CallContext& ctx, const std::string& keyfile,
                                            const Secret& content) const;
  /// Writes a text into a file of the host, making its folder.
  [[nodiscard]] Result<void> upload_file(const CallContext& ctx, const std::string& path,
                                         const std::string& filename, const Secret& content) const;

  [[nodiscard]] Result<HostStats> host_stats(const CallContext& ctx,
                                             const std::string& bridge) const;
  /// By the guest's name. Errors: kNotFound or kAgentFault, as the agent puts it, if none runs.
  [[nodiscard]] Result<GuestStats> guest_stats(const CallContext& ctx,
                                               const std::string& domain) const;

  /// The calls below are those of the Open vSwitch branch, module 0.3.
  [[nodiscard]] Result<BridgeType> bridge_type(const CallContext& ctx) const;
  [[nodiscard]] Result<std::optional<VswitchInterface>> interface_by_ip(
      const CallContext& ctx, const std::string& ip) const;
  [[nodiscard]] Result<std::optional<VswitchInterface>> interface_by_name(
      const CallContext& ctx, const std::string& name) const;
  /// Puts an address on an interface and brings it up.
  [[nodiscard]] Result<void> set_interface_ip(const CallContext& ctx, const std::string& interface,
                                              const std::string& ip, int prefix_length) const;
  [[nodiscard]] Result<bool> interface_has_ip(const CallContext& ctx, const std::string& interface,
                                              const std::string& ip) const;
  /// Makes a bridge for a VLAN over a bridge of Open vSwitch, or gives the one that is there.
  [[nodiscard]] Result<VswitchInterface> add_vlan_bridge(const CallContext& ctx,
                                                         const std::string& name,
                                                         const std::string& bridge, int vlan) const;
  /// Errors: kAborted if it is still there afterwards.
  [[nodiscard]] Result<void> remove_vlan_bridge(const CallContext& ctx,
                                                const std::string& name) const;

 private:
  /// One call with its reader, and the module's absence told from other faults.
  template <class T, class R, class... A>
  [[nodiscard]] Result<T> ask(const CallContext& ctx, const api::Service<R(A...)>& service,
                              Result<T> (*read)(ValueView),
                              const std::type_identity_t<A>&... args) const;
  /// The same for a call that answers whether it did what it was told.
  template <class R, class... A>
  [[nodiscard]] Result<void> tell(const CallContext& ctx, const api::Service<R(A...)>& service,
                                  const std::type_identity_t<A>&... args) const;

  Agent agent_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_MODULE_H_
