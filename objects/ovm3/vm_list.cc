// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_list.h"

#include <algorithm>

#include "objects/ovm3/api/hypervisor.h"
#include "objects/ovm3/call_read.h"

namespace trestle::ovm3 {
namespace {

/// An array of structs, each read by its table.
template <auto Member, const auto& Table>
bool records(field::Owner<Member>& out, ValueView value, FieldFailure& failure) {
  auto& items = out.*Member;
  items.clear();
  if (value.is_nil()) return true;
  if (value.kind() != Kind::kArray) return field::fails(failure, "an array", value);
  items.reserve(value.size());
  for (const ValueView item : value) {
    if (Table.read(items.emplace_back(), item, failure)) continue;
    const std::string place = "[" + std::to_string(items.size() - 1) + "]";
    failure.where = failure.where.empty() ? place : place + "." + failure.where;
    return false;
  }
  return true;
}

bool vfb_location(Vfb& out, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  const auto text = value.string();
  if (!text) return field::fails(failure, "an address and a port", value);
  out.location = parse_vnc_location(*text);
  return true;
}

/// Plain items only: what is in a pci list of this member has not been seen.
bool image_pci(VmImage& out, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  if (value.kind() != Kind::kArray) return field::fails(failure, "an array", value);
  for (const ValueView item : value) {
    if (const auto text = item.string()) out.pci.emplace_back(*text);
  }
  return true;
}

/// Pairs of a name and a text: what the guest kernel says of itself.
bool image_notes(VmImage& out, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  if (value.kind() != Kind::kArray) return field::fails(failure, "an array", value);
  out.notes.reserve(value.size());
  for (const ValueView pair : value) {
    if (pair.kind() != Kind::kArray || pair.size() != 2) {
      return field::fails(failure, "an array of pairs", pair);
    }
    auto item = pair.begin();
    const auto name = (*item).string();
    const auto text = (*++item).string();
    if (name && text) out.notes.emplace_back(*name, *text);
  }
  return true;
}

bool vm_cpus(VmInfo& out, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  if (value.kind() != Kind::kArray) return field::fails(failure, "an array", value);
  out.cpus.reserve(value.size());
  for (const ValueView vcpu : value) {
    if (vcpu.kind() != Kind::kArray) return field::fails(failure, "an array of arrays", vcpu);
    auto& pinned = out.cpus.emplace_back();
    pinned.reserve(vcpu.size());
    for (const ValueView cpu : vcpu) {
      if (!field::is_plain(cpu)) return field::fails(failure, "a CPU number", cpu);
      pinned.push_back(to_unsigned(cpu));
    }
  }
  return true;
}

constexpr auto kVbdFields = field_table<Vbd>({
    {"uuid", field::text<&Vbd::uuid>},
    {"dev", field::text<&Vbd::dev>},
    {"uname", field::text<&Vbd::uname>},
    {"mode", field::text<&Vbd::mode>},
    {"bootable", field::plain<&Vbd::bootable>},
    {"VDI", field::text<&Vbd::vdi>},
    {"backend", field::plain<&Vbd::backend>},
    {"protocol", field::text<&Vbd::protocol>},
});

constexpr auto kVifFields = field_table<Vif>({
    {"uuid", field::text<&Vif::uuid>},
    {"mac", field::text<&Vif::mac>},
    {"bridge", field::text<&Vif::bridge>},
    {"script", field::text<&Vif::script>},
    {"type", field::text<&Vif::type>},
    {"model", field::text<&Vif::model>},
    {"backend", field::plain<&Vif::backend>},
});

constexpr auto kVfbFields = field_table<Vfb>({
    {"uuid", field::text<&Vfb::uuid>},
    {"type", field::text<&Vfb::type>},
    {"location", vfb_location},
    {"vnclisten", field::text<&Vfb::vnclisten>},
    {"vncpasswd", field::secret<&Vfb::vncpasswd>},
    {"vncunused", field::plain<&Vfb::vncunused>},
    {"vnc", field::plain<&Vfb::vnc>},
    {"keymap", field::text<&Vfb::keymap>},
    {"xauthority", field::text<&Vfb::xauthority>},
});

constexpr auto kConsoleFields = field_table<VmConsole>({
    {"uuid", field::text<&VmConsole::uuid>},
    {"protocol", field::text<&VmConsole::protocol>},
    {"location", field::text<&VmConsole::location>},
});

constexpr auto kKeyboardFields = field_table<VmKeyboard>({
    {"backend", field::plain<&VmKeyboard::backend>},
});

constexpr auto kImageFields = field_table<VmImage>({
    {"kernel", field::text<&VmImage::kernel>},
    {"device_model", field::text<&VmImage::device_model>},
    {"videoram", field::plain<&VmImage::videoram>},
    {"tsc_mode", field::plain<&VmImage::tsc_mode>},
    {"superpages", field::plain<&VmImage::superpages>},
    {"nomigrate", field::plain<&VmImage::nomigrate>},
    {"expose_host_uuid", field::plain<&VmImage::expose_host_uuid>},
    {"pci", image_pci},
    {"notes", image_notes},
});

constexpr auto kDeviceFields = field_table<VmInfo>({
    {"vbd", records<&VmInfo::vbds, kVbdFields>},
    {"vif", records<&VmInfo::vifs, kVifFields>},
    {"vfb", records<&VmInfo::vfbs, kVfbFields>},
    {"console", records<&VmInfo::consoles, kConsoleFields>},
    {"vkbd", records<&VmInfo::keyboards, kKeyboardFields>},
});

bool vm_device(VmInfo& out, ValueView value, FieldFailure& failure) {
  return value.is_nil() || kDeviceFields.read(out, value, failure);
}

bool vm_image(VmInfo& out, ValueView value, FieldFailure& failure) {
  return value.is_nil() || kImageFields.read(out.image, value, failure);
}

bool vm_flags(VmInfo& out, ValueView value, FieldFailure& failure) {
  if (!field::text<&VmInfo::state>(out, value, failure)) return false;
  out.state_flags = parse_state(out.state);
  return true;
}

constexpr auto kVmFields = field_table<VmInfo>({
    {"name", field::text<&VmInfo::name>},
    {"uuid", field::text<&VmInfo::uuid>},
    {"domid", field::plain<&VmInfo::domid>},
    {"state", vm_flags},
    {"status", field::plain<&VmInfo::status>},
    {"memory", field::plain<&VmInfo::memory>},
    {"maxmem", field::plain<&VmInfo::maxmem>},
    {"shadow_memory", field::plain<&VmInfo::shadow_memory>},
    {"vcpus", field::plain<&VmInfo::vcpus>},
    {"online_vcpus", field::plain<&VmInfo::online_vcpus>},
    {"cpu_weight", field::plain<&VmInfo::cpu_weight>},
    {"cpu_cap", field::plain<&VmInfo::cpu_cap>},
    {"cpus", vm_cpus},
    {"cpu_time", field::plain<&VmInfo::cpu_time>},
    {"start_time", field::plain<&VmInfo::start_time>},
    {"builder", field::text<&VmInfo::builder>},
    {"bootloader", field::text<&VmInfo::bootloader>},
    {"bootloader_args", field::text<&VmInfo::bootloader_args>},
    {"features", field::text<&VmInfo::features>},
    {"description", field::text<&VmInfo::description>},
    {"pool_name", field::text<&VmInfo::pool_name>},
    {"on_poweroff", field::text<&VmInfo::on_poweroff>},
    {"on_reboot", field::text<&VmInfo::on_reboot>},
    {"on_crash", field::text<&VmInfo::on_crash>},
    {"on_xend_start", field::text<&VmInfo::on_xend_start>},
    {"on_xend_stop", field::text<&VmInfo::on_xend_stop>},
    {"store_mfn", field::plain<&VmInfo::store_mfn>},
    {"console_mfn", field::plain<&VmInfo::console_mfn>},
    {"image", vm_image},
    {"device", vm_device},
});

Result<void> read_into(VmInfo& vm, ValueView record, std::size_t place) {
  FieldFailure failure;
  const bool read = kVmFields.read(vm, record, failure);
  if (read && !vm.name.empty() && !vm.uuid.empty()) return {};
  // Members have no order, so the name may not have been read when another one failed.
  const auto named = record.find("name");
  const auto name = named ? to_text(*named) : std::nullopt;
  const std::string whose = "domain " + (name ? *name : "number " + std::to_string(place));
  if (!read) return fail(field_error(failure, whose));
  return fail(Code::kBadReply, whose + " has no " + (vm.name.empty() ? "name" : "uuid") +
                                   " in the reply; compare the raw reply (trestle agent call)");
}

}  // namespace

std::string_view to_string(VmState state) {
  switch (state) {
    case VmState::kRunning:
      return "running";
    case VmState::kPaused:
      return "paused";
    case VmState::kShutDown:
      return "shut_down";
    case VmState::kCrashed:
      return "crashed";
    case VmState::kDying:
      return "dying";
    case VmState::kUnknown:
      break;
  }
  return "unknown";
}

std::optional<StateFlags> parse_state(std::string_view text) {
  constexpr std::string_view kOrder = "rbpscd";
  if (text.size() != kOrder.size()) return std::nullopt;
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (text[i] != '-' && text[i] != kOrder[i]) return std::nullopt;
  }
  const auto set = [text](std::size_t i) { return text[i] != '-'; };
  return StateFlags{.running = set(0),
                    .blocked = set(1),
                    .paused = set(2),
                    .shut_down = set(3),
                    .crashed = set(4),
                    .dying = set(5)};
}

