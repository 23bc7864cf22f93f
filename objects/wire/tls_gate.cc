// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/tls_gate.h"

#include <algorithm>

namespace trestle {

TlsGate::TlsGate(IoLoop::State& loop) : watch_(loop) { watch_.set_listener(this); }

TlsGate::~TlsGate() = default;

void TlsGate::enter(Guest& guest) {
  queue_.push_back(&guest);
  let_in_soon();
}

void TlsGate::leave(Guest& guest) {
  inside_.remove_if([&](const Place& place) { return place.guest == &guest; });
  if (const auto at = std::ranges::find(queue_, &guest); at != queue_.end()) queue_.erase(at);
  let_in_soon();
}

void TlsGate::let_in_soon() {
  if (queue_.empty()) return;
  // Later, because a guest that fails at once leaves at once, and a thousand of them would nest.
  if (inside_.size() < kMostInside) {
    watch_.yield();
  } else {
    watch_.alarm(inside_.front().until);
  }
}

void TlsGate::ready() {
  const auto until = Clock::steady().now() + kPatience;
  while (!queue_.empty() && inside_.size() < kMostInside) {
    Guest* guest = queue_.front();
    queue_.pop_front();
    inside_.push_back({guest, until});
    guest->turn();
  }
  let_in_soon();
}

void TlsGate::time_up() {
  const auto now = Clock::steady().now();
  inside_.remove_if([&](const Place& place) { return place.until <= now; });
  let_in_soon();
}

}  // namespace trestle
