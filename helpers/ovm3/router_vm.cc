// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/router_vm.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "helpers/ovm3/shell_words.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/vm_device_text.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

/// Room for the way there and back, so that the script's own end is seen and not ours.
constexpr std::chrono::seconds kWay{5};
/// What a script has after it is asked to end, before it is killed.
constexpr std::chrono::seconds kGrace{5};
/// What the program `timeout` says of a command that it had to end, and of one that it had to kill.
constexpr std::int64_t kEnded = 124;
constexpr std::int64_t kKilled = 128 + 9;
/// ssh's own failure.
constexpr std::int64_t kNoWay = 255;
/// Longest login that the module takes.
constexpr std::chrono::seconds kMostLogin{60};

bool is_plain(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.front() != '-' &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Result<CommandResult> run_words(const CallContext& ctx, const Agent& agent,
                                const std::string& router_ip, std::string_view what,
                                std::vector<std::string> words) {
  const auto left =
      std::chrono::duration_cast<std::chrono::seconds>(ctx.remaining()) - kWay - kGrace;
  if (left.count() < 1) {
    return fail(Code::kDeadlineExceeded, "no time is left to run " + std::string(what) +
                                             " in the system VM at " + router_ip +
                                             "; it was not begun");
  }
  words.insert(words.begin(),
               {"timeout", "-k", std::to_string(kGrace.count()), std::to_string(left.count())});
  TRESTLE_ASSIGN_OR_RETURN(std::string line, quote_words(words));
  TRESTLE_ASSIGN_OR_RETURN(CommandResult result, HostModule(agent).run_in_domr(
                                                     ctx, {.host = router_ip,
                                                           .command = std::move(line),
                                                           .timeout = std::min(left, kMostLogin)}));
  if (result.rc == kEnded) {
    return fail(Code::kDeadlineExceeded, std::string(what) + " in the system VM at " + router_ip +
                                             " did not end within " + std::to_string(left.count()) +
                                             " s and was ended: " + result.err);
  }
  if (result.rc == kKilled) {
    return fail(Code::kDeadlineExceeded,
                std::string(what) + " in the system VM at " + router_ip +
                    " was killed: it did not end within " + std::to_string(left.count()) +
                    " s, or the system VM has too little memory for it; " + result.err);
  }
  if (result.rc == kNoWay && result.err.starts_with("ssh")) {
    return fail(Code::kUnavailable,
                "the system VM at " + router_ip + " does not let us in: " + result.err);
  }
  return result;
}

}  // namespace

Result<CommandResult> run_router_script(const CallContext& ctx, const Agent& agent,
                                        const std::string& router_ip, std::string_view script,
                                        const std::vector<std::string>& arguments) {
  if (!is_plain(script)) {
    return fail(Code::kInvalidArgument,
                "'" + std::string(script) + "' is no name of a script of a system VM");
  }
  std::vector<std::string> words{std::string(kRouterScripts) + "/" + std::string(script)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_words(ctx, agent, router_ip, script, std::move(words));
}

Result<void> write_router_file(const CallContext& ctx, const Agent& agent,
                               const std::string& router_ip, const std::string& folder,
                               const std::string& name, const Secret& content) {
  if (!is_plain(name) || !folder.starts_with('/')) {
    return fail(Code::kInvalidArgument,
                "'" + folder + "' and '" + name + "' are no folder and name of a file");
  }
  TRESTLE_RETURN_IF_ERROR(HostModule(agent).upload_to_domr(ctx, router_ip, folder, name, content));
  // The module of old says yes whatever became of it.
  const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
  TRESTLE_ASSIGN_OR_RETURN(const CommandResult size, run_words(ctx, agent, router_ip, "stat",
                                                               {"stat", "-c", "%s", "--", path}));
  const std::string wanted = std::to_string(content.reveal().size());
  const std::string_view found = trimmed(size.out);
  if (size.rc == 0 && found == wanted) return {};
  return fail(Code::kFailedPrecondition,
              "file " + path + " in the system VM at " + router_ip + " should have " + wanted +
                  " bytes, but " +
                  (size.rc == 0 ? "has " + std::string(found) : "cannot be seen: " + size.err));
}

bool NicNumbers::has(std::string_view mac) const {
  return std::ranges::any_of(macs_, [&](const std::string& one) { return same_mac(one, mac); });
}

Result<std::int32_t> NicNumbers::number(std::string_view mac) const {
  for (std::size_t i = 0; i < macs_.size(); ++i) {
    if (same_mac(macs_[i], mac)) return static_cast<std::int32_t>(i);
  }
  std::string all;
  for (const std::string& one : macs_) all += (all.empty() ? "" : ", ") + one;
  return fail(Code::kNotFound, "VM " + vm_ + " has no NIC with the MAC address " +
                                   std::string(mac) + "; it has " + (all.empty() ? "none" : all));
}

Result<NicNumbers> nic_numbers(const CallContext& ctx, const Agent& agent, const std::string& vm) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<VmInfo> domains, list_vms(ctx, agent));
  const auto found = std::ranges::find(domains, vm, &VmInfo::name);
  if (vm.empty() || found == domains.end()) {
    return fail(Code::kNotFound, "VM '" + vm + "' does not run on this host");
  }
  std::vector<std::string> macs;
  for (const Vif& vif : found->vifs) macs.push_back(vif.mac);
  return NicNumbers(vm, std::move(macs));
}

}  // namespace trestle::ovm3
