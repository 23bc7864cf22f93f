// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_ROUTER_USAGE_H_
#define TRESTLE_HELPERS_OVM3_ROUTER_USAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/core/units.h"

/// The counters of a router's public side. Pure.
namespace trestle::ovm3 {

struct UsageQuery {
  std::string option = "get";  ///< get, create, reset, addVif, deleteVif; of a VPC vpn, remove too
  bool vpc = false;
  std::string gateway = {};    ///< of a VPC: the public address that is counted
  std::string network = {};    ///< of a VPC: what counts as inside
  std::string interface = {};  ///< of addVif and deleteVif: "eth2"
};

/// A script of the router and its words.
struct UsageCall {
  std::string script = {};
  std::vector<std::string> arguments = {};  ///< each a word of its own (known defect 116)
  bool reads = false;                       ///< its output is what parse_usage takes
  friend bool operator==(const UsageCall&, const UsageCall&) = default;
};
/// Errors: kInvalidArgument for an unknown option, or without what it needs.
[[nodiscard]] Result<UsageCall> usage_call(const UsageQuery& query);

struct RouterTraffic {
  Bytes sent = {};
  Bytes received = {};
  friend bool operator==(const RouterTraffic&, const RouterTraffic&) = default;
};
/// "SENT:RECEIVED:" for each interface, one after the other; their sums. Errors: kBadReply showing
/// the text if it is anything else, an empty one too: no figure is never 0.
[[nodiscard]] Result<RouterTraffic> parse_usage(std::string_view text);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_ROUTER_USAGE_H_
