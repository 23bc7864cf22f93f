// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_CONTROL_H_
#define TRESTLE_TOOLS_SIMULATOR_CONTROL_H_

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "tools/simulator/simulator.h"

namespace trestle::simulator {

/// What control may do besides changing the estate.
struct ControlHooks {
  std::function<void()> changed = {};                       ///< something was changed
  std::function<void(std::chrono::nanoseconds)> step = {};  ///< puts the clock forward
  std::function<void()> shut_down = {};                     ///< ends the program
};

/// Carries out one request, a JSON object with the member "do" (README.md lists them), and gives
/// the answer, a JSON object on one line: {"ok":true,...} or {"ok":false,"error":"..."}.
[[nodiscard]] std::string control(Simulator& simulator, const ControlHooks& hooks,
                                  std::string_view request);

/// A Unix socket, mode 0600, that takes such requests line by line, on a thread of its own.
class ControlSocket {
 public:
  /// kUnavailable if the path cannot be had. A left-over socket of a dead process is replaced.
  static Result<std::unique_ptr<ControlSocket>> open(const std::filesystem::path& path,
                                                     Simulator& simulator, ControlHooks hooks);
  virtual ~ControlSocket() = default;
};

/// Sends one request to such a socket and gives the answer line. kUnavailable if nobody listens.
[[nodiscard]] Result<std::string> send_control(const std::filesystem::path& path,
                                               std::string_view request);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_CONTROL_H_
