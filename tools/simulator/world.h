// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_WORLD_H_
#define TRESTLE_TOOLS_SIMULATOR_WORLD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "tools/simulator/model.h"
#include "tools/simulator/rules.h"

namespace trestle::simulator {

class Simulator;

/// Version of the documents below; a reader refuses others.
inline constexpr std::int64_t kFormatVersion = 1;
/// Largest estate that a world may ask for, in hosts and in guests of one host.
inline constexpr std::uint32_t kMostHosts = 20'000;
inline constexpr std::uint32_t kMostVmsPerHost = 1'000;
/// Password of user oracle where a world names none.
inline constexpr std::string_view kDefaultPassword = "simulated";

/// A file in a repository: sparse and `size_bytes` long, or with a text.
struct WorldFile {
  std::string path;  ///< inside the repository: "VirtualDisks/a.img"
  std::uint64_t size_bytes = 0;
  std::string text;
};

struct WorldRepository {
  std::string id;
  std::string alias;
  std::string device;  ///< "nfs-1:/export/a"; an export of its own is made when none has it
  std::string manager_uuid;
  std::vector<std::string> hosts;  ///< hosts that have it mounted; empty = all
  std::vector<WorldFile> files;
};

enum class VmState : std::uint8_t { kStopped, kRunning, kPaused, kCrashed };

struct WorldVm {
  std::string id;
  std::string repository;
  std::string host;  ///< where it runs; needed unless stopped
  VmState state = VmState::kStopped;
  Struct config;  ///< keys of vm.cfg
  std::optional<Guest> guest;
};

/// Hosts that need no description each.
struct Generate {
  std::uint32_t hosts = 0;
  std::uint32_t vms_per_host = 0;  ///< running guests, each with a vm.cfg in one shared repository
  Release release = Release::k331;
  std::string first_address = "127.0.1.1";
  std::uint16_t port = 8899;  ///< of the first host; 0 = any free port
  bool own_addresses = true;  ///< false: all at first_address, ports count up
  std::string manager_uuid;   ///< owner, none if empty
};

/// A scene to start from: the document behind `--world` (README.md).
struct World {
  std::int64_t version = kFormatVersion;
  std::uint64_t seed = 1;
  std::int64_t start_seconds = 0;  ///< simulated time at the start; 0 = the machine's, or 2014
  std::string password = std::string(kDefaultPassword);
  Durations durations;
  std::vector<Export> exports;
  Generate generate;
  std::vector<Host> hosts;
  std::vector<WorldRepository> repositories;
  std::vector<WorldVm> vms;
  std::vector<Rule> faults;
};

/// Everything that outlives a restart.
struct StoredState {
  std::int64_t version = kFormatVersion;
  Instant now{};
  bool follows_real_time = true;  ///< false: a world with a start of its own
  Durations durations;
  std::vector<Export> exports;
  std::vector<Host> hosts;
  std::map<std::string, Guest, std::less<>> guests;
  std::vector<Rule> rules;
};

/// Reads a world. kInvalidArgument names the place, e.g. "hosts[2].release: ...".
[[nodiscard]] Result<World> read_world(std::string_view json);
/// The world as JSON, one member per line.
[[nodiscard]] std::string write_world(const World& world);

/// "127.0.0.1" as a number and back.
[[nodiscard]] std::optional<std::uint32_t> parse_ipv4(std::string_view text);
[[nodiscard]] std::string ipv4_text(std::uint32_t address);

/// A world of `hosts` hosts with names ovm-1, ovm-2, ..., each with four NICs, two bonds and the
/// bridges xenbr0 and xenbr1, and one empty file server "nfs-1:/export/a".
[[nodiscard]] World default_world(std::uint32_t hosts, Release release = Release::k331);

/// Sets the scene in an empty estate: makes folders, files and guests. kInvalidArgument names what
/// does not fit (a host twice, a VM in an unknown repository).
Result<void> set_scene(Simulator& simulator, const World& world);

/// JSON of one rule and back, for the control socket.
[[nodiscard]] Result<Rule> read_rule(std::string_view json);
[[nodiscard]] std::string write_rules(const std::vector<Rule>& rules);
/// JSON of one host as the state file has it; for inspection.
[[nodiscard]] std::string write_host(const Host& host);

[[nodiscard]] Result<StoredState> read_state(std::string_view json);
[[nodiscard]] std::string write_state(const StoredState& state);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_WORLD_H_
