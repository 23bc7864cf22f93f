// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/vm/vm_figures.h"

#include <optional>

#include "helpers/ovm3/hosted_vm.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : "; ") + item; }

}  // namespace

Result<VmFigures> read_figures(const Task& task, const std::vector<std::string>& names) {
  VmFigures figures;
  TRESTLE_ASSIGN_OR_RETURN(figures.domains, list_vms(task.ctx, task.agent()));
  const HostModule module(task.agent());
  std::optional<Error> last;
  for (const std::string& name : names) {
    const auto live = find_domain(figures.domains, name);
    if (!live || !*live) {
      add(figures.missing,
          live ? "VM " + name + " does not run on this host" : live.error().message());
      continue;
    }
    auto stats = module.guest_stats(task.ctx, name);
    if (stats) {
      figures.samples.emplace_back(**live, sample_of(**live, *stats));
      continue;
    }
    const Code code = stats.error().code;
    if (code == Code::kFailedPrecondition || code == Code::kCancelled) {
      return fail(std::move(stats).error());
    }
    add(figures.missing, "VM " + name + ": " + stats.error().message());
    last = std::move(stats).error();
  }
  if (figures.samples.empty() && last) return fail(*std::move(last));
  return figures;
}

}  // namespace trestle::ovm3
