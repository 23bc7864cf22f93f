// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_STATE_FILE_H_
#define TRESTLE_TOOLS_SIMULATOR_STATE_FILE_H_

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "objects/core/result.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {

/// Keeps an estate in a folder: state.json (the last state), state.json.previous (the one before,
/// for the case that the disk lost the last one) and root/ (exports and local files). A state is
/// written whole to a new file, synced and renamed, so a crash at any moment leaves a readable one.
/// Thread-safe.
class StateFile {
 public:
  explicit StateFile(std::filesystem::path folder);

  /// Where the simulator of this state keeps its files.
  [[nodiscard]] std::filesystem::path root() const { return folder_ / "root"; }

  /// The stored state; absent if there is none yet. kCorruptImage if neither file can be read.
  [[nodiscard]] Result<std::optional<StoredState>> load() const;
  /// Why load() had to take the previous state; empty if it did not.
  [[nodiscard]] const std::string& warning() const { return warning_; }

  /// Writes the present state. Errors name the file and the system's reason.
  Result<void> save(Simulator& simulator, bool follows_real_time);
  /// The same if something changed: small estates (1 MiB of state) always, big ones not more often
  /// than a twentieth of the time goes into it. True if nothing is left to store.
  Result<bool> save_if_due(Simulator& simulator, bool follows_real_time);

  /// A text kept beside the state with mode 0600 (keys of the certificate authority).
  [[nodiscard]] std::optional<std::string> read_secret(const std::string& name) const;
  Result<void> write_secret(const std::string& name, const std::string& text);

 private:
  std::filesystem::path folder_;
  mutable std::string warning_;
  std::mutex mutex_;
  std::uint64_t saved_changes_ = 0;
  std::chrono::steady_clock::time_point not_before_{};
};

/// Puts a stored state into an empty estate. Guests that were just starting have started, hosts
/// that were booting are up.
void restore(Simulator& simulator, StoredState state);

/// Writes a file whole: new file, sync, rename, sync of the folder.
Result<void> write_durably(const std::filesystem::path& file, std::string_view text,
                           unsigned mode = 0644);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_STATE_FILE_H_
