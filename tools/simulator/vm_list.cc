// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/vm_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace trestle::simulator {
namespace {

/// Domain-0 lists this many CPUs per vCPU whatever the machine has (recorded).
constexpr int kListedCpus = 160;

constexpr std::pair<std::string_view, std::string_view> kNotes[] = {
    {"HV_START_LOW", "4118806528"},
    {"FEATURES", "!writable_page_tables|pae_pgdir_above_4gb"},
    {"VIRT_BASE", "3221225472"},
    {"GUEST_VERSION", "2.6"},
    {"PADDR_OFFSET", "0"},
    {"GUEST_OS", "linux"},
    {"HYPERCALL_PAGE", "3238010880"},
    {"LOADER", "generic"},
    {"SUSPEND_CANCEL", "1"},
    {"PAE_MODE", "yes"},
    {"ENTRY", "3242303488"},
    {"XEN_VERSION", "xen-3.0"}};

struct Digits {
  std::array<char, 24> text{};
  std::size_t size = 0;
  // NOLINTNEXTLINE(google-explicit-constructor): a number on its way into a text
  operator std::string_view() const { return {text.data(), size}; }
};

Digits number(std::uint64_t v) {
  Digits digits;
  const auto end = std::to_chars(digits.text.data(), digits.text.data() + digits.text.size(), v);
  digits.size = static_cast<std::size_t>(end.ptr - digits.text.data());
  return digits;
}

/// Seconds with `places` decimals.
Digits seconds(std::uint64_t ns, int places) {
  Digits digits = number(ns / 1'000'000'000);
  std::uint64_t rest = ns % 1'000'000'000;
  digits.text[digits.size++] = '.';
  std::uint64_t unit = 100'000'000;
  for (int i = 0; i < places; ++i, unit /= 10) {
    digits.text[digits.size++] = static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return digits;
}

std::uint64_t hash(std::string_view a, std::string_view b, std::uint64_t basis) {
  std::uint64_t h = 0xcbf29ce484222325U ^ basis;
  for (const std::string_view part : {a, b}) {
    for (const char c : part) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  h ^= h >> 32U;
  return h * 0x9e3779b97f4a7c15U;
}

void write_image(ReplyWriter& out, const Domain& domain) {
  out.member("image").begin_struct();
  out.text_member("tsc_mode", "0");
  out.text_member("kernel", domain.hvm ? "/usr/lib/xen/boot/hvmloader" : "");
  out.text_member("videoram", "4").text_member("device_model", "/usr/lib/xen/bin/qemu-dm");
  out.member("notes").begin_array();
  for (const auto& [name, value] : kNotes) {
    out.begin_array().text(name).text(value).end_array();
  }
  out.end_array().end_member();
  out.text_member("expose_host_uuid", "0");
  out.member("pci").begin_array().end_array().end_member();
  out.text_member("superpages", "0").text_member("nomigrate", "0");
  out.end_struct().end_member();
}

void write_vbd(ReplyWriter& out, const Domain& domain, const Disk& disk, std::size_t index) {
  const bool has_kind = disk.device.find(':') != std::string::npos;
  out.begin_struct().text_member("protocol", "x86_64-abi");
  out.text_member("uuid", derived_uuid(domain.uuid, "vbd" + std::to_string(index)));
  out.text_member("bootable", index == 0 ? "1" : "0");
  out.text_member("dev", has_kind ? disk.device : disk.device + ":disk");
  out.text_member("uname", disk.uname).text_member("mode", disk.mode);
  out.text_member("VDI", "").text_member("backend", "0").end_struct();
}

void write_vfb(ReplyWriter& out, const Domain& domain) {
  out.member("vfb").begin_array().begin_struct();
  out.text_member("vncunused", "1").text_member("vnc", "1");
  out.text_member("xauthority", "/root/.Xauthority").text_member("vnclisten", domain.vfb.listen);
  out.text_member("vncpasswd", domain.vfb.password).text_member("keymap", domain.vfb.keymap);
  out.text_member("location", domain.vfb.listen + ":" + std::to_string(domain.vfb.port));
  out.text_member("uuid", derived_uuid(domain.uuid, "vfb"));
  out.end_struct().end_array().end_member();
}

void write_devices(ReplyWriter& out, const Domain& domain) {
  out.member("device").begin_struct().member("vif").begin_array();
  for (std::size_t i = 0; i < domain.vifs.size(); ++i) {
    const Vif& vif = domain.vifs[i];
    out.begin_struct().text_member("bridge", vif.bridge).text_member("mac", vif.mac);
    out.text_member("script", "/etc/xen/scripts/vif-bridge");
    out.text_member("uuid", derived_uuid(domain.uuid, "vif" + std::to_string(i)));
    out.text_member("backend", "0").end_struct();
  }
  out.end_array().end_member();
  out.member("vkbd").begin_array().begin_struct().text_member("backend", "0");
  out.end_struct().end_array().end_member();
  out.member("console").begin_array().begin_struct().text_member("protocol", "vt100");
  out.text_member("location", "2").text_member("uuid", derived_uuid(domain.uuid, "console"));
  out.end_struct().end_array().end_member();
  if (domain.vfb.port != 0) write_vfb(out, domain);
  out.member("vbd").begin_array();
  for (std::size_t i = 0; i < domain.disks.size(); ++i) write_vbd(out, domain, domain.disks[i], i);
  out.end_array().end_member().end_struct().end_member();
}

/// "0-3,6" as numbers; anything unreadable pins to nothing.
void write_pinned(ReplyWriter& out, std::string_view cpus) {
  while (!cpus.empty()) {
    const std::size_t comma = cpus.find(',');
    const std::string_view range = cpus.substr(0, comma);
    unsigned first = 0;
    const auto read = std::from_chars(range.data(), range.data() + range.size(), first);
    unsigned last = first;
    if (read.ptr != range.data() + range.size() && *read.ptr == '-') {
      std::from_chars(read.ptr + 1, range.data() + range.size(), last);
    }
    for (unsigned cpu = first; read.ec == std::errc() && cpu <= std::min(last, 4095U); ++cpu) {
      out.text(number(cpu));
    }
    cpus = comma == std::string_view::npos ? std::string_view() : cpus.substr(comma + 1);
  }
}

}  // namespace

std::string derived_uuid(std::string_view seed, std::string_view purpose) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  std::uint64_t bits = hash(seed, purpose, 0);
  std::size_t digits = 0;
  for (char& c : uuid) {
    if (c == '-') continue;
    if (digits++ == 16) bits = hash(seed, purpose, 0x5bd1e995U);
    c = kHex[bits >> 60U];
    bits <<= 4U;
  }
  return uuid;
}

void write_guest(ReplyWriter& out, const Domain& domain, Instant now) {
  const Counters counters = counters_at(domain, now);
  out.begin_struct().text_member("on_xend_stop", "ignore");
  out.text_member("console_mfn", number(873'706 + std::uint64_t{domain.domid} * 2));
  out.text_member("features", "");
  write_image(out, domain);
  out.member("cpus").begin_array();
  for (std::uint16_t i = 0; i < domain.vcpus; ++i) {
    out.begin_array();
    write_pinned(out, domain.cpus);
    out.end_array();
  }
  out.end_array().end_member();
  out.text_member("store_mfn", number(873'707 + std::uint64_t{domain.domid} * 2));
  out.text_member("uuid", domain.uuid).text_member("on_reboot", domain.on_reboot);
  out.text_member("state", state_flags(domain.state));
  out.text_member("cpu_weight", number(domain.cpu_weight));
  out.text_member("online_vcpus", number(domain.vcpus));
  out.text_member("memory", number(domain.memory_mib));
  out.text_member("cpu_cap", number(domain.cpu_cap));
  out.text_member("status", number(static_cast<std::uint64_t>(status_number(domain.state))));
  out.text_member("pool_name", "Pool-0").text_member("description", domain.description);
  out.text_member("start_time", seconds(static_cast<std::uint64_t>(domain.started.count()), 2));
  out.text_member("on_poweroff", domain.on_poweroff).text_member("on_xend_start", "ignore");
  out.text_member("on_crash", domain.on_crash);
  write_devices(out, domain);
  out.text_member("bootloader", domain.bootloader);
  out.text_member("maxmem", number(domain.max_memory_mib));
  out.text_member("cpu_time", seconds(counters.cpu_ns, 9)).text_member("shadow_memory", "0");
  out.text_member("name", domain.name).text_member("builder", domain.hvm ? "hvm" : "linux");
  out.text_member("bootloader_args", domain.bootloader.empty() ? "" : "-q");
  out.text_member("domid", number(domain.domid));
  out.text_member("vcpus", number(domain.vcpus)).end_struct();
}

void write_dom0(ReplyWriter& out, const Host& host, Instant now) {
  constexpr int kVcpus = 2;
  const auto up = static_cast<std::uint64_t>(std::max(now - host.booted, Instant{}).count());
  out.begin_struct().text_member("on_xend_stop", "ignore").text_member("features", "");
  out.member("image").begin_struct().text_member("tsc_mode", "0").text_member("kernel", "");
  out.text_member("superpages", "0").text_member("nomigrate", "0");
  out.text_member("expose_host_uuid", "0").end_struct().end_member();
  out.member("cpus").begin_array();
  for (int vcpu = 0; vcpu < kVcpus; ++vcpu) {
    out.begin_array();
    for (int cpu = 0; cpu < kListedCpus; ++cpu) out.text(number(static_cast<std::uint64_t>(cpu)));
    out.end_array();
  }
  out.end_array().end_member();
  out.text_member("uuid", "00000000-0000-0000-0000-000000000000");
  out.text_member("on_reboot", "restart").text_member("state", "r-----");
  out.text_member("cpu_weight", "65535").text_member("online_vcpus", number(kVcpus));
  out.text_member("memory", number(host.hardware.dom0_memory_mib));
  out.text_member("cpu_cap", "0").text_member("status", "2").text_member("pool_name", "Pool-0");
  out.text_member("on_poweroff", "destroy").text_member("on_xend_start", "ignore");
  out.text_member("on_crash", "restart");
  out.member("device").begin_struct().end_struct().end_member();
  out.text_member("bootloader", "");
  out.text_member("maxmem", number(host.hardware.dom0_memory_mib));
  out.text_member("cpu_time", seconds(up / 20, 9)).text_member("shadow_memory", "0");
  out.text_member("name", "Domain-0").text_member("builder", "linux");
  out.text_member("bootloader_args", "").text_member("domid", "0");
  out.text_member("vcpus", number(kVcpus)).end_struct();
}

}  // namespace trestle::simulator
