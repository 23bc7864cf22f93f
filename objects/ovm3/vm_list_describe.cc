// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/describe.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

/// A text that the agent left blank is nil.
Value known(const std::string& text) { return text.empty() ? Value(Nil{}) : Value(text); }

Value seconds(const std::optional<Seconds>& span) {
  return span ? Value(span->count()) : Value(Nil{});
}

Value describe_one(const Vbd& vbd) {
  return Struct{{"uuid", known(vbd.uuid)},
                {"dev", vbd.dev},
                {"uname", vbd.uname},
                {"path", std::string(vbd.path())},
                {"cdrom", vbd.is_cdrom()},
                {"mode", known(vbd.mode)},
                {"bootable", describe(vbd.bootable)},
                {"vdi", known(vbd.vdi)},
                {"backend", describe(vbd.backend)},
                {"protocol", known(vbd.protocol)}};
}

Value describe_one(const Vif& vif) {
  return Struct{
      {"uuid", known(vif.uuid)},         {"mac", vif.mac},          {"bridge", vif.bridge},
      {"script", known(vif.script)},     {"type", known(vif.type)}, {"model", known(vif.model)},
      {"backend", describe(vif.backend)}};
}

Value describe_one(const Vfb& vfb) {
  return Struct{{"uuid", known(vfb.uuid)},
                {"type", known(vfb.type)},
                {"location", vfb.location ? describe(*vfb.location) : Value(Nil{})},
                {"vnclisten", known(vfb.vnclisten)},
                {"vncpasswd_set", !vfb.vncpasswd.empty()},
                {"vncunused", describe(vfb.vncunused)},
                {"vnc", describe(vfb.vnc)},
                {"keymap", known(vfb.keymap)},
                {"xauthority", known(vfb.xauthority)}};
}

Value describe_one(const VmConsole& console) {
  return Struct{{"uuid", known(console.uuid)},
                {"protocol", known(console.protocol)},
                {"location", known(console.location)}};
}

Value describe_one(const VmKeyboard& keyboard) {
  return Struct{{"backend", describe(keyboard.backend)}};
}

Value describe_one(const VmImage& image) {
  Struct notes;
  for (const auto& [name, text] : image.notes) notes.push_back({name, text});
  return Struct{{"kernel", known(image.kernel)},
                {"device_model", known(image.device_model)},
                {"videoram_mib", describe(image.videoram)},
                {"tsc_mode", describe(image.tsc_mode)},
                {"superpages", describe(image.superpages)},
                {"nomigrate", describe(image.nomigrate)},
                {"expose_host_uuid", describe(image.expose_host_uuid)},
                {"pci", Array(image.pci.begin(), image.pci.end())},
                {"notes", std::move(notes)}};
}

template <class T>
Value describe_all(const std::vector<T>& items) {
  Array all;
  for (const T& item : items) all.push_back(describe_one(item));
  return all;
}

Value describe_flags(const std::optional<StateFlags>& flags) {
  if (!flags) return Nil{};
  Array set;
  const auto add = [&set](bool is_set, const char* name) {
    if (is_set) set.emplace_back(name);
  };
  add(flags->running, "running");
  add(flags->blocked, "blocked");
  add(flags->paused, "paused");
  add(flags->shut_down, "shut_down");
  add(flags->crashed, "crashed");
  add(flags->dying, "dying");
  return set;
}

// Numbers stand under their wire name, and under the name with _number too, by which the index of
// the recordings tells them from the texts that the wire carries.
void add_identity(Struct& out, const VmInfo& vm) {
  out.insert(out.end(), {{"name", vm.name},
                         {"uuid", vm.uuid},
                         {"domid", describe(vm.domid)},
                         {"domid_number", describe(vm.domid)},
                         {"control_domain", vm.is_control_domain()},
                         {"state", known(vm.state)},
                         {"state_flags", describe_flags(vm.state_flags)},
                         {"power_state", to_string(vm.power())},
                         {"status", describe(vm.status)},
                         {"status_number", describe(vm.status)}});
}

void add_size(Struct& out, const VmInfo& vm) {
  Array lengths;
  for (const auto& vcpu : vm.cpus) lengths.emplace_back(static_cast<std::int64_t>(vcpu.size()));
  out.insert(out.end(), {{"memory", describe(vm.memory)},
                         {"maxmem", describe(vm.maxmem)},
                         {"memory_mib", describe(vm.memory)},
                         {"maxmem_mib", describe(vm.maxmem)},
                         {"shadow_memory_mib", describe(vm.shadow_memory)},
                         {"vcpus", describe(vm.vcpus)},
                         {"vcpus_number", describe(vm.vcpus)},
                         {"online_vcpus", describe(vm.online_vcpus)},
                         {"online_vcpus_number", describe(vm.online_vcpus)},
                         {"cpu_weight", describe(vm.cpu_weight)},
                         {"cpu_cap", describe(vm.cpu_cap)},
                         {"cpu_cap_number", describe(vm.cpu_cap)},
                         {"cpu_affinity", describe(vm.cpus)},
                         {"cpu_affinity_lengths", std::move(lengths)},
                         {"cpu_time", seconds(vm.cpu_time)},
                         {"start_time", seconds(vm.start_time)}});
}

void add_settings(Struct& out, const VmInfo& vm) {
  out.insert(out.end(), {{"builder", vm.builder},
                         {"bootloader", vm.bootloader},
                         {"bootloader_args", vm.bootloader_args},
                         {"features", vm.features},
                         {"description", vm.description},
                         {"pool_name", known(vm.pool_name)},
                         {"on_poweroff", known(vm.on_poweroff)},
                         {"on_reboot", known(vm.on_reboot)},
                         {"on_crash", known(vm.on_crash)},
                         {"on_xend_start", known(vm.on_xend_start)},
                         {"on_xend_stop", known(vm.on_xend_stop)},
                         {"store_mfn", describe(vm.store_mfn)},
                         {"console_mfn", describe(vm.console_mfn)},
                         {"image", describe_one(vm.image)}});
}

void add_devices(Struct& out, const VmInfo& vm) {
  Array vnc;
  Array ports;
  for (const Vfb& vfb : vm.vfbs) {
    if (!vfb.location) continue;
    vnc.emplace_back(vfb.location->address + ":" + std::to_string(vfb.location->port));
    ports.emplace_back(vfb.location->port);
  }
  out.insert(out.end(), {{"disks", describe_all(vm.vbds)},
                         {"vifs", describe_all(vm.vifs)},
                         {"vfbs", describe_all(vm.vfbs)},
                         {"consoles", describe_all(vm.consoles)},
                         {"keyboards", describe_all(vm.keyboards)},
                         {"vnc", std::move(vnc)},
                         {"vnc_port", std::move(ports)},
                         {"repository_ids", describe(vm.repository_ids())}});
}

}  // namespace

Value describe(const VncLocation& location) {
  return Struct{{"address", location.address}, {"port", location.port}};
}

Value describe(const VmInfo& vm) {
  Struct out;
  add_identity(out, vm);
  add_size(out, vm);
  add_settings(out, vm);
  add_devices(out, vm);
  return out;
}

Value describe_vms(const std::vector<VmInfo>& vms) {
  Array all;
  for (const VmInfo& vm : vms) all.push_back(describe(vm));
  return Struct{{"count", static_cast<std::int64_t>(vms.size())}, {"vms", std::move(all)}};
}

}  // namespace trestle::ovm3
