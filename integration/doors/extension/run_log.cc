// SPDX-License-Identifier: Apache-2.0
#include "integration/doors/extension/run_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <sstream>
#include <utility>

#include "integration/doors/extension/output.h"

namespace trestle::extension {
namespace {

/// Only its reader and the group may see it: it tells names and addresses.
constexpr mode_t kLogMode = 0640;

std::string utc_now() {
  using std::chrono::system_clock;
  const auto now = system_clock::now();
  const std::time_t seconds = system_clock::to_time_t(now);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string number = std::to_string(ms);
  number.insert(0, 3 - number.size(), '0');
  return std::string(text.data(), size) + "." + number + "Z";
}

}  // namespace

RunLog::RunLog(const std::string& file, std::string request, Level least)
    : fd_(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, kLogMode)),
      request_(std::move(request)),
      least_(least) {}

RunLog::~RunLog() {
  if (fd_ >= 0) ::close(fd_);
}

void RunLog::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  std::ostringstream text;
  StreamLog(text, level).write(level, event, fields);
  const std::string line = utc_now() + " " + std::to_string(::getpid()) + " " + request_ + " " +
                           without_secrets(text.str(), secrets_);
  // One call a line: lines of runs that write at the same time stay whole.
  [[maybe_unused]] const ssize_t ignored = ::write(fd_, line.data(), line.size());
}

}  // namespace trestle::extension
