// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/release.h"

#include <array>
#include <system_error>
#include <utility>

namespace trestle::simulator {
namespace {

constexpr std::array<ReleaseProfile, 3> kProfiles{{
    {.release = Release::k321,
     .name = "3.2.1",
     .agent_version = "3.2.1-183",
     .ovm_version = "3.2.1-517",
     .os_major = "5",
     .os_minor = "7",
     .kernel_release = "2.6.39-300.22.2.el5uek",
     .kernel_version = "#1 SMP Fri Jan 4 12:40:29 PST 2013",
     .xen_minor = "1",
     .xen_extra = ".3OVM",
     .manager_core_api = "3.2.1.516",
     .python24 = true,
     .ownership_is_struct = false,
     .password_needs_old = false,
     .vlan_bridge_says_added = false,
     .restarts_when_owned = false,
     .virtual_ip_optional = false,
     .checks_paths = false,
     .min_restart_seconds = 60},
    {.release = Release::k331,
     .name = "3.3.1",
     .agent_version = "3.3.1-276",
     .ovm_version = "3.3.1-1065",
     .os_major = "6",
     .os_minor = "4",
     .kernel_release = "3.8.13-26.4.2.el6uek.x86_64",
     .kernel_version = "#2 SMP Thu Feb 13 09:34:45 PST 2014",
     .xen_minor = "3",
     .xen_extra = ".0OVM",
     .manager_core_api = "3.3.1.1065",
     .python24 = false,
     .ownership_is_struct = true,
     .password_needs_old = true,
     .vlan_bridge_says_added = true,
     .restarts_when_owned = true,
     .virtual_ip_optional = false,
     .checks_paths = true,
     .min_restart_seconds = 0},
    {.release = Release::k34,
     .name = "3.4",
     .agent_version = "3.4.1-102",
     .ovm_version = "3.4.1-1371",
     .os_major = "6",
     .os_minor = "7",
     .kernel_release = "4.1.12-32.2.3.el6uek.x86_64",
     .kernel_version = "#2 SMP Fri Apr 8 18:28:23 PDT 2016",
     .xen_minor = "4",
     .xen_extra = ".4OVM",
     .manager_core_api = "3.4.1.1369",
     .python24 = false,
     .ownership_is_struct = true,
     .password_needs_old = true,
     .vlan_bridge_says_added = true,
     .restarts_when_owned = true,
     .virtual_ip_optional = true,
     .checks_paths = true,
     .min_restart_seconds = 0},
}};

constexpr std::string_view kBuiltIn = "exceptions.";

}  // namespace

const ReleaseProfile& profile(Release release) {
  return kProfiles[static_cast<std::size_t>(release)];
}

std::optional<Release> parse_release(std::string_view text) {
  if (text == "3.2.1" || text == "3.2") return Release::k321;
  if (text == "3.3.1" || text == "3.3") return Release::k331;
  if (text == "3.4" || text == "3.4.1") return Release::k34;
  return std::nullopt;
}

std::string_view to_string(Release release) { return profile(release).name; }

std::string fault_string(const Fault& fault, Release release) {
  if (profile(release).python24) return fault.class_name + ":" + fault.text;
  const bool built_in = fault.class_name.starts_with(kBuiltIn);
  return std::string(built_in ? "<type '" : "<class '") + fault.class_name + "'>:" + fault.text;
}

Fault exception(std::string text) { return {"exceptions.Exception", std::move(text)}; }

Fault os_error(int errno_value, std::string_view path) {
  return {"exceptions.OSError", "[Errno " + std::to_string(errno_value) + "] " +
                                    std::generic_category().message(errno_value) + ": '" +
                                    std::string(path) + "'"};
}

Fault command_failed(std::string_view argv, int status, std::string_view message) {
  std::string list = "[";
  while (!argv.empty()) {
    const std::size_t blank = argv.find(' ');
    if (list.size() > 1) list += ", ";
    list += "'" + std::string(argv.substr(0, blank)) + "'";
    argv = blank == std::string_view::npos ? std::string_view() : argv.substr(blank + 1);
  }
  return {"exceptions.RuntimeError", "Command: " + list + "] failed (" + std::to_string(status) +
                                         "): stderr: " + std::string(message)};
}

}  // namespace trestle::simulator
