// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_CAPACITY_H_
#define TRESTLE_HELPERS_OVM3_HOST_CAPACITY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/hardware.h"
#include "objects/ovm3/network_info.h"
#include "objects/ovm3/server_info.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {

/// A device of a host with its address.
struct HostDevice {
  std::string device = {};
  std::string address = {};
  std::string netmask = {};
  std::string mac = {};
  friend bool operator==(const HostDevice&, const HostDevice&) = default;
};

/// Where to look for addresses.
struct CapacityQuery {
  std::string address = {};     ///< the host's own; empty: the one that the host is registered with
  std::string management = {};  ///< device; empty: the one that bears the address
  std::string storage = {};     ///< device; empty: as management
};

/// What a host can give to guests, and who it is.
struct HostCapacity {
  std::string unique_id = {};  ///< from the server's own id (known defect 35)
  std::string host_name = {};
  std::string release = {};        ///< "3.3.1"
  std::string agent_version = {};  ///< "3.3.1-276"
  std::uint64_t cpus = 0;          ///< threads of all NUMA nodes (known defect 28)
  std::uint64_t sockets = 0;
  std::uint64_t megahertz = 0;  ///< of one CPU (known defect 27: not kHz)
  Bytes memory = {};
  Bytes control_domain_memory = {};  ///< of Domain-0 itself, not what is used (known defect 29)
  bool emulated_guests = false;      ///< the CPUs can run HVM guests
  bool pooled = false;
  bool is_master = false;
  HostDevice management = {};
  HostDevice storage = {};
  friend bool operator==(const HostCapacity&, const HostCapacity&) = default;
};

/// The device of management traffic: by its label, else the one that bears the address of the
/// query, else of `registered`. Pure. Errors: kFailedPrecondition that lists what the host has
/// (known defect 30).
[[nodiscard]] Result<HostDevice> management_device(const NetworkInfo& network,
                                                   const CapacityQuery& query,
                                                   const std::string& registered);

/// Puts it together. Pure. Errors: kFailedPrecondition naming the release if it is none that is
/// known, or the address that no device carries with those that are carried; kBadReply naming what
/// the host left out.
[[nodiscard]] Result<HostCapacity> host_capacity(const ServerInfo& server,
                                                 const HardwareInfo& hardware,
                                                 const NetworkInfo& network,
                                                 const std::vector<VmInfo>& vms,
                                                 const CapacityQuery& query);

/// The same of a host, in four calls. Errors: as host_capacity, and the agent's.
[[nodiscard]] Result<HostCapacity> read_host_capacity(const CallContext& ctx, const Agent& agent,
                                                      const CapacityQuery& query);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_CAPACITY_H_
