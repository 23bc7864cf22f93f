// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/local_transport.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <variant>

#include "objects/wire/codec.h"
#include "objects/wire/fault_map.h"
#include "tools/simulator/call_reader.h"

namespace trestle::simulator {
namespace {

/// Where the outcome is put, by whichever thread moves the estate; wakes the waiting caller.
struct Mailbox {
  std::mutex mutex;
  std::optional<Outcome> outcome;
  std::stop_source arrived;

  void put(Outcome value) {
    {
      const std::scoped_lock lock(mutex);
      outcome = std::move(value);
    }
    arrived.request_stop();
  }
  std::optional<Outcome> take() {
    const std::scoped_lock lock(mutex);
    return std::exchange(outcome, std::nullopt);
  }
};

Error of_status(int status) {
  switch (status) {
    case 401:
      return {.code = Code::kUnauthenticated,
              .what = "HTTP 401: the agent does not accept user and password; check both"};
    case 403:
      return {.code = Code::kPermissionDenied,
              .what = "HTTP 403: the agent refuses user and password; check both"};
    case 404:
      return {.code = Code::kUnimplemented,
              .what = "HTTP 404: the agent does not serve this path; use /RPC2 or /api/3"};
    case 500:
      return {.code = Code::kInternal,
              .what = "HTTP 500: the agent could not read the request; see its log"};
    default:
      return {
          .code = Code::kBadReply,
          .what = "HTTP " + std::to_string(status) + " is no answer of an agent; check the port"};
  }
}

Error stopped(const CallContext& ctx) {
  if (ctx.stop.stop_requested()) {
    return {.code = Code::kCancelled, .what = "the call was cancelled; its outcome is unknown"};
  }
  return {.code = Code::kDeadlineExceeded,
          .what = "no reply before the deadline; ask the host what became of the call"};
}

}  // namespace

LocalTransport::LocalTransport(Simulator& simulator, Host& host)
    : simulator_(simulator), host_(host), peer_(host.address + ":" + std::to_string(host.port)) {}

Result<Reply> LocalTransport::round_trip(const CallContext& ctx, const Request& request) {
  if (ctx.stop.stop_requested() || ctx.remaining() <= std::chrono::nanoseconds::zero()) {
    return fail(stopped(ctx));
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string bytes,
                           wire::encode_call(request.method, request.params));
  TRESTLE_ASSIGN_OR_RETURN(Outcome outcome, wait_for_outcome(ctx, bytes));
  return read(ctx, std::move(outcome));
}

Result<Outcome> LocalTransport::wait_for_outcome(const CallContext& ctx, const std::string& bytes) {
  TRESTLE_ASSIGN_OR_RETURN(ReadCall call, read_call(bytes));
  const auto mailbox = std::make_shared<Mailbox>();
  simulator_.submit(host_, call.method, std::move(call.params),
                    [mailbox](Outcome outcome) { mailbox->put(std::move(outcome)); });
  const std::stop_callback cancel(ctx.stop, [mailbox] { mailbox->arrived.request_stop(); });
  while (true) {
    if (auto outcome = mailbox->take()) {
      if (outcome->kind != Outcome::Kind::kHang) return *std::move(outcome);
      // Nothing will come: only the deadline or the caller ends this.
      static_cast<void>(ctx.clock->wait_until(ctx.deadline, ctx.stop));
      return fail(stopped(ctx));
    }
    if (ctx.stop.stop_requested() || ctx.now() >= ctx.deadline) return fail(stopped(ctx));
    const auto due = simulator_.next_due();
    static_cast<void>(ctx.clock->wait_until(std::min(due.value_or(ctx.deadline), ctx.deadline),
                                            mailbox->arrived.get_token()));
    simulator_.advance();
  }
}

Result<Reply> LocalTransport::read(const CallContext& ctx, Outcome outcome) const {
  switch (outcome.kind) {
    case Outcome::Kind::kStatus:
      return fail(of_status(outcome.status));
    case Outcome::Kind::kRefused:
      return fail(Code::kUnavailable,
                  "connection refused by " + peer_ + "; check that the host and its agent are up");
    case Outcome::Kind::kDropped:
      return fail(Code::kUnavailable,
                  "the connection to " + peer_ +
                      " broke after the request went out; the outcome is unknown, ask the host");
    case Outcome::Kind::kHang:
    case Outcome::Kind::kReply:
      break;
  }
  if (outcome.drip_bytes != 0) {
    const auto pieces = static_cast<std::int64_t>(outcome.body.size() / outcome.drip_bytes);
    const auto when = ctx.now() + outcome.drip_every * pieces;
    static_cast<void>(ctx.clock->wait_until(std::min(when, ctx.deadline), ctx.stop));
    if (when > ctx.deadline || ctx.stop.stop_requested()) return fail(stopped(ctx));
  }
  if (outcome.cut_at && *outcome.cut_at < outcome.body.size()) {
    return fail(Code::kBadReply, "the reply was cut off after " + std::to_string(*outcome.cut_at) +
                                     " of " + std::to_string(outcome.body.size()) +
                                     " bytes; repeat the call if it only reads");
  }
  TRESTLE_ASSIGN_OR_RETURN(auto decoded, wire::decode_reply(std::move(outcome.body)));
  if (const auto* fault = std::get_if<wire::Fault>(&decoded)) {
    return fail(wire::to_error(*fault));
  }
  return std::get<Reply>(std::move(decoded));
}

}  // namespace trestle::simulator
