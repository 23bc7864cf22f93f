// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <exception>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "objects/wire/io_loop.h"
#include "tools/cli/real_world.h"

namespace {

constexpr int kFailed = 1;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells count

/// Ctrl-C asks the command to stop, which ends its call and says what is not known; the second one
/// ends the program. Signals are taken by one thread that waits for them, because nothing useful
/// may be done inside a handler.
void stop_on_signals(const std::stop_source& stop) {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals, stop] {
    for (int taken = 0; ::sigwait(&signals, &taken) == 0;) {
      if (!stop.request_stop()) ::_exit(kInterrupted);
    }
  }).detach();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::signal(SIGPIPE, SIG_IGN);
    std::stop_source stop;
    stop_on_signals(stop);
    trestle::IoLoop loop;
    trestle::cli::World world = trestle::cli::real_world(loop, stop.get_token());
    return trestle::cli::run(std::vector<std::string>(argv + 1, argv + argc), world);
  } catch (const std::exception& error) {
    std::cerr << "trestle: " << error.what() << std::endl;
    return kFailed;
  }
}
