// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_MODEL_H_
#define TRESTLE_TOOLS_SIMULATOR_MODEL_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/value.h"
#include "tools/simulator/domain.h"
#include "tools/simulator/host_parts.h"
#include "tools/simulator/network.h"
#include "tools/simulator/release.h"

namespace trestle::simulator {

/// A value or the fault that a service raises in its place.
template <class T>
using Try = tl::expected<T, Fault>;

/// A directory of a file server that hosts mount. All hosts of the estate see the same one.
struct Export {
  std::string device;               ///< "nfs-store-1:/volumes/a", no slash at the end
  std::filesystem::path directory;  ///< the real directory behind it
  std::uint64_t size_bytes = std::uint64_t{1} << 40U;  ///< what statfs says; free = size - used
  bool lock_service = true;  ///< false: statd is off, repository locks fail with errno 37
};

/// One simulated server. Everything a service can ask or change about a host is here.
struct Host {
  std::string name;     ///< host name, unique in the estate
  std::string address;  ///< IPv4 address it is reached at
  std::uint16_t port = 8899;
  Release release = Release::k331;
  std::string password;   ///< of user oracle
  std::string unique_id;  ///< 16 bytes with colons
  Tls tls;
  bool name_is_loopback = false;  ///< the host's own name resolves to 127.0.0.1
  bool module_installed = true;   ///< the CloudStack module answers

  Power power = Power::kOn;
  std::uint32_t power_epoch =
      0;  ///< grows with every power-down; pending work of older ones is void
  Instant booted{};
  Instant agent_back{};  ///< the agent restarts until then: connections are refused

  Hardware hardware;
  Network network;
  Ownership ownership;
  std::string roles = "xen,utility";
  std::optional<PoolMembership> pool;
  std::optional<PoolFilesystem> pool_filesystem;
  std::optional<Cluster> cluster;
  std::vector<Mount> mounts;
  std::vector<RepositoryRecord> repositories;
  std::vector<Domain> domains;  ///< guests, in order of domid; dom0 is not among them
  std::uint32_t next_domid = 1;

  Ntp ntp;
  std::string timezone = "Europe/Amsterdam";
  bool clock_is_utc = true;
  Span clock_offset{};  ///< by set_datetime
  std::int64_t statistic_interval = 20;
  bool open_vswitch = false;   ///< virtualnetwork=openvswitch in the agent's settings
  /// Of the module on the host: ours by default. "0.1" and "0.3" behave as the plugin's do.
  std::string module_version = "0.4";
  std::string heartbeat_guid;  ///< the storage heartbeat writes under this id; empty = none runs

