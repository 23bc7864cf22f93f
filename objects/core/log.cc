// SPDX-License-Identifier: Apache-2.0
#include "objects/core/log.h"

#include <algorithm>

namespace trestle {
namespace {

std::string_view word(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "error";
}

bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > 0x20 && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  });
}

void append_quoted(std::string& line, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  line.push_back('"');
  for (const char byte : text) {
    const auto c = static_cast<unsigned char>(byte);
    if (c == '"' || c == '\\') {
      line.push_back('\\');
      line.push_back(static_cast<char>(c));
    } else if (c == '\n') {
      line += "\\n";
    } else if (c < 0x20 || c == 0x7f) {
      line += "\\x";
      line.push_back(kHex[c >> 4U]);
      line.push_back(kHex[c & 0xfU]);
    } else {
      line.push_back(static_cast<char>(c));
    }
  }
  line.push_back('"');
}

class NoLog final : public Log {
 public:
  [[nodiscard]] bool enabled(Level /*level*/) const override { return false; }
  void write(Level /*level*/, std::string_view /*event*/,
             std::initializer_list<Field> /*fields*/) override {}
};

}  // namespace

void StreamLog::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  std::string line(word(level));
  line.push_back(' ');
  line += event;
  for (const Field& field : fields) {
    line.push_back(' ');
    line += field.key;
    line.push_back('=');
    if (is_plain(field.value)) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  line.push_back('\n');
  const std::scoped_lock lock(mutex_);
  out_ << line << std::flush;
}

Log& no_log() {
  static NoLog log;  // stateless, so sharing it is safe
  return log;
}

}  // namespace trestle
