// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_AGENT_H_
#define TRESTLE_OBJECTS_OVM3_AGENT_H_

#include <chrono>
#include <span>
#include <string_view>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/api/service.h"
#include "objects/wire/transport.h"

namespace trestle::ovm3 {

/// Pause before a safe call is sent again. An agent that restarts (after take_ownership on 3.3,
/// after a module is put in) refuses connections for 2 to 5 s; the pause doubles up to the second
/// value.
inline constexpr std::chrono::milliseconds kFirstRetryPause{100};
inline constexpr std::chrono::milliseconds kLongestRetryPause{2000};

/// Calls services of one agent by their rows. Cheap to copy; transport and log must outlive it.
/// Thread-safe if they are (they are).
class Agent {
 public:
  explicit Agent(Transport& transport, Log& log = no_log()) : transport_(&transport), log_(&log) {}

  /// One typed call. Writes a START and a FINISH line at debug level (service, host, ms, code,
  /// flow), never arguments. Adds service and host to every error. Repeats a call only if its row
  /// says kReads or kIdempotent, only on kUnavailable, only inside the deadline. kInvalidArgument
  /// without a call if an optional argument is left off before one that is given.
  template <class R, class... A>
  Result<R> call(const CallContext& ctx, const api::Service<R(A...)>& service,
                 const std::type_identity_t<A>&... args) const {
    TRESTLE_ASSIGN_OR_RETURN(const Reply reply, call_reply(ctx, service, args...));
    if constexpr (std::is_void_v<R>) {
      note_surprise(ctx, service.name, reply.root());
      return {};
    } else {
      Result<R> typed = api::Wire<R>::decode(reply.root());
      if (!typed) return fail(located(std::move(typed).error(), service.name));
      return typed;
    }
  }

  /// The same with the reply left as it came, for handles that read big replies without a copy and
  /// for services that no row types.
  Result<Reply> call_raw(const CallContext& ctx, std::string_view method,
                         std::span<const Value> params, Effect effect) const;

  /// Raw reply of a row's call.
  template <class R, class... A>
  Result<Reply> call_reply(const CallContext& ctx, const api::Service<R(A...)>& service,
                           const std::type_identity_t<A>&... args) const {
    if (api::Service<R(A...)>::leaves_gap(args...)) return fail(gap(service.name));
    const Array params = api::Service<R(A...)>::arguments(args...);
    return call_raw(ctx, service.name, params, service.effect);
  }

  /// Adds service and host to an error of reading a reply.
  [[nodiscard]] Error located(Error error, std::string_view service) const;

 private:
  [[nodiscard]] Error gap(std::string_view service) const {
    return located({.code = Code::kInvalidArgument,
                    .what = "an argument is left off before one that is given; give it as well"},
                   service);
  }
  /// A call without result that answers something is logged, not failed: the host has acted.
  void note_surprise(const CallContext& ctx, std::string_view service, ValueView reply) const;

  Transport* transport_;
  Log* log_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_AGENT_H_
