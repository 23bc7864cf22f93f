// SPDX-License-Identifier: Apache-2.0
#include "integration/contracts/liveness.h"

namespace trestle::contracts {
namespace {

bool outweighs(const Liveness& one, const Liveness& other) {
  if (one.age() != other.age()) return one.age() < other.age();
  return one.verdict() == Verdict::kAlive && other.verdict() == Verdict::kDead;
}

std::string told_by(const Liveness& statement, std::chrono::milliseconds fresh) {
  std::string text = statement.witness() + ": ";
  if (statement.verdict() == Verdict::kCannotTell) return text + statement.reason();
  text += std::string(to_string(statement.verdict())) + ", but " +
          std::to_string(statement.age().count()) + " ms old (the limit is " +
          std::to_string(fresh.count()) + " ms)";
  return text;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAlive:
      return "alive";
    case Verdict::kDead:
      return "dead";
    case Verdict::kCannotTell:
      break;
  }
  return "cannot_tell";
}

Liveness weigh(std::span<const Liveness> statements, std::chrono::milliseconds fresh) {
  const Liveness* best = nullptr;
  std::string asked;
  for (const Liveness& statement : statements) {
    const bool counts = statement.verdict() != Verdict::kCannotTell && statement.age() <= fresh;
    if (!counts) {
      asked += (asked.empty() ? "" : "; ") + told_by(statement, fresh);
    } else if (best == nullptr || outweighs(statement, *best)) {
      best = &statement;
    }
  }
  if (best != nullptr) return *best;
  return Liveness::cannot_tell("nobody", asked.empty() ? "nobody was asked" : asked);
}

}  // namespace trestle::contracts
