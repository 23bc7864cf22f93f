// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <limits>
#include <string>

#include "integration/ovm3/commands/routers/family.h"
#include "objects/core/poll.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

// The command's numbers, within what makes sense.
constexpr int kMostPause = 60;
constexpr int kMostTries = 1000;

}  // namespace

Result<schema::CheckSshAnswer> check_ssh(const Task& task, const schema::CheckSshCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string ip, needed(command.ip, "ip"));
  if (command.port < 1 || command.port > std::numeric_limits<std::uint16_t>::max()) {
    return fail(Code::kInvalidArgument, "there is no port " + std::to_string(command.port));
  }
  const auto port = static_cast<std::uint16_t>(command.port);
  const std::chrono::seconds pause{std::clamp(command.interval, 1, kMostPause)};
  const int tries = std::clamp(command.retries, 1, kMostTries);
  const std::string place =
      command.name.value_or("the system VM") + " at " + ip + ":" + std::to_string(command.port);
  const HostModule module(task.agent());
  int tried = 0;
  TRESTLE_RETURN_IF_ERROR(
      poll(task.ctx, pause, "SSH of " + place, [&](const CallContext& inner) -> Result<bool> {
        TRESTLE_ASSIGN_OR_RETURN(const bool open,
                                 module.domr_port_answers(inner, {.ip = ip, .port = port}));
        if (open || ++tried < tries) return open;
        return fail(Code::kUnavailable, "SSH of " + place + " did not answer in " +
                                            std::to_string(tries) +
                                            " tries; look at its console and at control0");
      }));
  return done<schema::CheckSshAnswer>("SSH of " + place + " answers");
}

}  // namespace trestle::ovm3
