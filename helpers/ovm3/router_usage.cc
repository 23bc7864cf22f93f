// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/router_usage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <span>

namespace trestle::ovm3 {
namespace {

struct Option {
  std::string_view name;
  std::string_view flag;
  bool needs_interface = false;
  bool reads = false;
};

constexpr std::array kOfRouter{
    Option{"get", "-g", false, true}, Option{"create", "-c"},          Option{"reset", "-r"},
    Option{"addVif", "-a", true},     Option{"deleteVif", "-d", true},
};
constexpr std::array kOfVpc{
    Option{"get", "-g", false, true}, Option{"create", "-c"}, Option{"reset", "-r"},
    Option{"vpn", "-n", false, true}, Option{"remove", "-d"},
};

/// More would not fit into the server's number.
constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

tl::unexpected<Error> malformed(std::string_view text) {
  return fail(Code::kBadReply, "the router's counters should be SENT:RECEIVED:, but are '" +
                                   std::string(text) + "'");
}

}  // namespace

Result<UsageCall> usage_call(const UsageQuery& query) {
  const std::span<const Option> options =
      query.vpc ? std::span<const Option>(kOfVpc) : std::span<const Option>(kOfRouter);
  const auto option = std::ranges::find(options, query.option, &Option::name);
  if (option == options.end()) {
    return fail(Code::kInvalidArgument,
                "a router's counters have no option '" + query.option + "'");
  }
  UsageCall call{.script = query.vpc ? "vpc_netusage.sh" : "netusage.sh", .reads = option->reads};
  if (query.vpc) {
    if (query.gateway.empty()) {
      return fail(Code::kInvalidArgument, "the counters of a VPC need its member 'gatewayIP'");
    }
    call.arguments = {"-l", query.gateway};
  }
  call.arguments.emplace_back(option->flag);
  if (option->needs_interface) {
    if (query.interface.empty()) {
      return fail(Code::kInvalidArgument, "option " + query.option + " needs an interface");
    }
    call.arguments.push_back(query.interface);
  }
  if (query.vpc && query.option == "create") {
    if (query.network.empty()) {
      return fail(Code::kInvalidArgument, "new counters of a VPC need its member 'vpcCIDR'");
    }
    call.arguments.insert(call.arguments.end(), {"-v", query.network});
  }
  return call;
}

Result<RouterTraffic> parse_usage(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return malformed(text);
  std::string_view rest = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  std::array<std::uint64_t, 2> sums{};
  std::size_t place = 0;
  while (!rest.empty()) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (read.ec != std::errc() || number > kMost - std::min(kMost, sums[place % 2])) {
      return malformed(text);
    }
    sums[place % 2] += number;
    ++place;
    rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
    if (rest.empty()) break;
    if (rest.front() != ':') return malformed(text);
    rest.remove_prefix(1);
  }
  if (place == 0 || place % 2 != 0) return malformed(text);
  return RouterTraffic{.sent = Bytes{sums[0]}, .received = Bytes{sums[1]}};
}

}  // namespace trestle::ovm3
