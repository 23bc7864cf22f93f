// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "objects/core/ids.h"
#include "tools/simulator/vm_cfg.h"

namespace trestle::simulator {
namespace {

// Types of the known keys (agent reference 5.1).
constexpr std::string_view kNumbers[] = {
    "acpi",          "apic",       "blkif",
    "cpu",           "cpu_cap",    "cpu_weight",
    "display",       "hap",        "hpet",
    "isa",           "localtime",  "expose_host_uuid",
    "maxmem",        "maxvcpus",   "console_autoconnect",
    "memory",        "monitor",    "machine_address_size",
    "netif",         "nographic",  "nomigrate",
    "opengl",        "pae",        "pasued",
    "s3_integrity",  "sdl",        "pci_msitranslate",
    "shadow_memory", "stdvga",     "pci_power_mgmt",
    "superpages",    "target",     "rtc_timeoffset",
    "timer_mode",    "tpmif",      "suppress_spurious_page_faults",
    "tsc_mode",      "usb",        "vcpus",
    "vhpt",          "videoram",   "viridian",
    "vnc",           "vncconsole", "vncdisplay",
    "vncunused",     "vpt_align",  "xen_platform_pci"};
constexpr std::string_view kTexts[] = {"bootargs",
                                       "boot",
                                       "bootloader",
                                       "builder",
                                       "device_model",
                                       "dhcp",
                                       "extra",
                                       "fda",
                                       "fdb",
                                       "features",
                                       "gateway",
                                       "guest_os_type",
                                       "hostname",
                                       "interface",
                                       "ip",
                                       "kernel",
                                       "keymap",
                                       "loader",
                                       "monitor_path",
                                       "name",
                                       "netmask",
                                       "nfs_root",
                                       "nfs_server",
                                       "on_crash",
                                       "on_poweroff",
                                       "on_reboot",
                                       "on_xend_start",
                                       "on_xend_stop",
                                       "ramdisk",
                                       "root",
                                       "serial",
                                       "soundhw",
                                       "usbdevice",
                                       "uuid",
                                       "vnclisten",
                                       "vncpasswd",
                                       "xauthority",
                                       "OVM_simple_name",
                                       "OVM_description",
                                       "OVM_domain_type",
                                       "OVM_os_type",
                                       "OVM_cpu_compat_group"};
constexpr std::string_view kLists[] = {"access_control",
                                       "cpuid",
                                       "cpuid_check",
                                       "disk",
                                       "disk_other_config",
                                       "ioports",
                                       "irq",
                                       "pci",
                                       "vfb",
                                       "vif",
                                       "vif2",
                                       "vscsi",
                                       "vif_other_config",
                                       "vtpm"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != std::ranges::end(names);
}

std::optional<std::int64_t> as_number(const Value& v) {
  if (const auto* number = v.get_if<std::int64_t>()) return *number;
  if (const auto* flag = v.get_if<bool>()) return *flag ? 1 : 0;
  const auto* text = v.get_if<std::string>();
  if (text == nullptr || text->empty()) return std::nullopt;
  std::int64_t number = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size()) return std::nullopt;
  return number;
}

/// The value of `key` in "a=1,b=2".
std::string pair_value(std::string_view pairs, std::string_view key) {
  while (!pairs.empty()) {
    const std::size_t comma = pairs.find(',');
    const std::string_view pair = pairs.substr(0, comma);
    if (pair.starts_with(key) && pair.size() > key.size() && pair[key.size()] == '=') {
      return std::string(pair.substr(key.size() + 1));
    }
    pairs = comma == std::string_view::npos ? std::string_view() : pairs.substr(comma + 1);
  }
  return {};
}

/// "file:/path,xvda,w"; the path may hold commas, so split from the end.
Disk parse_disk(const std::string& text) {
  const std::size_t mode = text.rfind(',');
  const std::size_t device = mode == std::string::npos ? mode : text.rfind(',', mode - 1);
  if (device == std::string::npos) return {.uname = text, .device = "", .mode = ""};
  return {.uname = text.substr(0, device),
          .device = text.substr(device + 1, mode - device - 1),
          .mode = text.substr(mode + 1)};
}

void set_devices(Domain& domain, const Struct& config) {
  domain.disks.clear();
  for (const std::string& disk : config_list(config, "disk")) {
    domain.disks.push_back(parse_disk(disk));
  }
  domain.vifs.clear();
  for (const std::string& vif : config_list(config, "vif")) {
    domain.vifs.push_back({.mac = pair_value(vif, "mac"),
                           .bridge = pair_value(vif, "bridge"),
                           .type = pair_value(vif, "type")});
  }
}

}  // namespace

