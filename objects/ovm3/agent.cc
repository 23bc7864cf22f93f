// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/agent.h"

#include <algorithm>
#include <string>

namespace trestle::ovm3 {

Result<Reply> Agent::call_raw(const CallContext& ctx, std::string_view method,
                              std::span<const Value> params, Effect effect) const {
  const Request request{.method = method, .params = params, .effect = effect};
  const auto started = ctx.now();
  log_->write(Level::kDebug, "START",
              {{"service", method}, {"host", transport_->peer()}, {"flow", ctx.flow}});
  auto pause = std::chrono::nanoseconds(kFirstRetryPause);
  Result<Reply> reply = transport_->round_trip(ctx, request);
  while (!reply && reply.error().code == Code::kUnavailable && effect != Effect::kMutates &&
         ctx.now() + pause < ctx.deadline && ctx.clock->wait_until(ctx.now() + pause, ctx.stop)) {
    log_->write(Level::kWarn, "RETRY",
                {{"service", method}, {"host", transport_->peer()}, {"cause", reply.error().what}});
    pause = std::min<std::chrono::nanoseconds>(pause * 2, kLongestRetryPause);
    reply = transport_->round_trip(ctx, request);
  }
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(ctx.now() - started);
  log_->write(Level::kDebug, "FINISH",
              {{"service", method},
               {"host", transport_->peer()},
               {"ms", spent.count()},
               {"code", reply ? std::string_view("ok") : to_string(reply.error().code)},
               {"flow", ctx.flow}});
  if (!reply) return fail(located(std::move(reply).error(), method));
  return reply;
}

Error Agent::located(Error error, std::string_view service) const {
  error.service = service;
  error.host = transport_->peer();
  return error;
}

void Agent::note_surprise(const CallContext& ctx, std::string_view service, ValueView reply) const {
  if (reply.is_nil()) return;
  log_->write(Level::kWarn, "SURPRISE",
              {{"service", service},
               {"host", transport_->peer()},
               {"kind", to_string(reply.kind())},
               {"flow", ctx.flow}});
}

}  // namespace trestle::ovm3
