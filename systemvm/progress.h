// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_PROGRESS_H_
#define TRESTLE_SYSTEMVM_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>

namespace trestle::systemvm {

/// What a long step is doing, for a person or a program that waits. `total` is 0 while it is not
/// known; both count bytes that are read.
struct StepProgress {
  std::string step;  ///< "converting", "flushing", "hashing", "checking", "unpacking"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};
/// Called from the thread that works, at least every few megabytes; must return soon. May be empty.
using ProgressSink = std::function<void(const StepProgress&)>;

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_PROGRESS_H_
