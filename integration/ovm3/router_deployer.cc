// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/router_deployer.h"

#include "integration/schema/shapes.h"

namespace trestle::ovm3 {
namespace {

std::string access_detail(const schema::Object& command, std::string_view name) {
  const auto* const details =
      schema::member_as<std::optional<schema::StringMap>>(command, "accessDetails");
  if (details == nullptr || !*details) return {};
  const std::string* const text = (*details)->find(name);
  return text == nullptr ? std::string() : *text;
}

}  // namespace

Result<RouterAccess> router_access(const schema::Object& command) {
  RouterAccess access{.name = access_detail(command, "router.name"),
                      .ip = access_detail(command, "router.ip")};
  // The member that the receiver fills in where a router is reached by another address.
  const auto* const given =
      schema::member_as<std::optional<std::string>>(command, "routerAccessIp");
  if (given != nullptr && *given && !(*given)->empty()) access.ip = **given;
  for (const auto& [name, text] :
       {std::pair{"router.name", &access.name}, std::pair{"router.ip", &access.ip}}) {
    if (text->empty()) {
      return fail(Code::kInvalidArgument, "the command lacks the access detail '" +
                                              std::string(name) + "' that names its router");
    }
  }
  return access;
}

Result<contracts::ScriptResult> RouterDeployer::run_script(const CallContext& ctx,
                                                           std::string_view router_ip,
                                                           std::string_view script,
                                                           std::span<const std::string> arguments) {
  TRESTLE_ASSIGN_OR_RETURN(
      CommandResult result,
      run_router_script(ctx, agent_, std::string(router_ip), script,
                        std::vector<std::string>(arguments.begin(), arguments.end())));
  return contracts::ScriptResult{.status = static_cast<int>(result.rc),
                                 .out = std::move(result.out),
                                 .err = std::move(result.err)};
}

Result<void> RouterDeployer::create_file(const CallContext& ctx, std::string_view router_ip,
                                         std::string_view folder, std::string_view name,
                                         std::string_view content) {
  return write_router_file(ctx, agent_, std::string(router_ip), std::string(folder),
                           std::string(name), Secret(std::string(content)));
}

Result<void> RouterDeployer::prepare(const CallContext& ctx, const schema::Object& command) {
  if (!has_router_items(command.type())) return {};
  TRESTLE_RETURN_IF_ERROR(items(ctx, command));
  return {};
}

Result<void> RouterDeployer::clean_up(const CallContext& /*ctx*/,
                                      const schema::Object& /*command*/) {
  return {};
}

Result<std::vector<RouterItem>> RouterDeployer::items(const CallContext& ctx,
                                                      const schema::Object& command) {
  NicNumbers nics;
  if (!needed_nics(command).empty()) {
    TRESTLE_ASSIGN_OR_RETURN(const RouterAccess access, router_access(command));
    TRESTLE_ASSIGN_OR_RETURN(nics, nic_numbers(ctx, agent_, access.name));
  }
  return router_items(command, nics);
}

Result<contracts::ScriptResult> RouterDeployer::apply(const CallContext& ctx,
                                                      const std::string& router_ip,
                                                      const RouterItem& item) {
  if (item.kind == RouterItem::Kind::kScript) {
    return run_script(ctx, router_ip, item.name, item.arguments);
  }
  TRESTLE_RETURN_IF_ERROR(
      write_router_file(ctx, agent_, router_ip, item.folder, item.name, item.content));
  return contracts::ScriptResult{};
}

}  // namespace trestle::ovm3