  [[nodiscard]] Domain* find_domain(std::string_view vm_id);  ///< by folder name, name or uuid
  [[nodiscard]] Mount* find_mount(std::string_view dir);
  [[nodiscard]] RepositoryRecord* find_repository(std::string_view uuid);
  [[nodiscard]] std::uint64_t free_memory_mib() const;
  /// Carries the pool address; in a pool without one, leads it.
  [[nodiscard]] bool is_master() const;
  [[nodiscard]] bool owned() const { return !ownership.manager_uuid.empty(); }
};

/// What a command in a system VM leaves, for commands whose line has `part` in it.
struct DomrReply {
  std::string part;
  std::int64_t rc = 0;
  std::string out = {};
  std::string err = {};
};

/// A command that ran in a system VM.
struct DomrRun {
  std::string host;  ///< through which host it came
  std::string line;
  std::string timeout = {};  ///< as the call gave it, empty if it did not
};

/// A system VM by its link-local address, as far as tests look at it. Not stored.
struct SystemVm {
  std::string name = {};  ///< the guest it is; empty: any guest that runs will do
  bool ssh_answers = true;
  Instant answers_from{};               ///< its SSH answers from then on
  bool loses_files = false;             ///< a file is taken, said to be there, and is not
  std::vector<DomrReply> replies = {};  ///< the first that fits; else rc 0 and no output
  std::vector<DomrRun> runs = {};
  std::map<std::string, std::string, std::less<>> files = {};  ///< by path
};

/// How long things last on the simulated clock.
struct Durations {
  Span start{std::chrono::milliseconds{50}};
  Span stop{std::chrono::milliseconds{50}};
  Span stop_patience{std::chrono::seconds{60}};  ///< the agent waits that long for a deaf guest
  Span reboot{std::chrono::milliseconds{50}};
  Span migrate_per_gib{std::chrono::milliseconds{50}};
  Span copy_per_gib{std::chrono::milliseconds{20}};
  Span boot_host{std::chrono::seconds{2}};
  Span agent_restart{std::chrono::seconds{2}};  ///< after take_ownership on 3.3 and later
  Span bridge_ready{std::chrono::milliseconds{200}};
  Span any_call{};  ///< added to every call
};

/// All hosts, the exports they share, the simulated time and what is due later. Single-threaded:
/// the Simulator holds the lock.
class Estate {
 public:
  /// `root` holds the exports that name no directory of their own, and the local files of hosts.
  explicit Estate(std::filesystem::path root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] Instant now() const { return now_; }

  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<std::unique_ptr<Export>> exports;
  std::map<std::string, Guest, std::less<>> guests;  ///< behaviour by VM id, where it is not usual
  Durations durations;
  /// By link-local address; one that a call names comes up by itself.
  std::map<std::string, SystemVm, std::less<>> system_vms;

  /// By name, address, or "address:port".
  [[nodiscard]] Host* find_host(std::string_view name_or_address);
  /// The host at address:port (a simulated estate may put many hosts on one address).
  [[nodiscard]] Host* find_host(std::string_view address, std::uint16_t port);

  /// The export that holds `device` ("server:/path"), or the one it lies below; null if none.
  [[nodiscard]] Export* find_export(std::string_view device);
  /// Adds an export; its directory is made below root() when none is given.
  Export& add_export(std::string device, std::filesystem::path directory = {});
  /// Real directory behind a device; a sub-folder of an export must exist.
  [[nodiscard]] Try<std::filesystem::path> device_directory(std::string_view device);

  /// Real path of an absolute path on a host: through its mounts, else below its own root folder.
  /// Refused (errno 13) if it leaves the mount or the root by ".." or by a symbolic link. The last
  /// component need not exist; folders above it must (errno 2).
  [[nodiscard]] Try<std::filesystem::path> local_path(const Host& host, std::string_view path);
  /// The folder that stands for the host's own file system.
  [[nodiscard]] std::filesystem::path host_root(const Host& host) const;

  /// Runs `work` after `delay` unless the host was powered down before. Work runs in order of time,
  /// then in order of scheduling.
  void after(Span delay, Host& host, std::function<void()> work);
  /// The same, tied to no host.
  void after(Span delay, std::function<void()> work);
  /// Moves the simulated time to `now` and runs what is due on the way, each at its own time.
  void run_until(Instant now);
  /// When the next piece of work is due.
  [[nodiscard]] std::optional<Instant> next_due() const;

  /// Takes a lock file of a host; false if another call holds it. Gone when the host loses power.
  bool lock(const Host& host, std::string_view name);
  void unlock(const Host& host, std::string_view name);
  void drop_locks(const Host& host);

  /// Says that something storable changed; the state file is written before the reply goes out.
  void touch() { ++changes_; }
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

 private:
  friend class Simulator;
  struct Work {
    Instant due{};
    std::uint64_t order = 0;
    Host* host = nullptr;
    std::uint32_t power_epoch = 0;
    std::function<void()> run;
  };

  std::filesystem::path root_;
  Instant now_{};
  std::uint64_t changes_ = 0;
  std::set<std::pair<const Host*, std::string>> locks_;
  std::uint64_t next_order_ = 0;
  std::vector<Work> work_;  // a heap: earliest due, then lowest order, on top
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_MODEL_H_
