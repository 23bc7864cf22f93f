// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_INTERRUPTION_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_INTERRUPTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "objects/wire/transport.h"

namespace trestle::ovm3 {

/// A transport on whose way something else happens once: what two requests at once do to each
/// other, without threads and luck.
class Interruption final : public Transport {
 public:
  enum class Moment : std::uint8_t { kBefore, kAfter };
  using When = std::function<bool(const Request&)>;

  Interruption(std::unique_ptr<Transport> inner, When when, Moment moment,
               std::function<void()> deed)
      : inner_(std::move(inner)), when_(std::move(when)), moment_(moment), deed_(std::move(deed)) {}

  /// At the first call of that service.
  static When at(std::string service) {
    return [service = std::move(service)](const Request& request) {
      return request.method == service;
    };
  }

  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override {
    const bool now = deed_ && when_(request);
    const auto deed = now ? std::exchange(deed_, {}) : std::function<void()>();
    if (deed && moment_ == Moment::kBefore) deed();
    auto reply = inner_->round_trip(ctx, request);
    if (deed && moment_ == Moment::kAfter) deed();
    return reply;
  }
  [[nodiscard]] std::string peer() const override { return inner_->peer(); }

 private:
  std::unique_ptr<Transport> inner_;
  When when_;
  Moment moment_;
  std::function<void()> deed_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_INTERRUPTION_H_
