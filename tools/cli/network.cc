// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/network.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "objects/ovm3/describe.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"

namespace trestle::cli {
namespace {

using ovm3::describe;
using ovm3::Network;

struct NetworkCall {
  CallContext ctx;
  Network network;
};

Result<NetworkCall> reach_network(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  return NetworkCall{.ctx = host.ctx, .network = Network(host.agent)};
}

const std::string& action_of(Call& call) { return call.args.text("ACTION"); }

bool starts(Call& call) { return action_of(call) == "start"; }

/// What the host said, and whether discover_network shows the device now: the host's words differ
/// by release, the second look does not.
Result<Outcome> changed(const NetworkCall& at, const std::string& device,
                        Result<std::string> said) {
  if (!said) return fail(std::move(said).error());
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::NetworkInfo now, at.network.discover(at.ctx));
  Value found = Nil{};
  for (const ovm3::NicInfo& nic : now.physical) {
    if (nic.name == device) found = describe(nic);
  }
  for (const ovm3::BondInfo& bond : now.bonds) {
    if (bond.name == device) found = describe(bond);
  }
  if (const auto* const bridge = now.bridge(device)) found = describe(*bridge);
  const bool present = !found.is_nil();
  return Outcome{
      .document =
          Struct{
              {"device", device}, {"present", present}, {"said", *said}, {"now", std::move(found)}},
      .columns = {{"Device", "device"}, {"Present now", "present"}, {"Host said", "said"}}};
}

Result<Outcome> show(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::NetworkInfo info, at.network.discover(at.ctx));
  Outcome outcome{.document = describe(info)};
  if (call.args.has("json")) return outcome;
  // For people one table of all devices; what fills it differs by kind.
  Array rows;
  const auto add = [&rows](std::string_view kind, const Value& device, Value detail) {
    Struct row{{"kind", kind}, {"detail", std::move(detail)}};
    for (const char* const name : {"name", "address", "netmask", "mtu", "mac"}) {
      const Value* const value = device.find(name);
      row.push_back({name, value == nullptr ? Value(Nil{}) : *value});
    }
    rows.push_back(std::move(row));
  };
  for (const auto& nic : info.physical) add("nic", describe(nic), describe(nic.operstate));
  for (const auto& bond : info.bonds) add("bond", describe(bond), describe(bond.mode));
  for (const auto& bridge : info.bridges) add("bridge", describe(bridge), describe(bridge.ports));
  outcome.document = std::move(rows);
  outcome.columns = {{"KIND", "kind"},
                     {"NAME", "name"},
                     {"ADDRESS", "address"},
                     {"NETMASK", "netmask"},
                     {"MTU", "mtu"},
                     {"MAC", "mac"},
                     {"STATE, MODE OR PORTS", "detail"}};
  return outcome;
}

Result<Outcome> local(Call& call) {
  const std::string& bridge = call.args.text("BRIDGE");
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  if (!starts(call)) return changed(at, bridge, at.network.stop_local_bridge(at.ctx, bridge));
  auto said = at.network.start_local_bridge(at.ctx, bridge);
  if (!said) return fail(std::move(said).error());
  call.progress().step("waiting until bridge " + bridge + " is there");
  TRESTLE_RETURN_IF_ERROR(at.network.wait_for_bridge(at.ctx, bridge));
  return changed(at, bridge, std::move(said));
}

Result<Outcome> bridge(Call& call) {
  const std::string& bridge = call.args.text("BRIDGE");
  const std::string& device = call.args.text("device");
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  return changed(at, bridge,
                 starts(call) ? at.network.start_bridge(at.ctx, bridge, device)
                              : at.network.stop_bridge(at.ctx, bridge, device));
}

Result<Outcome> vlan_bridge(Call& call) {
  const std::string& bridge = call.args.text("BRIDGE");
  const std::string& device = call.args.text("device");
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t vlan, call.args.number("vlan", 1, 4094));
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  return changed(at, bridge,
                 starts(call) ? at.network.start_vlan_bridge(at.ctx, bridge, device, vlan)
                              : at.network.stop_vlan_bridge(at.ctx, bridge, device, vlan));
}

