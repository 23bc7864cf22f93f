// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_GURU_H_
#define TRESTLE_INTEGRATION_CONTRACTS_GURU_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::schema {
class Object;
}  // namespace trestle::schema

namespace trestle::contracts {

/// How a guest operating system is to be run.
struct GuestType {
  std::string domain_type;  ///< the platform's own word, "xen_pvm"
  bool known = true;        ///< false: the name is in no table, this is the default; warn about it
};

/// Where a command is to be done, and whether alone.
struct Delegation {
  std::int64_t host = 0;
  bool in_sequence = false;  ///< not beside another such command of the same host
};

/// What an orchestrator must know of a platform before it sends a command. Callable from any
/// thread.
class HypervisorGuru {
 public:
  HypervisorGuru() = default;
  HypervisorGuru(const HypervisorGuru&) = delete;
  HypervisorGuru& operator=(const HypervisorGuru&) = delete;
  virtual ~HypervisorGuru() = default;

  /// The domain type of a guest OS by the orchestrator's name for it. Never fails: a name that is
  /// in no table gets the default, and says so.
  [[nodiscard]] virtual GuestType guest_type(std::string_view os_name) const = 0;

  /// Where a command that was meant for `host` has to run: a copy between stores runs on a host
  /// that sees both. Errors: kFailedPrecondition naming the stores if no host sees them, those of
  /// the orchestrator's books.
  [[nodiscard]] virtual Result<Delegation> delegate(const CallContext& ctx, std::int64_t host,
                                                    const schema::Object& command) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_GURU_H_
