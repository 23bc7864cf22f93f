// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "objects/ovm3/api/hypervisor.h"
#include "tools/simulator/vm_cfg.h"
#include "tools/simulator/vm_life.h"
#include "tools/simulator/vm_list.h"

namespace trestle::simulator {
namespace {

namespace hypervisor = ovm3::api::hypervisor;
namespace fs = std::filesystem;

/// Size of one guest in list_vms (recorded: 4.6 kB), for the first allocation.
constexpr std::size_t kGuestBytes = 6000;
constexpr std::size_t kDom0Bytes = 13'000;

Answer list_vms(const Call& call) {
  ReplyWriter out(kDom0Bytes + call.host.domains.size() * kGuestBytes);
  out.begin_array();
  write_dom0(out, call.host, call.estate.now());
  for (const Domain& domain : call.host.domains) write_guest(out, domain, call.estate.now());
  out.end_array();
  return out;
}

Answer list_vm(const Call& call, const RepositoryId& /*repo*/, const VmId& vm) {
  const Domain* domain = call.host.find_domain(vm.text());
  if (domain == nullptr) return Answer::nil();
  ReplyWriter out(kGuestBytes);
  write_guest(out, *domain, call.estate.now());
  return out;
}

/// Memory dumps lie in the VM's folder as "<name>.<date>.core", one file each.
constexpr std::string_view kCoreEnd = ".core";

std::string core_date(Instant now) {
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m%d-%H%M.%S", &parts)};
}

Answer dump_vm_core(const Call& call, const RepositoryId& repo, const VmId& vm,
                    std::optional<bool> live, const std::optional<Value>& crash) {
  const Domain* domain = call.host.find_domain(vm.text());
  if (domain == nullptr) {
    return command_failed("xm dump-core " + vm.text(), 1,
                          "Error: Domain '" + vm.text() + "' does not exist.");
  }
  const std::string shown = vm_folder(repo, vm.text()) + "/" + core_date(call.estate.now()) + "-" +
                            domain->name + std::string(kCoreEnd);
  const auto path = call.estate.local_path(call.host, shown);
  if (!path) return path.error();
  if (const auto fault = write_file(*path,
                                    "\x7f"
                                    "ELF",
                                    shown))
    return *fault;
  std::error_code error;  // the size is for the eye
  fs::resize_file(*path, std::uintmax_t{domain->memory_mib} << 20U, error);
  const bool ends = crash && Argument<bool>::read(*crash).value_or(false);
  if (ends && !live.value_or(false)) remove_domain(call.estate, call.host, vm.text());
  return Answer::nil();
}

Answer list_vm_core(const Call& call, const RepositoryId& repo, const VmId& vm) {
  const std::string shown = vm_folder(repo, vm.text());
  const auto path = call.estate.local_path(call.host, shown);
  if (!path) return path.error();
  if (!fs::is_directory(*path)) return os_error(ENOENT, shown);
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(*path)) {
    if (entry.path().extension() == kCoreEnd) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return Answer::value(Array(names.begin(), names.end()));
}

Answer delete_vm_core(const Call& call, const RepositoryId& repo, const VmId& vm,
                      const Value& date) {
  const auto name = Argument<VmId>::read(date);  // a plain file name, so it cannot leave the folder
  if (!name) return wrong_argument_type(call.service, 2, "a string");
  const std::string folder = vm_folder(repo, vm.text());
  const auto path = call.estate.local_path(call.host, folder);
  if (!path) return path.error();
  std::error_code error;
  bool found = false;
  for (const fs::directory_entry& entry : fs::directory_iterator(*path, error)) {
    const std::string file = entry.path().filename().string();
    if (entry.path().extension() != kCoreEnd || !file.starts_with(name->text())) continue;
    found = fs::remove(entry.path(), error) || found;
  }
  if (!found) return os_error(ENOENT, folder + "/" + name->text());
  return Answer::nil();
}

}  // namespace

void register_vm_list(Services& services) {
  services.on(hypervisor::list_vms, list_vms);
  services.on(hypervisor::list_vm, list_vm);
  services.on(
      hypervisor::dump_vm_core,
      [](const Call& call, const RepositoryId& repo, const VmId& vm, std::optional<bool> live,
         const std::optional<Value>& crash,
         const std::optional<Value>&) { return dump_vm_core(call, repo, vm, live, crash); });
  services.on(hypervisor::list_vm_core, list_vm_core);
  services.on(hypervisor::delete_vm_core, delete_vm_core);
}

void register_hypervisor(Services& services) {
  register_vm_config(services);
  register_vm_power(services);
  register_vm_list(services);
  register_vm_migrate(services);
}

}  // namespace trestle::simulator
