// SPDX-License-Identifier: Apache-2.0
// Which manager a host belongs to. The form of take_ownership differs by release; later releases
// restart the agent.
#include <string>
#include <string_view>
#include <utility>

#include "objects/ovm3/api/server_pool.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace pool = ovm3::api::server_pool;

/// A text member of a struct; "" if it is missing or of another kind.
std::string text_of(const Struct& members, std::string_view name) {
  for (const Member& member : members) {
    const auto* text = member.value.get_if<std::string>();
    if (member.name == name && text != nullptr) return *text;
  }
  return {};
}

/// Whether two identifiers name the same manager, in whatever form they came.
bool same_manager(std::string_view a, std::string_view b) {
  const auto first = ManagerId::from_name(a);
  const auto second = ManagerId::from_name(b);
  return first && second && *first == *second;
}

Answer own(const Call& call, Ownership wanted) {
  Host& host = call.host;
  if (!ManagerId::parse(wanted.manager_uuid)) {
    return exception("Invalid manager uuid: '" + wanted.manager_uuid + "'");
  }
  if (host.owned() && !same_manager(host.ownership.manager_uuid, wanted.manager_uuid)) {
    return exception("Server is already owned by another manager: " + host.ownership.manager_uuid);
  }
  host.ownership = std::move(wanted);
  if (profile(host.release).restarts_when_owned) {
    host.agent_back = call.estate.now() + call.estate.durations.agent_restart;
  }
  call.estate.touch();
  return Answer::nil();
}

Answer take_ownership(const Call& call) {
  if (profile(call.host.release).ownership_is_struct) {
    if (call.args.size() != 1) return wrong_argument_count(call.service, 1, 1, call.args.size());
    const auto* params = call.args[0].get_if<Struct>();
    if (params == nullptr) return wrong_argument_type(call.service, 0, "a dictionary");
    for (const std::string_view key : {"manager_uuid", "manager_event_url", "manager_statistic_url",
                                       "manager_certificate", "signed_server_certificate"}) {
      if (call.args[0].find(key) == nullptr) {
        return Fault{"exceptions.KeyError", "'" + std::string(key) + "'"};
      }
    }
    return own(call, {text_of(*params, "manager_uuid"), text_of(*params, "manager_event_url"),
                      text_of(*params, "manager_statistic_url")});
  }
  if (call.args.size() != 2) return wrong_argument_count(call.service, 2, 2, call.args.size());
  const auto* manager = call.args[0].get_if<std::string>();
  const auto* url = call.args[1].get_if<std::string>();
  if (manager == nullptr) return wrong_argument_type(call.service, 0, "a string");
  if (url == nullptr) return wrong_argument_type(call.service, 1, "a string");
  return own(call, {*manager, *url, *url});
}

Answer release_ownership(const Call& call, const ManagerId& manager) {
  Host& host = call.host;
  if (!host.owned()) return not_owned();
  if (!same_manager(host.ownership.manager_uuid, manager.text())) {
    return exception("Server is owned by another manager: " + host.ownership.manager_uuid);
  }
  if (host.pool) return exception("Server is in a server pool: " + host.pool->uuid);
  host.ownership = {};
  call.estate.touch();
  return Answer::nil();
}

Answer update_server_roles(const Call& call, const std::string& roles) {
  if (!call.host.owned()) return not_owned();
  if (auto fault = refuse_roles(roles)) return *fault;
  call.host.roles = roles;
  call.estate.touch();
  return Answer::nil();
}

}  // namespace

std::optional<Fault> refuse_roles(std::string_view roles) {
  for (std::string_view rest = roles;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view role = rest.substr(0, comma);
    if (role != "xen" && role != "utility")
      return exception("Invalid roles: " + std::string(roles));
    if (comma == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

void register_ownership(Services& services) {
  services.on_raw(pool::take_ownership.name, take_ownership);
  services.on(pool::release_ownership, release_ownership);
  services.on(pool::update_server_roles, update_server_roles);
}

}  // namespace trestle::simulator
