// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_RULES_H_
#define TRESTLE_TOOLS_SIMULATOR_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/simulator/domain.h"
#include "tools/simulator/release.h"

namespace trestle::simulator {

/// What a rule does to a call (or, for the last two, to a connection).
enum class Action : std::uint8_t {
  kFault,             ///< answers fault_class:fault_text, nothing is done
  kHttpStatus,        ///< answers HTTP `status`, nothing is done
  kDelay,             ///< does it after `delay`
  kHang,              ///< takes the call and never answers, nothing is done
  kDropBefore,        ///< closes the connection, nothing is done
  kDropAfter,         ///< does it and closes the connection without a reply
  kTruncate,          ///< does it and sends the first `bytes` bytes of the reply's body
  kGarbage,           ///< does it and answers bytes that are no XML
  kWrongType,         ///< does it and answers a value of another type
  kSlowDrip,          ///< does it and sends `bytes` bytes of the reply every `delay`
  kRefuse,            ///< connections are refused
  kWrongCertificate,  ///< TLS with a certificate that nobody signed
};

[[nodiscard]] std::string_view to_string(Action action);
[[nodiscard]] std::optional<Action> parse_action(std::string_view text);

/// One rule of faults. It applies to calls of `service` on `host` ("*" = any); of those to the
/// `nth` only (counted from 1) or to each with `probability`; `times` limits how often it applies.
struct Rule {
  std::string id;  ///< given by the book when empty
  std::string service = "*";
  std::string host = "*";
  std::uint64_t nth = 0;  ///< 0 = every one
  double probability = 1.0;
  std::uint64_t times = 0;  ///< 0 = without limit
  Action action = Action::kFault;
  std::string fault_class = "exceptions.Exception";
  std::string fault_text = "made to fail by a rule of the simulator";
  int status = 500;
  Span delay{};
  std::uint64_t bytes = 0;

  std::uint64_t seen = 0;     ///< calls that matched service and host
  std::uint64_t applied = 0;  ///< calls that were changed
};

/// The rules in force. Draws with its own generator, so one seed gives one run.
class RuleBook {
 public:
  explicit RuleBook(std::uint64_t seed = 1) : state_(seed) {}

  /// Adds a rule, or replaces the one with the same id; gives the id.
  std::string set(Rule rule);
  /// Removes the rule of that id, or all of them for an empty id; false if there was none.
  bool clear(std::string_view id);
  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }

  /// The first rule that applies to this call; counts it.
  std::optional<Rule> match_call(std::string_view host, std::string_view service);
  /// The first rule on connections that applies to this host's next one; counts it.
  std::optional<Rule> match_connection(std::string_view host);
  /// True if every connection to the host is refused now (no nth, no chance, no limit).
  [[nodiscard]] bool refuses_all(std::string_view host) const;

 private:
  std::optional<Rule> match(std::string_view host, std::string_view service, bool connection);
  double draw();

  std::vector<Rule> rules_;
  std::uint64_t next_id_ = 1;
  std::uint64_t state_;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_RULES_H_
