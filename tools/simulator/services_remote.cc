// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include "objects/ovm3/api/remote.h"
#include "tools/simulator/services.h"
#include "tools/simulator/simulator.h"

namespace trestle::simulator {
namespace {

namespace remote = ovm3::api::remote;

/// The answer goes out before the host goes down.
constexpr Span kGrace = std::chrono::milliseconds(200);

Answer go_down(const Call& call, bool comes_back) {
  call.estate.after(kGrace, call.host, [&estate = call.estate, &host = call.host, comes_back] {
    cut_power(estate, host);
    if (comes_back) start_host(estate, host);
  });
  return Answer::nil();
}

/// The service processor of another host: known by the host's name or address.
Answer power(const Call& call, const Value& target, bool on) {
  const auto* name = target.get_if<std::string>();
  if (name == nullptr) return wrong_argument_type(call.service, 1, "a string");
  Host* host = call.estate.find_host(*name);
  if (host == nullptr) return exception("Invalid target: nobody answers at '" + *name + "'");
  if (!on) {
    if (host->power != Power::kOff) cut_power(call.estate, *host);
  } else if (host->power == Power::kOff) {
    start_host(call.estate, *host);
  }
  return Answer::nil();
}

}  // namespace

void register_remote(Services& services) {
  services.on(remote::sys_reboot, [](const Call& call) { return go_down(call, true); });
  services.on(remote::sys_shutdown, [](const Call& call) { return go_down(call, false); });
  services.on(remote::remote_power_off,
              [](const Call& call, const Value&, const Value& target, const std::optional<Value>&,
                 const std::optional<Value>&) { return power(call, target, false); });
  services.on(remote::remote_power_on,
              [](const Call& call, const Value&, const Value& target, const std::optional<Value>&,
                 const std::optional<Value>&) { return power(call, target, true); });
}

}  // namespace trestle::simulator
