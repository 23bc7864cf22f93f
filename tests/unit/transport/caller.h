// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_TRANSPORT_CALLER_H_
#define TRESTLE_TESTS_UNIT_TRANSPORT_CALLER_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include "objects/ovm3/agent_url.h"
#include "objects/wire/http_transport.h"
#include "tests/support/http_server.h"
#include "tests/support/mock_transport.h"

namespace trestle::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The two ways in which a call can be made; both must behave alike.
enum class Way { kBlocking, kStarted };

inline std::string name_of(Way way) { return way == Way::kBlocking ? "Blocking" : "Started"; }
inline void PrintTo(Way way, std::ostream* out) { *out << name_of(way); }

inline Result<Reply> call(HttpTransport& transport, Way way, const CallContext& ctx,
                          const Request& request) {
  if (way == Way::kBlocking) return transport.round_trip(ctx, request);
  auto promise = std::make_shared<std::promise<Result<Reply>>>();
  auto future = promise->get_future();
  transport.start(ctx, request,
                  [promise](Result<Reply> reply) { promise->set_value(std::move(reply)); });
  return future.get();
}

inline Request echo(Effect effect = Effect::kReads) {
  return {.method = "echo", .params = {}, .effect = effect};
}

inline Endpoint endpoint_of(const std::string& url) {
  auto endpoint = ovm3::parse_agent_url(url);
  if (!endpoint) throw std::runtime_error(endpoint.error().message());
  return *endpoint;
}

inline std::unique_ptr<HttpTransport> transport_to(IoLoop& loop, const std::string& url,
                                                   HttpTransport::Options options = {},
                                                   Log& log = no_log()) {
  auto transport = HttpTransport::create(loop, endpoint_of(url), std::move(options), log);
  if (!transport) throw std::runtime_error(transport.error().message());
  return *std::move(transport);
}

inline std::string text_of(const Result<Reply>& reply) {
  if (!reply) return "failed: " + reply.error().message();
  return std::string(reply->root().string().value_or("not a string"));
}

/// The error's sentence; empty if there is a value.
inline std::string what_of(const Result<Reply>& reply) {
  return reply ? std::string() : reply.error().what;
}

/// Everything that was logged, as lines.
class LogLines {
 public:
  Log& log() { return log_; }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
  StreamLog log_{out_, Level::kDebug};
};

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_UNIT_TRANSPORT_CALLER_H_
