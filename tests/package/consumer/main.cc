// SPDX-License-Identifier: Apache-2.0
// What somebody else's program looks like: a transport of its own under an agent of ours.
#include <iostream>

#include "objects/ovm3/agent.h"
#include "objects/ovm3/api/common.h"

namespace {

class Parrot final : public trestle::Transport {
 public:
  trestle::Result<trestle::Reply> round_trip(const trestle::CallContext& /*ctx*/,
                                             const trestle::Request& request) override {
    return trestle::Reply::from(request.params.front());
  }
  [[nodiscard]] std::string peer() const override { return "parrot"; }
};

}  // namespace

int main() {
  Parrot transport;
  const trestle::ovm3::Agent agent(transport);
  const auto said = agent.call(trestle::context_for(std::chrono::seconds(1)),
                               trestle::ovm3::api::common::echo, trestle::Value("hello from an agent"));
  if (!said) {
    std::cerr << said.error().message() << '\n';
    return 1;
  }
  std::cout << *said->get_if<std::string>() << '\n';
  return 0;
}
