// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bodies.h"

#include <cstdio>
#include <string_view>

namespace trestle::bench {
namespace {

std::string text(std::string_view content) {
  return "<value><string>" + std::string(content) + "</string></value>";
}

std::string member(std::string_view name, const std::string& value) {
  return "<member><name>" + std::string(name) + "</name>" + value + "</member>";
}

std::string array(const std::string& items) {
  return "<value><array><data>" + items + "</data></array></value>";
}
std::string structure(const std::string& members) {
  return "<value><struct>" + members + "</struct></value>";
}

std::string note(std::string_view name, std::string_view value) {
  return array(text(name) + text(value));
}

std::string image() {
  const std::string notes = note("HV_START_LOW", "4118806528") +
                            note("FEATURES", "!writable_page_tables|pae_pgdir_above_4gb") +
                            note("VIRT_BASE", "3221225472") + note("GUEST_VERSION", "2.6") +
                            note("PADDR_OFFSET", "0") + note("GUEST_OS", "linux") +
                            note("HYPERCALL_PAGE", "3238010880") + note("LOADER", "generic") +
                            note("SUSPEND_CANCEL", "1") + note("PAE_MODE", "yes") +
                            note("ENTRY", "3242303488") + note("XEN_VERSION", "xen-3.0");
  return structure(
      member("tsc_mode", text("0")) + member("kernel", text("")) + member("videoram", text("4")) +
      member("device_model", text("/usr/lib/xen/bin/qemu-dm")) + member("notes", array(notes)) +
      member("expose_host_uuid", text("0")) + member("pci", array("")) +
      member("superpages", text("0")) + member("nomigrate", text("0")));
}

std::string devices(const std::string& id) {
  const std::string vif =
      structure(member("bridge", text("xenbr0.160")) + member("mac", text("02:00:50:9a:00:01")) +
                member("script", text("/etc/xen/scripts/vif-bridge")) + member("uuid", text(id)) +
                member("backend", text("0")));
  const std::string vfb = structure(
      member("vncunused", text("1")) + member("vnc", text("1")) +
      member("xauthority", text("/root/.Xauthority")) + member("vnclisten", text("127.0.0.1")) +
      member("vncpasswd", text("0123456789abcdef")) + member("keymap", text("en-us")) +
      member("location", text("127.0.0.1:5900")) + member("uuid", text(id)));
  const std::string vbd = structure(
      member("protocol", text("x86_32-abi")) + member("uuid", text(id)) +
      member("bootable", text("1")) + member("dev", text("xvda:disk")) +
      member("uname", text("file:/OVS/Repositories/0004fb0000030000a1b2c3d4e5f60718/VirtualDisks/" +
                           id + ".raw")) +
      member("mode", text("w")) + member("VDI", text("")) + member("backend", text("0")));
  const std::string console = structure(member("protocol", text("vt100")) +
                                        member("location", text("2")) + member("uuid", text(id)));
  return structure(
      member("vif", array(vif)) + member("vkbd", array(structure(member("backend", text("0"))))) +
      member("console", array(console)) + member("vfb", array(vfb)) + member("vbd", array(vbd)));
}

std::string guest(std::size_t number) {
  char id[40];
  std::snprintf(id, sizeof(id), "868a6627-c3b0-3d9b-aea4-%012zx", number);
  const std::string domid = std::to_string(number + 1);
  return structure(
      member("on_xend_stop", text("ignore")) + member("console_mfn", text("873706")) +
      member("features", text("")) + member("image", image()) + member("cpus", array(array(""))) +
      member("store_mfn", text("873707")) + member("uuid", text(id)) +
      member("on_reboot", text("restart")) + member("state", text("-b----")) +
      member("cpu_weight", text("27500")) + member("online_vcpus", text("1")) +
      member("memory", text("512")) + member("cpu_cap", text("0")) + member("status", text("2")) +
      member("pool_name", text("Pool-0")) + member("description", text("")) +
      member("start_time", text("1408105444.17")) + member("on_poweroff", text("destroy")) +
      member("on_xend_start", text("ignore")) + member("on_crash", text("restart")) +
      member("device", devices(id)) + member("bootloader", text("/usr/bin/pygrub")) +
      member("maxmem", text("512")) + member("cpu_time", text("5.627111952")) +
      member("shadow_memory", text("0")) + member("name", text("i-2-" + domid + "-VM")) +
      member("builder", text("linux")) + member("bootloader_args", text("-q")) +
      member("domid", text(domid)) + member("vcpus", text("1")));
}

}  // namespace

std::string list_vms_body(std::size_t vms) {
  std::string items;
  for (std::size_t i = 0; i < vms; ++i) items += guest(i);
  return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n" + array(items) +
         "\n</param>\n</params>\n</methodResponse>\n";
}

}  // namespace trestle::bench
