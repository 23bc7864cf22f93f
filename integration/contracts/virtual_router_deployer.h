// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_VIRTUAL_ROUTER_DEPLOYER_H_
#define TRESTLE_INTEGRATION_CONTRACTS_VIRTUAL_ROUTER_DEPLOYER_H_

#include <span>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::schema {
class Object;
}  // namespace trestle::schema

namespace trestle::contracts {

/// What a script in a router VM left. A status that is not zero is a result, not an error.
struct ScriptResult {
  int status = 0;
  std::string out = {};
  std::string err = {};

  friend bool operator==(const ScriptResult&, const ScriptResult&) = default;
};

/// The way into a router VM, for network commands. Callable from any thread; calls for one router
/// are done in the order in which they came.
class VirtualRouterDeployer {
 public:
  VirtualRouterDeployer() = default;
  VirtualRouterDeployer(const VirtualRouterDeployer&) = delete;
  VirtualRouterDeployer& operator=(const VirtualRouterDeployer&) = delete;
  virtual ~VirtualRouterDeployer() = default;

  /// Runs a script of the router with these arguments, which are data and meet no shell. At the
  /// deadline the script is ended there too. Errors: those of the way there; kInvalidArgument if
  /// `script` is no plain file name.
  [[nodiscard]] virtual Result<ScriptResult> run_script(const CallContext& ctx,
                                                        std::string_view router_ip,
                                                        std::string_view script,
                                                        std::span<const std::string> arguments) = 0;

  /// Writes a whole file in the router, or leaves the old one. Errors: as run_script.
  [[nodiscard]] virtual Result<void> create_file(const CallContext& ctx, std::string_view router_ip,
                                                 std::string_view folder, std::string_view name,
                                                 std::string_view content) = 0;

  /// Called before and after the work of a network command; what it needs beside the router itself
  /// (a NIC for an address) is made before and, if it made it, taken away after. Errors: as
  /// run_script; then the command is not begun.
  [[nodiscard]] virtual Result<void> prepare(const CallContext& ctx,
                                             const schema::Object& command) = 0;
  [[nodiscard]] virtual Result<void> clean_up(const CallContext& ctx,
                                              const schema::Object& command) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_VIRTUAL_ROUTER_DEPLOYER_H_
