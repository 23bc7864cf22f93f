// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/module.h"

#include <algorithm>
#include <array>
#include <utility>

#include "objects/ovm3/api/module.h"
#include "objects/ovm3/call_read.h"

namespace trestle::ovm3 {
namespace {

namespace module = api::module;

constexpr std::array<std::string_view, 7> kVswitchCalls{"get_bridge_type",
                                                        "get_vswitch_interface_by_ip",
                                                        "get_vswitch_interface_by_name",
                                                        "set_iface_ip",
                                                        "check_iface_ip",
                                                        "add_vswitch_vlan_bridge",
                                                        "del_vswitch_vlan_bridge"};

/// The agent's dispatcher does not know the service: the module is not installed. Any other error
/// stays what it is.
Error explain(Error error, std::string_view service) {
  const bool from_dispatcher = error.code == Code::kUnimplemented && error.fault &&
                               error.fault->text.find("is not supported") != std::string::npos;
  if (!from_dispatcher) return error;
  const bool vswitch = std::ranges::find(kVswitchCalls, service) != kVswitchCalls.end();
  const std::string what = std::string("the CloudStack module ") +
                           (vswitch ? "with Open vSwitch support (0.3) " : "") +
                           "is not installed on " + error.host + "; run trestle host prepare";
  Error missing = wrap(what, std::move(error));
  missing.code = Code::kFailedPrecondition;
  return missing;
}

Result<Value> as_it_came(ValueView reply) { return reply.to_value(); }

std::optional<Value> seconds(std::optional<std::chrono::seconds> span) {
  if (!span) return std::nullopt;
  return Value(std::int64_t{span->count()});
}

template <class T>
std::optional<Value> optional_value(const std::optional<T>& part) {
  if (!part) return std::nullopt;
  return Value(*part);
}

}  // namespace

template <class T, class R, class... A>
Result<T> HostModule::ask(const CallContext& ctx, const api::Service<R(A...)>& service,
                          Result<T> (*read)(ValueView),
                          const std::type_identity_t<A>&... args) const {
  Result<T> answer = call_read(agent_, ctx, service, read, args...);
  if (!answer) return fail(explain(std::move(answer).error(), service.name));
  return answer;
}

template <class R, class... A>
Result<void> HostModule::tell(const CallContext& ctx, const api::Service<R(A...)>& service,
                              const std::type_identity_t<A>&... args) const {
  TRESTLE_ASSIGN_OR_RETURN(const bool done, ask(ctx, service, read_module_flag, args...));
  if (done) return {};
  return fail(agent_.located({.code = Code::kAgentFault,
                              .what = "the module answered that it could not do this; look into "
                                      "ovs-agent.log on the host"},
                             service.name));
}

Result<Value> HostModule::echo(const CallContext& ctx, const Value& message) const {
  return ask(ctx, module::call, as_it_came, message);
}

Result<std::string> HostModule::version(const CallContext& ctx) const {
  return ask(ctx, module::get_module_version, read_module_text);
}

Result<std::string> HostModule::server_release(const CallContext& ctx) const {
  return ask(ctx, module::get_ovs_version, read_module_text);
}

Result<std::optional<std::uint16_t>> HostModule::vnc_port(const CallContext& ctx,
                                                          const std::string& domain) const {
  return ask(ctx, module::get_vncport, read_vnc_port, domain);
}

Result<CommandResult> HostModule::run_in_domr(const CallContext& ctx,
                                              const DomrCommand& command) const {
  return ask(ctx, module::exec_domr, read_command_result, command.host, command.command,
             seconds(command.timeout), optional_value(command.username),
             optional_value(command.port), optional_value(command.keyfile));
}

Result<void> HostModule::upload_to_domr(const CallContext& ctx, const std::string& domr,
                                        const std::string& path, const std::string& file,
                                        const Secret& content) const {
  return tell(ctx, module::ovs_domr_upload_file, domr, path, file, content.reveal());
}

Result<bool> HostModule::domr_port_answers(const CallContext& ctx, const PortCheck& check) const {
  return ask(ctx, module::check_domr_port, read_module_flag, check.ip, optional_value(check.port),
             seconds(check.timeout));
}

Result<bool> HostModule::dom0_port_answers(const CallContext& ctx, const PortCheck& check) const {
  return ask(ctx, module::check_dom0_port, read_module_flag, check.ip, optional_value(check.port),
             seconds(check.timeout));
}

Result<bool> HostModule::domr_ssh_works(const CallContext& ctx, const PortCheck& check) const {
  return ask(ctx, module::check_domr_ssh, read_module_flag, check.ip, optional_value(check.port),
             seconds(check.timeout));
}

Result<bool> HostModule::has_ip(const CallContext& ctx, const std::string& ip) const {
  return ask(ctx, module::check_dom0_ip, read_module_flag, ip);
}

Result<bool> HostModule::ping(const CallContext& ctx, const std::string& host,
                              std::optional<std::int64_t> count) const {
  return ask(ctx, module::ping, read_module_flag, host, optional_value(count));
}

Result<HeartbeatStart> HostModule::ensure_heartbeat(const CallContext& ctx,
                                                    const HeartbeatQuery& query,
                                                    std::chrono::seconds interval) const {
  return ask(ctx, module::check_dom0_storage_health_check, read_heartbeat_start, query.path,
             query.script, query.guid, std::int64_t{query.timeout.count()},
             std::int64_t{interval.count()});
}

Result<bool> HostModule::heartbeat_is_fresh(const CallContext& ctx,
                                            const HeartbeatQuery& query) const {
  return ask(ctx, module::check_dom0_storage_health, read_module_flag, query.path, query.script,
             query.guid, std::int64_t{query.timeout.count()});
}

Result<void> HostModule::prepare_control_interface(const CallContext& ctx,
                                                   const std::string& device,
                                                   const std::string& cidr) const {
  return tell(ctx, module::ovs_control_interface, device, cidr);
}

Result<MadeFolder> HostModule::make_folder(const CallContext& ctx, const std::string& path,
                                           std::optional<std::int64_t> mode) const {
  return ask(ctx, module::ovs_mkdirs, read_made_folder, path, optional_value(mode));
}

Result<bool> HostModule::file_exists(const CallContext& ctx, const std::string& path) const {
  return ask(ctx, module::ovs_check_file, read_module_flag, path);
}

Result<void> HostModule::upload_ssh_key(const CallContext& ctx, const std::string& keyfile,
                                        const Secret& content) const {
  return tell(ctx, module::ovs_upload_ssh_key, keyfile, content.reveal());
}

Result<void> HostModule::upload_file(const CallContext& ctx, const std::string& path,
                                     const std::string& filename, const Secret& content) const {
  return tell(ctx, module::ovs_upload_file, path, filename, content.reveal());
}

Result<HostStats> HostModule::host_stats(const CallContext& ctx, const std::string& bridge) const {
  return ask(ctx, module::ovs_dom0_stats, read_host_stats, bridge);
}

Result<GuestStats> HostModule::guest_stats(const CallContext& ctx,
                                           const std::string& domain) const {
  return ask(ctx, module::ovs_domU_stats, read_guest_stats, domain);
}

Result<BridgeType> HostModule::bridge_type(const CallContext& ctx) const {
  return ask(ctx, module::get_bridge_type, read_bridge_type);
}

Result<std::optional<VswitchInterface>> HostModule::interface_by_ip(const CallContext& ctx,
                                                                    const std::string& ip) const {
  return ask(ctx, module::get_vswitch_interface_by_ip, read_vswitch_interface, ip);
}

Result<std::optional<VswitchInterface>> HostModule::interface_by_name(
    const CallContext& ctx, const std::string& name) const {
  return ask(ctx, module::get_vswitch_interface_by_name, read_vswitch_interface, name);
}

Result<void> HostModule::set_interface_ip(const CallContext& ctx, const std::string& interface,
                                          const std::string& ip, int prefix_length) const {
  return tell(ctx, module::set_iface_ip, interface, ip, prefix_length);
}

Result<bool> HostModule::interface_has_ip(const CallContext& ctx, const std::string& interface,
                                          const std::string& ip) const {
  return ask(ctx, module::check_iface_ip, read_module_flag, interface, ip);
}

Result<VswitchInterface> HostModule::add_vlan_bridge(const CallContext& ctx,
                                                     const std::string& name,
                                                     const std::string& bridge, int vlan) const {
  TRESTLE_ASSIGN_OR_RETURN(
      std::optional<VswitchInterface> made,
      ask(ctx, module::add_vswitch_vlan_bridge, read_vswitch_interface, name, bridge, vlan));
  if (made) return *std::move(made);
  return fail(agent_.located({.code = Code::kAgentFault,
                              .what = "the bridge '" + name + "' did not come up over '" + bridge +
                                      "'; look into ovs-agent.log on the host"},
                             module::add_vswitch_vlan_bridge.name));
}

Result<void> HostModule::remove_vlan_bridge(const CallContext& ctx, const std::string& name) const {
  TRESTLE_ASSIGN_OR_RETURN(const std::optional<VswitchInterface> left,
                           ask(ctx, module::del_vswitch_vlan_bridge, read_vswitch_interface, name));
  if (!left) return {};
  return fail(agent_.located(
      {.code = Code::kAborted,
       .what = "the bridge '" + name + "' is still there; take its ports off and repeat"},
      module::del_vswitch_vlan_bridge.name));
}

}  // namespace trestle::ovm3