std::optional<Fault> check_config(Struct& config) {
  for (Member& member : config) {
    const auto wrong = [&](std::string_view type) {
      return Fault{"exceptions.TypeError",
                   "Invalid value of '" + member.name + "': must be " + std::string(type)};
    };
    if (is_one_of(member.name, kNumbers)) {
      const auto number = as_number(member.value);
      if (!number) return wrong("int");
      member.value = *number;
    } else if (is_one_of(member.name, kTexts)) {
      if (member.value.get_if<std::string>() == nullptr) return wrong("str");
    } else if (is_one_of(member.name, kLists)) {
      if (member.value.get_if<Array>() == nullptr) return wrong("list");
    } else if (member.name == "OVM_high_availability") {
      const auto number = as_number(member.value);
      if (!number) return wrong("bool");
      member.value = *number != 0;
    } else if (!trestle::detail::is_plain_name(member.name)) {
      return Fault{"exceptions.ValueError", "Invalid key '" + member.name + "'"};
    }
  }
  return std::nullopt;
}

std::string config_text(const Struct& config, std::string_view key) {
  for (const Member& member : config) {
    if (member.name != key) continue;
    if (const auto* text = member.value.get_if<std::string>()) return *text;
    if (const auto* number = member.value.get_if<std::int64_t>()) return std::to_string(*number);
  }
  return {};
}

std::int64_t config_number(const Struct& config, std::string_view key, std::int64_t otherwise) {
  for (const Member& member : config) {
    if (member.name == key) return as_number(member.value).value_or(otherwise);
  }
  return otherwise;
}

std::vector<std::string> config_list(const Struct& config, std::string_view key) {
  std::vector<std::string> texts;
  for (const Member& member : config) {
    const auto* items = member.name == key ? member.value.get_if<Array>() : nullptr;
    if (items == nullptr) continue;
    for (const Value& item : *items) {
      if (const auto* text = item.get_if<std::string>()) texts.push_back(*text);
    }
  }
  return texts;
}

Domain domain_from_config(const Struct& config) {
  Domain domain;
  domain.name = config_text(config, "name");
  domain.uuid = config_text(config, "uuid");
  domain.hvm = config_text(config, "builder") == "hvm" ||
               config_text(config, "OVM_domain_type").starts_with("xen_hvm");
  const auto or_default = [&](std::string_view key, const char* otherwise) {
    const std::string text = config_text(config, key);
    return text.empty() ? std::string(otherwise) : text;
  };
  domain.on_poweroff = or_default("on_poweroff", "destroy");
  domain.on_reboot = or_default("on_reboot", "restart");
  domain.on_crash = or_default("on_crash", "restart");
  domain.bootloader = config_text(config, "bootloader");
  domain.description = config_text(config, "OVM_description");
  domain.high_availability = config_number(config, "OVM_high_availability", 0) != 0;
  const std::int64_t memory = config_number(config, "memory", 256);
  const std::int64_t vcpus = config_number(config, "vcpus", 1);
  domain.max_memory_mib =
      static_cast<std::uint32_t>(std::max(config_number(config, "maxmem", memory), memory));
  domain.max_vcpus =
      static_cast<std::uint16_t>(std::max(config_number(config, "maxvcpus", vcpus), vcpus));
  apply_live(domain, config);
  const std::vector<std::string> frame_buffers = config_list(config, "vfb");
  if (!frame_buffers.empty() || config_number(config, "vnc", 0) != 0) {
    const std::string pairs = frame_buffers.empty() ? "" : frame_buffers.front();
    const auto key = [&](std::string_view name) {
      return frame_buffers.empty() ? config_text(config, name) : pair_value(pairs, name);
    };
    domain.vfb = {.listen = key("vnclisten").empty() ? "127.0.0.1" : key("vnclisten"),
                  .password = key("vncpasswd"),
                  .keymap = key("keymap"),
                  .port = 1};
  }
  return domain;
}

void apply_live(Domain& domain, const Struct& config) {
  domain.memory_mib = static_cast<std::uint32_t>(config_number(config, "memory", 256));
  domain.vcpus = static_cast<std::uint16_t>(config_number(config, "vcpus", 1));
  domain.cpu_weight = static_cast<std::uint32_t>(config_number(config, "cpu_weight", 256));
  domain.cpu_cap = static_cast<std::uint32_t>(config_number(config, "cpu_cap", 0));
  domain.cpus = config_text(config, "cpus");
  set_devices(domain, config);
}

std::optional<Fault> write_file(const std::filesystem::path& file, std::string_view text,
                                std::string_view shown) {
  const std::string part = file.string() + ".part";
  const int fd = ::open(part.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return os_error(errno, shown);
  int failed = 0;
  while (!text.empty() && failed == 0) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0) {
      failed = errno;
    } else {
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  ::close(fd);
  if (failed != 0) return os_error(failed, shown);
  if (::rename(part.c_str(), file.c_str()) != 0) return os_error(errno, shown);
  return std::nullopt;
}

Try<std::string> read_file(const std::filesystem::path& file, std::string_view shown) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return tl::unexpected(os_error(ENOENT, shown));
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace trestle::simulator
