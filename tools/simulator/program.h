// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_PROGRAM_H_
#define TRESTLE_TOOLS_SIMULATOR_PROGRAM_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "objects/core/result.h"

namespace trestle::simulator {

/// Exit statuses of trestle-sim, those of trestle.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

/// What `trestle-sim serve` was asked for.
struct ServeOptions {
  std::uint32_t hosts = 0;
  std::string world;  ///< file; empty = default_world(hosts)
  std::string release = "3.3.1";
  std::uint32_t vms_per_host = 0;
  std::string state;  ///< folder; empty = nothing outlives the program
  bool plain = false;
  bool http11 = false;
  bool status_401 = false;
  std::string first_address = "127.0.1.1";
  std::int64_t port = 8899;
  std::int64_t port_base = -1;  ///< all hosts on 127.0.0.1, ports from here; 0 = any free ones
  std::string password_file;
  std::string ready_file;
  std::string ca_file;  ///< empty = ca.pem beside the state
  std::string control;  ///< socket; empty = beside the state
};

/// Runs hosts until SIGTERM, SIGINT or a shutdown request. Prints where they listen. Gives an exit
/// status.
[[nodiscard]] int serve(const ServeOptions& options);
/// Lists the modelled services.
[[nodiscard]] int list_services(bool json);
/// Sends one request to a control socket and prints the answer; 1 if it says that it failed.
[[nodiscard]] int send_request(const std::filesystem::path& socket, const std::string& request);
/// Path of the control socket that a ready file names.
[[nodiscard]] Result<std::filesystem::path> socket_of(const std::filesystem::path& ready_file);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_PROGRAM_H_
