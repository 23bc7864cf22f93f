// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_samples.h"

#include <algorithm>
#include <utility>

namespace trestle::ovm3 {
namespace {

constexpr double kKib = 1024;
/// Counters of guests' interfaces have 32 bits on 3.4 (ovm3-agent, versions).
constexpr std::uint64_t kWrap = std::uint64_t{1} << 32U;

std::uint64_t number(const std::optional<std::uint64_t>& value) { return value.value_or(0); }
std::uint64_t number(const std::optional<Bytes>& value) { return value.value_or(Bytes{}).count; }

template <class T>
double grown(const std::optional<T>& before, const std::optional<T>& now) {
  if (!before || !now) return 0;  // a blank is no zero: all since the start would be counted
  const std::uint64_t from = number(before);
  const std::uint64_t to = number(now);
  return to < from ? 0 : static_cast<double>(to - from);
}

double network_grown(const std::optional<Bytes>& before, const std::optional<Bytes>& now) {
  if (!before || !now) return 0;
  const std::uint64_t from = number(before);
  const std::uint64_t to = number(now);
  if (to >= from) return static_cast<double>(to - from);
  // A sum over several interfaces of which one has wrapped is smaller by as much.
  return to + kWrap >= from ? static_cast<double>(to + kWrap - from) : 0;
}

}  // namespace

VmSample sample_of(const VmInfo& live, GuestStats stats) {
  VmSample sample{.stats = stats, .domid = live.domid};
  if (!sample.stats.vcpus) sample.stats.vcpus = live.online_vcpus ? live.online_vcpus : live.vcpus;
  for (const Vif& vif : live.vifs) sample.devices.push_back(vif.mac);
  for (const Vbd& vbd : live.vbds) sample.devices.emplace_back(vbd.path());
  std::ranges::sort(sample.devices);
  return sample;
}

std::optional<VmActivity> activity_between(const VmSample& before, const VmSample& now) {
  if (before.domid != now.domid || before.devices != now.devices) return std::nullopt;
  if (!before.stats.uptime || !now.stats.uptime) return std::nullopt;
  const double elapsed = (*now.stats.uptime - *before.stats.uptime).count();
  if (elapsed <= 0) return std::nullopt;
  const double cpu = before.stats.cpu_time && now.stats.cpu_time
                         ? (*now.stats.cpu_time - *before.stats.cpu_time).count()
                         : 0;
  const auto vcpus = static_cast<double>(std::max<std::uint64_t>(number(now.stats.vcpus), 1));
  return VmActivity{
      .cpu_percent = std::clamp(100 * cpu / (elapsed * vcpus), 0.0, 100.0),
      .net_read_kib = network_grown(before.stats.host_sent, now.stats.host_sent) / kKib,
      .net_written_kib = network_grown(before.stats.host_received, now.stats.host_received) / kKib,
      .disk_reads = grown(before.stats.disk_reads, now.stats.disk_reads),
      .disk_writes = grown(before.stats.disk_writes, now.stats.disk_writes),
      .disk_read_kib = grown(before.stats.disk_read, now.stats.disk_read) / kKib,
      .disk_written_kib = grown(before.stats.disk_written, now.stats.disk_written) / kKib};
}

std::optional<VmActivity> VmSamples::put(const std::string& name, VmSample now) {
  const MutexLock lock(mutex_);
  const auto last = last_.find(name);
  if (last == last_.end()) {
    last_.emplace(name, std::move(now));
    return std::nullopt;
  }
  const bool same_moment = last->second.domid == now.domid && last->second.devices == now.devices &&
                           last->second.stats.uptime == now.stats.uptime;
  if (same_moment) return std::nullopt;
  auto activity = activity_between(last->second, now);
  last->second = std::move(now);
  return activity;
}

void VmSamples::keep_only(const std::vector<VmInfo>& living) {
  const MutexLock lock(mutex_);
  std::erase_if(last_, [&](const auto& entry) {
    return std::ranges::find(living, entry.first, &VmInfo::name) == living.end();
  });
}

std::size_t VmSamples::size() const {
  const MutexLock lock(mutex_);
  return last_.size();
}

}  // namespace trestle::ovm3