VmState vm_state(const std::optional<StateFlags>& flags) {
  if (!flags) return VmState::kUnknown;
  if (flags->dying) return VmState::kDying;
  if (flags->crashed) return VmState::kCrashed;
  if (flags->shut_down) return VmState::kShutDown;
  return flags->paused ? VmState::kPaused : VmState::kRunning;
}

std::optional<VncLocation> parse_vnc_location(std::string_view text) {
  text = trimmed(text);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  constexpr std::uint64_t kLastPort = 65535;
  const auto port = to_unsigned(digits);
  if (!port || *port == 0 || *port > kLastPort) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  if (address.front() == '[' && address.back() == ']') address = address.substr(1, colon - 2);
  if (address.empty()) return std::nullopt;
  return VncLocation{.address = std::string(address), .port = static_cast<std::uint16_t>(*port)};
}

bool Vbd::is_cdrom() const { return std::string_view(dev).ends_with(":cdrom"); }

std::string_view Vbd::path() const {
  const std::string_view text = uname;
  // "tap:aio:/path" has two words before its path, "phy:sdb1" no slash behind its one.
  std::size_t colon = text.find(":/");
  if (colon == std::string_view::npos) colon = text.find(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

bool VmInfo::is_control_domain() const {
  return uuid.find_first_not_of("0-") == std::string::npos && !detail::uuid_key(uuid).empty();
}

std::optional<VncLocation> VmInfo::vnc() const {
  for (const Vfb& vfb : vfbs) {
    if (vfb.location) return vfb.location;
  }
  return std::nullopt;
}

std::vector<std::string> VmInfo::repository_ids() const {
  constexpr std::string_view kRoot = "/OVS/Repositories/";
  std::vector<std::string> ids;
  for (const Vbd& vbd : vbds) {
    std::string_view path = vbd.path();
    if (!path.starts_with(kRoot)) continue;
    path.remove_prefix(kRoot.size());
    const std::string id(path.substr(0, path.find('/')));
    if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

Result<std::vector<VmInfo>> read_vms(ValueView reply) {
  if (reply.kind() != Kind::kArray) {
    return fail(Code::kBadReply, "the list of VMs came as a value of kind " +
                                     std::string(to_string(reply.kind())) +
                                     " and not as an array; is this an Oracle VM 3 agent?");
  }
  std::vector<VmInfo> vms;
  vms.reserve(reply.size());
  for (const ValueView record : reply) {
    VmInfo& vm = vms.emplace_back();
    TRESTLE_RETURN_IF_ERROR(read_into(vm, record, vms.size()));
  }
  return vms;
}

Result<std::optional<VmInfo>> read_vm(ValueView reply) {
  if (reply.is_nil()) return std::optional<VmInfo>();
  std::optional<VmInfo> vm(std::in_place);
  TRESTLE_RETURN_IF_ERROR(read_into(*vm, reply, 1));
  return vm;
}

const VmInfo* find_vm(const std::vector<VmInfo>& vms, const VmId& id) {
  const auto at = std::ranges::find_if(vms, [&id](const VmInfo& vm) {
    return detail::uuid_key(vm.uuid) == id.key() || vm.name == id.text();
  });
  return at == vms.end() ? nullptr : &*at;
}

Result<std::vector<VmInfo>> list_vms(const CallContext& ctx, const Agent& agent) {
  return call_read(agent, ctx, api::hypervisor::list_vms, read_vms);
}

}  // namespace trestle::ovm3
