// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_LOG_H_
#define TRESTLE_OBJECTS_CORE_LOG_H_

#include <concepts>
#include <initializer_list>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

namespace trestle {

/// error = the caller's request failed; warn = we went on, degraded; info = rare state changes;
/// debug = wire and timing.
enum class Level : unsigned char { kDebug, kInfo, kWarn, kError };

/// One key=value pair of a log line. There is no constructor from Secret, and none may be added.
struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <std::integral T>
  Field(std::string_view k, T v) : key(k), value(std::to_string(v)) {}
};

/// Where log lines go. Implementations are thread-safe and do not throw.
class Log {
 public:
  virtual ~Log() = default;
  [[nodiscard]] virtual bool enabled(Level level) const = 0;
  virtual void write(Level level, std::string_view event, std::initializer_list<Field> fields) = 0;
};

/// "level event key=value key=\"va lue\"", one line an event, no control characters: a host's text
/// cannot forge a line. Thread-safe; the stream must outlive it.
class StreamLog final : public Log {
 public:
  StreamLog(std::ostream& out, Level least) : out_(out), least_(least) {}
  [[nodiscard]] bool enabled(Level level) const override { return level >= least_; }
  void write(Level level, std::string_view event, std::initializer_list<Field> fields) override;

 private:
  std::mutex mutex_;
  std::ostream& out_;  // guarded by mutex_
  Level least_;
};

/// A log that keeps nothing, for callers that want none.
Log& no_log();

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_LOG_H_
