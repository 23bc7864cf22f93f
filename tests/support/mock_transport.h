// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_MOCK_TRANSPORT_H_
#define TRESTLE_TESTS_SUPPORT_MOCK_TRANSPORT_H_

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "objects/core/result.h"
#include "objects/wire/transport.h"

namespace trestle::testing {

/// The only mock in the house: everything above the transport is the real thing. Use it as
/// `StrictMock<MockTransport>`, so that a call nobody expected fails the test.
class MockTransport : public Transport {
 public:
  MOCK_METHOD(Result<Reply>, round_trip, (const CallContext& ctx, const Request& request),
              (override));
  [[nodiscard]] std::string peer() const override { return "host.example:8899"; }
};

/// Action: the agent answers with this value.
inline auto Answers(Value value) {
  return [value = std::move(value)](const CallContext& /*ctx*/, const Request& /*request*/) {
    return Result<Reply>(Reply::from(value));
  };
}

/// Action: the call fails with this code, as the transport or a mapped fault would.
inline auto Fails(Code code, std::string what = "made up by the test") {
  return [code, what = std::move(what)](const CallContext& /*ctx*/,
                                        const Request& /*request*/) -> Result<Reply> {
    return fail(code, what);
  };
}

/// Action: the call fails with exactly this error (a fault, say).
inline auto FailsAs(Error error) {
  return [error = std::move(error)](const CallContext& /*ctx*/,
                                    const Request& /*request*/) -> Result<Reply> {
    return fail(error);
  };
}

/// Request: is this service, whatever its arguments.
MATCHER_P(CallsMethod, method, "calls " + std::string(method)) { return arg.method == method; }

/// Request: is this service with exactly these arguments.
MATCHER_P2(Calls, method, params, "calls " + std::string(method) + " with the given arguments") {
  const Array& wanted = params;
  return arg.method == method && std::ranges::equal(arg.params, wanted);
}

/// Result: failed with this code.
MATCHER_P(FailsWith, code, "fails with " + std::string(to_string(code))) {
  if (arg.has_value()) {
    *result_listener << "which holds a value";
    return false;
  }
  *result_listener << "which is " << to_string(arg.error().code) << ": " << arg.error().message();
  return arg.error().code == code;
}

/// Result: holds a value.
MATCHER(Succeeds, "succeeds") {
  if (!arg.has_value()) {
    *result_listener << "which failed with " << to_string(arg.error().code) << ": "
                     << arg.error().message();
  }
  return arg.has_value();
}

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_MOCK_TRANSPORT_H_
