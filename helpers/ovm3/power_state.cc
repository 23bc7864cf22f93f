// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/power_state.h"

#include <algorithm>
#include <utility>

namespace trestle::ovm3 {
namespace {

std::optional<PowerReport> state_in(const PowerStates& states, const std::string& vm) {
  const auto found = states.find(vm);
  if (found == states.end()) return std::nullopt;
  return found->second;
}

/// How the command leaves the VM on this host; none if it leaves it elsewhere.
std::optional<PowerReport> goal_of(const Flight& flight) {
  switch (flight.change) {
    case PowerChange::kStart:
    case PowerChange::kReboot:
    case PowerChange::kMigrateIn:
      return PowerReport::kOn;
    case PowerChange::kStop:
      return PowerReport::kOff;
    case PowerChange::kMigrateOut:
      break;
  }
  // Until it has moved it is here, and on.
  return flight.over ? std::nullopt : std::optional(PowerReport::kOn);
}

}  // namespace

PowerStates power_states(const PowerStates& seen, const PowerStates& last,
                         const Flights& in_flight) {
  PowerStates states;
  for (const auto& [vm, state] : seen) {
    if (!in_flight.contains(vm)) states.emplace(vm, state);
  }
  for (const auto& [vm, flight] : in_flight) {
    const auto goal = goal_of(flight);
    if (!goal) continue;
    const bool told = !flight.over && state_in(last, vm) == goal;
    if (state_in(seen, vm) == goal || told) states.emplace(vm, *goal);
  }
  return states;
}

VmsInFlight::VmsInFlight() = default;
VmsInFlight::~VmsInFlight() = default;

VmsInFlight::Guard VmsInFlight::begin(std::string_view vm, PowerChange change) {
  const MutexLock lock(mutex_);
  const std::uint64_t id = ++events_;
  commands_.push_back({.id = id, .vm = std::string(vm), .change = change});
  return {*this, id};
}

void VmsInFlight::end(std::uint64_t id) {
  const MutexLock lock(mutex_);
  const auto command = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const Command& one) { return one.id == id; });
  if (command != commands_.end()) command->ended = ++events_;
  forget_old();
}

/// Only a look that began before a command ended has to hear of it.
void VmsInFlight::forget_old() {
  const auto first = std::min_element(looks_.begin(), looks_.end());
  const std::uint64_t oldest = first == looks_.end() ? events_ : *first;
  std::erase_if(commands_,
                [oldest](const Command& one) { return one.ended && *one.ended <= oldest; });
}

VmsInFlight::Look::Look(VmsInFlight& flights) : flights_(flights) {
  const MutexLock lock(flights_.mutex_);
  since_ = flights_.events_;
  flights_.looks_.push_back(since_);
}

VmsInFlight::Look::~Look() {
  const MutexLock lock(flights_.mutex_);
  const auto mine = std::find(flights_.looks_.begin(), flights_.looks_.end(), since_);
  if (mine != flights_.looks_.end()) flights_.looks_.erase(mine);
  flights_.forget_old();
}

Flights VmsInFlight::Look::flights() const {
  const MutexLock lock(flights_.mutex_);
  Flights found;
  for (const Command& command : flights_.commands_) {
    if (command.ended && *command.ended <= since_) continue;
    found.insert_or_assign(command.vm,
                           Flight{.change = command.change, .over = command.ended.has_value()});
  }
  return found;
}

}  // namespace trestle::ovm3
