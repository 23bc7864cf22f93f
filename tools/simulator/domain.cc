// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/domain.h"

#include <string_view>

namespace trestle::simulator {

std::string state_flags(DomainState state) {
  constexpr std::string_view kOrder = "rbpscd";
  std::string flags = "------";
  const auto at = static_cast<std::size_t>(state);
  flags[at] = kOrder[at];
  return flags;
}

int status_number(DomainState state) {
  switch (state) {
    case DomainState::kPaused:
      return 1;
    case DomainState::kShutdown:
    case DomainState::kDying:
      return 4;
    case DomainState::kCrashed:
      return 5;
    case DomainState::kRunning:
    case DomainState::kBlocked:
      break;
  }
  return 2;
}

Counters counters_at(const Domain& domain, Instant now) {
  Counters counters = domain.counters;
  const bool runs = domain.state == DomainState::kRunning || domain.state == DomainState::kBlocked;
  if (!runs || now <= counters.at) return counters;
  const auto elapsed_ns = static_cast<std::uint64_t>((now - counters.at).count());
  const std::uint64_t elapsed_ms = elapsed_ns / 1'000'000;
  counters.at = now;
  counters.cpu_ns += elapsed_ns / 1000 * domain.guest.load_permille * domain.vcpus;
  counters.rx_bytes += elapsed_ms * domain.guest.net_bytes_per_second / 1000;
  counters.tx_bytes += elapsed_ms * domain.guest.net_bytes_per_second / 2000;
  counters.read_bytes += elapsed_ms * domain.guest.disk_bytes_per_second / 4000;
  counters.write_bytes += elapsed_ms * domain.guest.disk_bytes_per_second / 1000;
  return counters;
}

void settle_counters(Domain& domain, Instant now) {
  domain.counters = counters_at(domain, now);
  domain.counters.at = now;
}

}  // namespace trestle::simulator