Result<Outcome> vlan(Call& call) {
  const std::string& device = call.args.text("DEVICE");
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t vlan, call.args.number("VLAN", 2, 4094));
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  return changed(at, device + "." + std::to_string(vlan),
                 action_of(call) == "add" ? at.network.add_vlan(at.ctx, device, vlan)
                                          : at.network.remove_vlan(at.ctx, device, vlan));
}

Result<Outcome> ip(Call& call) {
  const std::string& device = call.args.text("DEVICE");
  const bool fixed = action_of(call) == "set";
  if (fixed != (call.args.has("address") && call.args.has("netmask"))) {
    return usage("--address and --netmask go with 'set', and 'set' needs both");
  }
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  if (fixed) {
    return changed(at, device,
                   at.network.set_address(at.ctx, device, call.args.text("address"),
                                          call.args.text("netmask")));
  }
  return changed(at, device,
                 action_of(call) == "dhcp" ? at.network.set_dynamic_address(at.ctx, device)
                                           : at.network.flush_address(at.ctx, device));
}

Result<Outcome> mtu(Call& call) {
  const std::string& device = call.args.text("DEVICE");
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t bytes,
                           call.args.number("BYTES", ovm3::kMinMtu, ovm3::kMaxMtu));
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  return changed(at, device, at.network.set_mtu(at.ctx, device, bytes));
}

Result<Outcome> bond(Call& call) {
  const std::string& bond = call.args.text("BOND");
  const std::string& action = action_of(call);
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  if (call.args.has("device")) {
    return changed(at, bond,
                   at.network.change_bond(at.ctx, action, bond, call.args.maybe("device")));
  }
  return changed(at, bond, at.network.configure_bond(at.ctx, action, bond));
}

Result<Outcome> bond_mode(Call& call) {
  const std::string& bond = call.args.text("BOND");
  const std::string& word = call.args.text("MODE");
  ovm3::BondMode mode = ovm3::BondMode::kActiveBackup;
  if (word == "802.3ad") mode = ovm3::BondMode::kLinkAggregation;
  if (word == "balance-alb") mode = ovm3::BondMode::kAdaptiveLoad;
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  return changed(at, bond, at.network.set_bond_mode(at.ctx, bond, mode));
}

Result<Outcome> meta(Call& call) {
  const std::string& device = call.args.text("DEVICE");
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  return changed(at, device, at.network.set_metadata(at.ctx, device, call.args.text("TEXT")));
}

Result<Outcome> vip(Call& call) {
  const std::string& address = call.args.text("ADDRESS");
  const bool set = action_of(call) == "set";
  if (set != call.args.has("base")) return usage("--base goes with 'set', and 'set' needs it");
  TRESTLE_ASSIGN_OR_RETURN(const NetworkCall at, reach_network(call));
  if (set) {
    TRESTLE_RETURN_IF_ERROR(
        at.network.configure_virtual_ip(at.ctx, address, call.args.text("base")));
  } else {
    TRESTLE_RETURN_IF_ERROR(at.network.deconfigure_virtual_ip(at.ctx, address));
  }
  return Outcome{.document = Struct{{"virtual_ip", address}, {"here", set}}};
}

Operand action(std::vector<std::string_view> words) {
  return {.name = "ACTION", .help = "what to do", .words = std::move(words)};
}

std::vector<Verb> bridge_verbs() {
  const Operand name{.name = "BRIDGE", .help = "name of the bridge, at most 15 letters"};
  const Option device{
      .name = "device", .value = "DEVICE", .help = "the NIC or bond below it", .required = true};
  return {
      {.name = "show",
       .what = "Shows NICs, bonds and bridges",
       .schema = kNetworkSchema,
       .examples = {"network show", "network show --json"},
       .run = show},
      {.name = "local",
       .what = "Makes or removes a bridge without a NIC",
       .operands = {action({"start", "stop"}), name},
       .schema = kChangedDeviceSchema,
       .examples = {"network local start control0", "network local start test0 --json"},
       .run = local},
      {.name = "bridge",
       .what = "Makes or removes a bridge over a NIC or bond",
       .operands = {action({"start", "stop"}), name},
       .options = {device},
       .schema = kChangedDeviceSchema,
       .examples = {"network bridge start xenbr2 --device eth2",
                    "network bridge start xenbr2 --device eth2 --json"},
       .run = bridge},
      {.name = "vlan-bridge",
       .what = "Makes or removes a bridge over a VLAN of a NIC or bond",
       .operands = {action({"start", "stop"}), name},
       .options =
           {device,
            {.name = "vlan", .value = "ID", .help = "1 to 4094; 1 is untagged", .required = true}},
       .schema = kChangedDeviceSchema,
       .examples = {"network vlan-bridge start xenbr0.100 --device eth2 --vlan 100",
                    "network vlan-bridge start xenbr0.100 --device eth2 --vlan 100 --json"},
       .run = vlan_bridge},
  };
}

