// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/progress.h"

#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

constexpr std::chrono::milliseconds kFrame{120};
constexpr std::size_t kBarWidth = 12;
/// A line that wraps cannot be drawn over; 80 columns is what a terminal has at least.
constexpr std::size_t kLongestStep = 50;

/// A block that runs to and fro: how long a call lasts is known to nobody.
std::string bar(std::size_t frame) {
  constexpr std::size_t kBlock = 4;
  constexpr std::size_t kWay = kBarWidth - kBlock;
  const std::size_t at = frame % (2 * kWay);
  std::string text(kBarWidth, '.');
  text.replace(at < kWay ? at : 2 * kWay - at, kBlock, kBlock, '=');
  return text;
}

}  // namespace

void Progress::step(const std::string& what) {
  if (what == what_) return;
  finish();
  what_ = what;
  if (!drawn_) {
    world_.err << printable(what) << std::endl;
    return;
  }
  since_ = std::chrono::steady_clock::now();
  drawer_ = std::jthread([this](const std::stop_token& stop) { draw(stop); });
}

void Progress::finish() {
  if (drawer_.joinable()) {
    drawer_.request_stop();
    drawer_.join();
    world_.err << "\r\x1b[K" << std::flush;
  }
  what_.clear();
}

void Progress::draw(const std::stop_token& stop) {
  const std::string text = printable(what_).substr(0, kLongestStep);
  std::unique_lock lock(mutex_);
  for (std::size_t frame = 0; !stop.stop_requested(); ++frame) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - since_);
    world_.err << "\r\x1b[K[" << bar(frame) << "] " << text << " " << seconds.count() << " s"
               << std::flush;
    wake_.wait_for(lock, stop, kFrame, [] { return false; });
  }
}

}  // namespace trestle::cli
