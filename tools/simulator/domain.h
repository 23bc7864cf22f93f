// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_DOMAIN_H_
#define TRESTLE_TOOLS_SIMULATOR_DOMAIN_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace trestle::simulator {

/// A moment of the simulated world: nanoseconds since 1970. A plain number, so that it can be
/// stored and compared across runs.
using Instant = std::chrono::nanoseconds;
using Span = std::chrono::nanoseconds;

enum class DomainState : std::uint8_t { kRunning, kBlocked, kPaused, kShutdown, kCrashed, kDying };

struct Disk {
  std::string uname;   ///< "file:/OVS/Repositories/<repo>/VirtualDisks/a.img"
  std::string device;  ///< "xvda" or "xvdb:cdrom"
  std::string mode;    ///< "w", "r", "w!", "r!"
};

struct Vif {
  std::string mac;
  std::string bridge;
  std::string type;  ///< "", "ioemu", "netfront"
};

struct Vfb {
  std::string listen;  ///< "127.0.0.1"
  std::string password;
  std::string keymap;
  std::uint16_t port = 0;  ///< 0 = no frame buffer
};

/// How the guest inside behaves; set by the world or over the control socket.
struct Guest {
  bool ignores_stop = false;         ///< never reacts to a shutdown request
  bool ignores_migration = false;    ///< migration fails half way, the guest goes on at the source
  std::uint32_t load_permille = 20;  ///< CPU time per vCPU and wall time, in thousandths
  std::uint32_t net_bytes_per_second = 12'000;
  std::uint32_t disk_bytes_per_second = 40'000;
};

/// Counters that move while the guest runs. Values at `at`; the present value is computed from the
/// guest's rates (domain.cc), so nothing ticks.
struct Counters {
  Instant at{};
  std::uint64_t cpu_ns = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
};

/// A guest that exists in the hypervisor of one host (a VM that is not started has a vm.cfg and no
/// Domain). Kept small: an estate holds 50,000 of them.
struct Domain {
  std::string name;
  std::string uuid;        ///< with dashes
  std::string vm_id;       ///< name of the folder in the repository
  std::string repository;  ///< id as the call that started it gave it
  std::uint32_t domid = 0;
  DomainState state = DomainState::kRunning;
  bool hvm = false;
  bool high_availability = false;
  std::uint16_t vcpus = 1;
  std::uint16_t max_vcpus = 1;
  std::uint32_t memory_mib = 0;
  std::uint32_t max_memory_mib = 0;
  std::uint32_t cpu_weight = 256;
  std::uint32_t cpu_cap = 0;
  std::string cpus;  ///< pinning as vm.cfg has it ("0-3"), empty = not pinned
  std::string on_poweroff = "destroy";
  std::string on_reboot = "restart";
  std::string on_crash = "restart";
  std::string bootloader;
  std::string description;
  std::vector<Disk> disks;
  std::vector<Vif> vifs;
  Vfb vfb;
  Guest guest;
  Instant started{};
  Counters counters;
  bool busy = false;  ///< a call holds the VM's lock; never stored
};

/// Six characters in xend's order "rbpscd".
[[nodiscard]] std::string state_flags(DomainState state);
/// Power state number of xend: 2 running, 1 paused, 4 shut down, 5 crashed.
[[nodiscard]] int status_number(DomainState state);
/// Counters as they are at `now`: they stand still while the guest is paused, shut down or crashed.
[[nodiscard]] Counters counters_at(const Domain& domain, Instant now);
/// Fixes the counters at `now`; call before the state changes.
void settle_counters(Domain& domain, Instant now);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_DOMAIN_H_
