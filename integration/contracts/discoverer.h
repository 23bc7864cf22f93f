// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_DISCOVERER_H_
#define TRESTLE_INTEGRATION_CONTRACTS_DISCOVERER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "integration/contracts/configuration.h"
#include "integration/contracts/host_record.h"
#include "integration/contracts/hypervisor_resource.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"

namespace trestle::contracts {

/// What an operator gives to add a host.
struct DiscoveryRequest {
  std::int64_t zone = 0;
  std::int64_t pod = 0;
  std::int64_t cluster = 0;
  std::string url;  ///< of the host, "http://ovm1.example.org"
  std::string user = {};
  Secret password = {};
  Configuration settings = {};  ///< traffic labels, heartbeat times, pool flags
};

/// A host that was found: ready to be initialized, and what the books shall say of it.
struct Discovery {
  std::unique_ptr<HypervisorResource> resource;
  HostRecord record;
};

/// Recognises hosts of one platform. Callable from any thread.
class Discoverer {
 public:
  Discoverer() = default;
  Discoverer(const Discoverer&) = delete;
  Discoverer& operator=(const Discoverer&) = delete;
  virtual ~Discoverer() = default;

  /// Looks whether a host of this platform answers there, prepares it, and takes it over. The guid
  /// comes from the server's own id, so a changed address is the same host. A discovery that fails
  /// half-way leaves the host as it was. Errors: kNotFound if something else lives there (another
  /// discoverer may claim it), kAlreadyExists for a host in the books, kPermissionDenied for one
  /// that another installation owns, kInvalidArgument for a bad request, else those of the way
  /// there. The cause always reaches the operator (known defect 34).
  [[nodiscard]] virtual Result<Discovery> find(const CallContext& ctx,
                                               const DiscoveryRequest& request) = 0;

  [[nodiscard]] virtual std::string platform() const = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_DISCOVERER_H_
