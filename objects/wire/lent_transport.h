// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_LENT_TRANSPORT_H_
#define TRESTLE_OBJECTS_WIRE_LENT_TRANSPORT_H_

#include <string>

#include "objects/wire/transport.h"

namespace trestle {

/// A transport that belongs to somebody else, for callers that want one of their own. The lender
/// must outlive it. Thread-safe as the lender is.
class LentTransport final : public Transport {
 public:
  explicit LentTransport(Transport& lender) : lender_(lender) {}
  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override {
    return lender_.round_trip(ctx, request);
  }
  [[nodiscard]] std::string peer() const override { return lender_.peer(); }

 private:
  Transport& lender_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_LENT_TRANSPORT_H_
