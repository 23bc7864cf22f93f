// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "helpers/ovm3/heartbeat.h"
#include "helpers/ovm3/host_traffic.h"
#include "integration/ovm3/commands/host/family.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

/// CloudStack's "KBs" are KiB.
double kibibytes(const std::optional<Bytes>& bytes) {
  constexpr double kBytesPerKib = 1024;
  return bytes ? static_cast<double>(bytes->count) / kBytesPerKib : 0;
}

}  // namespace

Result<schema::GetHostStatsAnswer> get_host_stats(const Task& task,
                                                  const schema::GetHostStatsCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string device,
                           device_of_traffic(task.ctx, task.agent(), task.settings().address,
                                             task.settings().labels.public_net));
  const HostModule module(task.agent());
  TRESTLE_ASSIGN_OR_RETURN(const std::string version, module.version(task.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const HostStats stats, module.host_stats(task.ctx, device));
  const HostTraffic traffic = host_traffic(stats, is_own_module(version));
  auto answer = done<schema::GetHostStatsAnswer>(
      traffic.received ? "traffic of " + device
                       : "the traffic of " + device + " is not known: " + traffic.reason);
  answer.hostStats = schema::HostStatsEntry{.hostId = command.hostId,
                                            .entityType = "host",
                                            .cpuUtilization = stats.cpu_busy_percent.value_or(0),
                                            .networkReadKBs = kibibytes(traffic.received),
                                            .networkWriteKBs = kibibytes(traffic.sent),
                                            .totalMemoryKBs = kibibytes(stats.total),
                                            .freeMemoryKBs = kibibytes(stats.free)};
  return answer;
}

}  // namespace trestle::ovm3
