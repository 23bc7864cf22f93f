// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/vm_figures.h"

namespace trestle::ovm3 {
namespace {

/// The name of the image of its only disk; empty if it has none or several.
std::string only_disk(const VmInfo& vm) {
  std::string file;
  for (const Vbd& vbd : vm.vbds) {
    if (vbd.is_cdrom()) continue;
    if (!file.empty()) return {};
    const std::string_view path = vbd.path();
    file = path.substr(path.rfind('/') + 1);
  }
  return file;
}

std::int64_t number(const std::optional<std::uint64_t>& value) {
  return static_cast<std::int64_t>(value.value_or(0));
}
std::int64_t number(const std::optional<Bytes>& value) {
  return static_cast<std::int64_t>(value.value_or(Bytes{}).count);
}

}  // namespace

Result<schema::GetVmDiskStatsAnswer> get_vm_disk_stats(
    const Task& task, const schema::GetVmDiskStatsCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const auto names, needed(command.vmNames, "vmNames"));
  TRESTLE_ASSIGN_OR_RETURN(const VmFigures figures, read_figures(task, names));
  schema::OrderedMap<std::vector<schema::VmDiskStatsEntry>> entries;
  std::string details = figures.missing;
  for (const auto& [vm, sample] : figures.samples) {
    const std::string file = only_disk(vm);
    if (file.empty()) {
      details += (details.empty() ? "" : "; ") + std::string("VM ") + vm.name +
                 " has not exactly one disk, and the host counts all disks of a VM together";
      continue;
    }
    entries.set(vm.name, {{.vmName = vm.name,
                           .path = file,
                           .ioRead = number(sample.stats.disk_reads),
                           .ioWrite = number(sample.stats.disk_writes),
                           .bytesWrite = number(sample.stats.disk_written),
                           .bytesRead = number(sample.stats.disk_read)}});
  }
  auto answer = done<schema::GetVmDiskStatsAnswer>(std::move(details));
  answer.hostName = task.settings().name;
  answer.vmDiskStatsMap = std::move(entries);
  return answer;
}

}  // namespace trestle::ovm3
