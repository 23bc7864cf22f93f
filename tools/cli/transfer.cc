// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/transfer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "objects/wire/value.h"
#include "tools/cli/json_value.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

constexpr std::chrono::milliseconds kFrame{100};
constexpr std::chrono::seconds kLine{1};
constexpr std::size_t kBarWidth = 24;
/// Before that a rate says nothing.
constexpr double kSettled = 0.2;

struct Pace {
  std::uint64_t rate = 0;                            ///< bytes a second
  std::optional<std::uint64_t> left = std::nullopt;  ///< seconds
};

Pace pace(const systemvm::StepProgress& now, double seconds) {
  if (seconds < kSettled || now.done == 0) return {};
  Pace result{.rate = static_cast<std::uint64_t>(static_cast<double>(now.done) / seconds)};
  if (now.total > now.done && result.rate > 0) result.left = (now.total - now.done) / result.rate;
  return result;
}

}  // namespace

std::string human_seconds(std::uint64_t seconds) {
  const auto two = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m" + two(seconds % 60) + "s";
  return std::to_string(seconds / 3600) + "h" + two(seconds / 60 % 60) + "m";
}

void Transfer::tell(const systemvm::StepProgress& now) {
  const Clock::TimePoint time = world_.clock.now();
  const bool fresh = step_ != now.step;
  if (fresh) {
    step_ = now.step;
    began_ = time;
  } else if (time - told_ < (world_.err_is_terminal ? Clock::TimePoint::duration(kFrame) : kLine)) {
    return;
  }
  told_ = time;
  const double seconds = std::chrono::duration<double>(time - began_).count();
  if (world_.err_is_terminal) {
    draw(now, seconds);
  } else {
    print(now, seconds);
  }
}

void Transfer::draw(const systemvm::StepProgress& now, double seconds) {
  std::string line;
  if (now.total > 0) {
    const std::uint64_t done = std::min(now.done, now.total);
    const auto part = static_cast<double>(done) / static_cast<double>(now.total);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(kBarWidth));
    line = "[" + std::string(full, '=') + std::string(kBarWidth - full, '.') + "] " +
           std::to_string(static_cast<int>(part * 100)) + "% ";
  }
  line += step_;
  const Pace speed = pace(now, seconds);
  if (speed.rate > 0) line += ", " + human_bytes(speed.rate) + "/s";
  if (speed.left) line += ", " + human_seconds(*speed.left) + " left";
  world_.err << "\r\x1b[K" << line << std::flush;
  drawn_ = true;
}

void Transfer::print(const systemvm::StepProgress& now, double seconds) {
  const auto number = [](std::uint64_t n) { return Value(static_cast<std::int64_t>(n)); };
  const Pace speed = pace(now, seconds);
  const Value line =
      Struct{{"step", step_},
             {"done_bytes", number(now.done)},
             {"total_bytes", now.total > 0 ? number(now.total) : Value(Nil{})},
             {"bytes_per_second", speed.rate > 0 ? number(speed.rate) : Value(Nil{})},
             {"seconds_left", speed.left ? number(*speed.left) : Value(Nil{})}};
  world_.err << to_json(line) << std::endl;
}

void Transfer::finish() {
  if (std::exchange(drawn_, false)) world_.err << "\r\x1b[K" << std::flush;
}

}  // namespace trestle::cli
