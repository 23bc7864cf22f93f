// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_DOORS_EXTENSION_RUN_LOG_H_
#define TRESTLE_INTEGRATION_DOORS_EXTENSION_RUN_LOG_H_

#include <mutex>
#include <string>
#include <vector>

#include "objects/core/log.h"

namespace trestle::extension {

/// Where the log goes unless TRESTLE_EXTENSION_LOG says: the folder that the management server's
/// packages make for the server's user.
inline constexpr const char* kDefaultLogFile =
    "/var/log/cloudstack/management/trestle-extension.log";

/// The log of one run: lines "TIME PID REQUEST level event key=value" appended to a file that other
/// runs write to at the same time. A file that cannot be opened or written is done without: the
/// caller merges everything else that a program says with its answer. Thread-safe.
class RunLog final : public Log {
 public:
  RunLog(const std::string& file, std::string request, Level least);
  ~RunLog() override;
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  /// Texts that no line may hold. To be called before anything is written.
  void hide(std::vector<std::string> secrets) { secrets_ = std::move(secrets); }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  [[nodiscard]] bool enabled(Level level) const override { return is_open() && level >= least_; }
  void write(Level level, std::string_view event, std::initializer_list<Field> fields) override;

 private:
  int fd_;
  std::string request_;
  Level least_;
  std::vector<std::string> secrets_;
};

}  // namespace trestle::extension

#endif  // TRESTLE_INTEGRATION_DOORS_EXTENSION_RUN_LOG_H_
