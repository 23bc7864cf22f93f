// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_IO_LOOP_H_
#define TRESTLE_OBJECTS_WIRE_IO_LOOP_H_

#include <memory>

namespace trestle {

/// The one thread that does input and output for every host of a program: started calls, their
/// deadlines, and the lookup of host names. A program makes one and hands it to its transports.
/// Destroying it ends every call that is in flight on any of them with kCancelled and joins the
/// thread; calls made afterwards fail with kCancelled too. Must not be destroyed on its own thread.
class IoLoop {
 public:
  IoLoop();
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  /// Internal to the transports.
  class State;
  [[nodiscard]] const std::shared_ptr<State>& state() const { return state_; }

 private:
  std::shared_ptr<State> state_;  // shared: transports may outlive the loop
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_IO_LOOP_H_
