// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_LOCAL_TRANSPORT_H_
#define TRESTLE_TOOLS_SIMULATOR_LOCAL_TRANSPORT_H_

#include <string>

#include "objects/wire/transport.h"
#include "tools/simulator/simulator.h"

namespace trestle::simulator {

/// The way to a simulated host without sockets. Calls and replies are real bytes, so the codec is
/// part of every test; errors are those that the HTTP transport gives. Thread-safe.
class LocalTransport final : public Transport {
 public:
  LocalTransport(Simulator& simulator, Host& host);

  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override;
  [[nodiscard]] std::string peer() const override { return peer_; }

 private:
  Result<Outcome> wait_for_outcome(const CallContext& ctx, const std::string& bytes);
  [[nodiscard]] Result<Reply> read(const CallContext& ctx, Outcome outcome) const;

  Simulator& simulator_;
  Host& host_;
  std::string peer_;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_LOCAL_TRANSPORT_H_
