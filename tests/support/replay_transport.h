// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_REPLAY_TRANSPORT_H_
#define TRESTLE_TESTS_SUPPORT_REPLAY_TRANSPORT_H_

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/codec.h"
#include "objects/wire/fault_map.h"
#include "objects/wire/transport.h"

namespace trestle::testing {

/// The typed or failed outcome of one HTTP body, as a transport gives it.
inline Result<Reply> reply_of_body(std::string body) {
  TRESTLE_ASSIGN_OR_RETURN(auto decoded, wire::decode_reply(std::move(body)));
  if (auto* const fault = std::get_if<wire::Fault>(&decoded)) return fail(wire::to_error(*fault));
  return std::get<Reply>(std::move(decoded));
}

/// A transport that answers from stored bodies, in turn, and keeps what was sent. The last answer
/// of a service repeats. A service without one fails with kUnimplemented. Thread-safe.
class ReplayTransport final : public Transport {
 public:
  struct Sent {
    std::string method;
    Array params;
    Effect effect = Effect::kMutates;
  };

  /// `body` is the body of one HTTP reply, byte for byte.
  ReplayTransport& answer_body(std::string method, std::string body) {
    const std::lock_guard lock(mutex_);
    answers_[std::move(method)].push_back({std::move(body), {}, false});
    return *this;
  }
  ReplayTransport& answer(std::string method, Value value) {
    const std::lock_guard lock(mutex_);
    answers_[std::move(method)].push_back({{}, std::move(value), true});
    return *this;
  }

  Result<Reply> round_trip(const CallContext& /*ctx*/, const Request& request) override {
    const std::lock_guard lock(mutex_);
    sent_.push_back({std::string(request.method),
                     Array(request.params.begin(), request.params.end()), request.effect});
    const auto found = answers_.find(request.method);
    if (found == answers_.end()) {
      return fail(Code::kUnimplemented, "no answer is stored for " + std::string(request.method));
    }
    std::deque<Answer>& queue = found->second;
    const Answer answer = queue.front();
    if (queue.size() > 1) queue.pop_front();
    return answer.is_value ? Result<Reply>(Reply::from(answer.value)) : reply_of_body(answer.body);
  }

  [[nodiscard]] std::string peer() const override { return "replay.example:8899"; }

  [[nodiscard]] std::vector<Sent> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  struct Answer {
    std::string body;
    Value value;
    bool is_value = false;
  };
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Answer>, std::less<>> answers_;  // guarded by mutex_
  std::vector<Sent> sent_;                                          // guarded by mutex_
};

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_REPLAY_TRANSPORT_H_
