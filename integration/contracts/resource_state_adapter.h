// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_RESOURCE_STATE_ADAPTER_H_
#define TRESTLE_INTEGRATION_CONTRACTS_RESOURCE_STATE_ADAPTER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "integration/contracts/host_record.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::schema {
class Object;
}  // namespace trestle::schema

namespace trestle::contracts {

/// What the removal of a host did, step by step, and what it had to leave.
struct Removal {
  std::vector<std::string> done = {};
  std::vector<std::string> left = {};  ///< each with its reason; empty if nothing is left

  friend bool operator==(const Removal&, const Removal&) = default;
};

/// How far a removal goes when something refuses.
enum class RemovalMode : std::uint8_t {
  kOrderly,  ///< stops at VMs that still run
  kForced,   ///< goes on past what cannot be undone, and lists it
};

/// Says what the books hold of a host when it comes and when it goes. Callable from any thread.
class ResourceStateAdapter {
 public:
  ResourceStateAdapter() = default;
  ResourceStateAdapter(const ResourceStateAdapter&) = delete;
  ResourceStateAdapter& operator=(const ResourceStateAdapter&) = delete;
  virtual ~ResourceStateAdapter() = default;

  /// The record of a host that introduced itself with these commands; none if they are not of this
  /// platform. Errors: kInvalidArgument naming the member that does not fit.
  [[nodiscard]] virtual Result<std::optional<HostRecord>> record_for(
      const HostRecord& known, std::span<const schema::Object> startup) = 0;

  /// Takes off the host what we put there, and nothing else: it leaves its pool, mounts of ours go,
  /// the heartbeat stops, ownership is released (known defect 39). Doing it again goes on where it
  /// ended. Errors: kFailedPrecondition naming the VMs that still run (kOrderly), those of the
  /// agent.
  [[nodiscard]] virtual Result<Removal> delete_host(const CallContext& ctx, const HostRecord& host,
                                                    RemovalMode mode) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_RESOURCE_STATE_ADAPTER_H_
