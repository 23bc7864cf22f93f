// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/rules.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trestle::simulator {
namespace {

constexpr std::array<std::string_view, 12> kActionNames{
    "fault",    "http_status", "delay",      "hang",      "drop_before", "drop_after",
    "truncate", "garbage",     "wrong_type", "slow_drip", "refuse",      "wrong_certificate"};

bool on_connection(Action action) {
  return action == Action::kRefuse || action == Action::kWrongCertificate;
}

bool fits(std::string_view pattern, std::string_view name) {
  return pattern == "*" || pattern == name;
}

}  // namespace

std::string_view to_string(Action action) { return kActionNames[static_cast<std::size_t>(action)]; }

std::optional<Action> parse_action(std::string_view text) {
  const auto found = std::ranges::find(kActionNames, text);
  if (found == kActionNames.end()) return std::nullopt;
  return static_cast<Action>(found - kActionNames.begin());
}

std::string RuleBook::set(Rule rule) {
  if (rule.id.empty()) rule.id = "rule-" + std::to_string(next_id_++);
  const std::string id = rule.id;
  const auto present = std::ranges::find(rules_, id, &Rule::id);
  if (present != rules_.end()) {
    *present = std::move(rule);
  } else {
    rules_.push_back(std::move(rule));
  }
  return id;
}

bool RuleBook::clear(std::string_view id) {
  if (id.empty()) return !std::exchange(rules_, {}).empty();
  return std::erase_if(rules_, [&](const Rule& rule) { return rule.id == id; }) > 0;
}

std::optional<Rule> RuleBook::match_call(std::string_view host, std::string_view service) {
  return match(host, service, false);
}

std::optional<Rule> RuleBook::match_connection(std::string_view host) {
  return match(host, "", true);
}

bool RuleBook::refuses_all(std::string_view host) const {
  return std::ranges::any_of(rules_, [&](const Rule& rule) {
    return rule.action == Action::kRefuse && fits(rule.host, host) && rule.nth == 0 &&
           rule.probability >= 1.0 && rule.times == 0;
  });
}

std::optional<Rule> RuleBook::match(std::string_view host, std::string_view service,
                                    bool connection) {
  for (Rule& rule : rules_) {
    if (on_connection(rule.action) != connection || !fits(rule.host, host)) continue;
    if (!connection && !fits(rule.service, service)) continue;
    ++rule.seen;
    if (rule.nth != 0 && rule.seen != rule.nth) continue;
    if (rule.times != 0 && rule.applied >= rule.times) continue;
    if (rule.probability < 1.0 && draw() >= rule.probability) continue;
    ++rule.applied;
    return rule;
  }
  return std::nullopt;
}

// splitmix64 (public domain): the same numbers on every machine, which <random>'s
// distributions do not promise.
double RuleBook::draw() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) * 0x1.0p-53;
}

}  // namespace trestle::simulator