std::vector<Verb> device_verbs() {
  const Operand device{.name = "DEVICE", .help = "NIC, VLAN, bond or bridge"};
  return {{.name = "vlan",
           .what = "Adds or removes a VLAN interface",
           .operands = {action({"add", "remove"}), device, {.name = "VLAN", .help = "2 to 4094"}},
           .schema = kChangedDeviceSchema,
           .examples = {"network vlan add eth2 200", "network vlan add eth2 201 --json"},
           .run = vlan},
          {.name = "ip",
           .what = "Sets, asks by DHCP for, or takes away the address of a device",
           .operands = {action({"set", "dhcp", "flush"}), device},
           .options = {{.name = "address", .value = "IP", .help = "IPv4 address"},
                       {.name = "netmask", .value = "MASK", .help = "e.g. 255.255.255.0"}},
           .schema = kChangedDeviceSchema,
           .examples = {"network ip set eth2 --address 192.0.2.7 --netmask 255.255.255.0",
                        "network ip dhcp eth2 --json"},
           .run = ip},
          {.name = "mtu",
           .what = "Sets the largest packet of a device and of what belongs to it",
           .operands = {device, {.name = "BYTES", .help = "1500 to 64000"}},
           .schema = kChangedDeviceSchema,
           .examples = {"network mtu eth2 9000", "network mtu eth2 1500 --json"},
           .run = mtu},
          {.name = "meta",
           .what = "Writes the manager's note on a device; an empty text removes it",
           .operands = {device, {.name = "TEXT", .help = "the note"}},
           .schema = kChangedDeviceSchema,
           .examples = {"network meta eth2 'ethernet:c0000200{192.0.2.0}:STORAGE'",
                        "network meta eth2 '' --json"},
           .run = meta}};
}

std::vector<Verb> bond_verbs() {
  return {
      {.name = "bond",
       .what = "Makes, removes or changes a bond",
       .operands = {{.name = "ACTION",
                     .help = "the agent's own word: start, stop; with --device add, remove"},
                    {.name = "BOND", .help = "name of the bond"}},
       .options = {{.name = "device", .value = "NIC", .help = "the NIC to add or remove"}},
       .schema = kChangedDeviceSchema,
       .examples = {"network bond start bond1", "network bond add bond0 --device eth2 --json"},
       .run = bond},
      {.name = "bond-mode",
       .what = "Sets how a bond uses its NICs",
       .operands = {{.name = "BOND", .help = "name of the bond"},
                    {.name = "MODE",
                     .help = "the kernel's name of the mode",
                     .words = {"active-backup", "802.3ad", "balance-alb"}}},
       .schema = kChangedDeviceSchema,
       .examples = {"network bond-mode bond0 active-backup",
                    "network bond-mode bond0 balance-alb --json"},
       .run = bond_mode},
      {.name = "vip",
       .what = "Puts the virtual address of a pool on this host, or takes it away",
       .operands = {action({"set", "clear"}), {.name = "ADDRESS", .help = "the virtual address"}},
       .options = {{.name = "base",
                    .value = "IP",
                    .help = "the host's own address on the same interface"}},
       .schema = R"({"virtual_ip": "text", "here": "boolean"})",
       .examples = {"network vip set 127.0.1.60 --base 127.0.1.1",
                    "network vip clear 127.0.1.50 --json"},
       .run = vip},
  };
}

}  // namespace

Noun network_noun() {
  return {.name = "network",
          .what = "NICs, bonds, bridges, VLANs and addresses of one host",
          .verbs = together({bridge_verbs(), device_verbs(), bond_verbs()})};
}

}  // namespace trestle::cli
