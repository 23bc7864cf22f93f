// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/vm_figures.h"

namespace trestle::ovm3 {
namespace {

schema::VmStatsEntry entry_of(const VmSample& sample, const std::optional<VmActivity>& activity) {
  const VmActivity seen = activity.value_or(VmActivity{});
  return {.cpuUtilization = seen.cpu_percent,
          .networkReadKBs = seen.net_read_kib,
          .networkWriteKBs = seen.net_written_kib,
          .diskReadIOs = seen.disk_reads,
          .diskWriteIOs = seen.disk_writes,
          .diskReadKBs = seen.disk_read_kib,
          .diskWriteKBs = seen.disk_written_kib,
          .numCPUs = static_cast<std::int32_t>(sample.stats.vcpus.value_or(0)),
          .entityType = "vm"};
}

}  // namespace

Result<schema::GetVmStatsAnswer> get_vm_stats(const Task& task,
                                              const schema::GetVmStatsCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const auto names, needed(command.vmNames, "vmNames"));
  TRESTLE_ASSIGN_OR_RETURN(const VmFigures figures, read_figures(task, names));
  schema::OrderedMap<schema::VmStatsEntry> entries;
  std::string fresh;
  for (const auto& [vm, sample] : figures.samples) {
    const auto activity = task.host.samples().put(vm.name, sample);
    if (!activity) fresh += (fresh.empty() ? "" : ", ") + vm.name;
    entries.set(vm.name, entry_of(sample, activity));
  }
  task.host.samples().keep_only(figures.domains);
  std::string details = figures.missing;
  if (!fresh.empty()) {
    details +=
        (details.empty() ? "" : "; ") + std::string("no difference yet, first sample: ") + fresh;
  }
  auto answer = done<schema::GetVmStatsAnswer>(std::move(details));
  answer.vmStatsMap = std::move(entries);
  return answer;
}

}  // namespace trestle::ovm3
