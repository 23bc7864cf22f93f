// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm.h"

#include "objects/ovm3/api/hypervisor.h"
#include "objects/ovm3/call_read.h"

namespace trestle::ovm3 {
namespace {

namespace hypervisor = api::hypervisor;

}  // namespace

tl::unexpected<Error> Vm::not_found(std::string_view service) const {
  return fail(agent_.located({.code = Code::kNotFound,
                              .what = "there is no VM '" + id_.text() + "' in repository '" +
                                      repository_.text() + "'; look with trestle vm list"},
                             service));
}

Result<void> Vm::create(const CallContext& ctx, const VmConfig& config) const {
  TRESTLE_RETURN_IF_ERROR(config.check());
  return agent_.call(ctx, hypervisor::create_vm, repository_, id_, config.members());
}

Result<void> Vm::configure(const CallContext& ctx, const ConfigChange& change) const {
  if (!change.removed.empty()) {
    return fail(Code::kInvalidArgument, "configure_vm cannot remove the key '" +
                                            change.removed.front() +
                                            "'; write the whole configuration instead");
  }
  if (change.empty()) return {};
  TRESTLE_RETURN_IF_ERROR(VmConfig(change.set).check());
  return agent_.call(ctx, hypervisor::configure_vm, repository_, id_, change.set);
}

Result<void> Vm::set_config(const CallContext& ctx, const VmConfig& config) const {
  TRESTLE_RETURN_IF_ERROR(config.check());
  return agent_.call(ctx, hypervisor::set_vm_config, repository_, id_, Value(config.members()));
}

Result<VmConfig> Vm::config(const CallContext& ctx) const {
  TRESTLE_ASSIGN_OR_RETURN(
      std::optional<VmConfig> config,
      call_read(agent_, ctx, hypervisor::get_vm_config, read_vm_config, repository_, id_));
  if (!config) return not_found(hypervisor::get_vm_config.name);
  return *std::move(config);
}

Result<VmInfo> Vm::live(const CallContext& ctx) const {
  TRESTLE_ASSIGN_OR_RETURN(std::optional<VmInfo> vm,
                           call_read(agent_, ctx, hypervisor::list_vm, read_vm, repository_, id_));
  if (!vm) return not_found(hypervisor::list_vm.name);
  return *std::move(vm);
}

Result<std::optional<VncLocation>> Vm::vnc(const CallContext& ctx) const {
  TRESTLE_ASSIGN_OR_RETURN(const VmInfo vm, live(ctx));
  return vm.vnc();
}

Result<void> Vm::start(const CallContext& ctx) const {
  return agent_.call(ctx, hypervisor::start_vm, repository_, id_);
}

Result<void> Vm::stop(const CallContext& ctx, StopMode mode) const {
  return agent_.call(ctx, hypervisor::stop_vm, repository_, id_, mode == StopMode::kForce);
}

Result<void> Vm::reboot(const CallContext& ctx, std::chrono::seconds wait) const {
  const std::int64_t seconds = wait.count();
  if (seconds < 0) {
    return fail(Code::kInvalidArgument,
                "a reboot cannot wait " + std::to_string(seconds) + " s; give 0 or more");
  }
  return agent_.call(ctx, hypervisor::reboot_vm, repository_, id_, seconds);
}

Result<void> Vm::pause(const CallContext& ctx) const {
  return agent_.call(ctx, hypervisor::pause_vm, repository_, id_);
}

Result<void> Vm::unpause(const CallContext& ctx) const {
  return agent_.call(ctx, hypervisor::unpause_vm, repository_, id_);
}

Result<void> Vm::save(const CallContext& ctx, SaveMode mode) const {
  // The plain form is the one that every release is known to take.
  std::optional<Value> checkpoint;
  if (mode == SaveMode::kCheckpoint) checkpoint = true;
  return agent_.call(ctx, hypervisor::save_vm, repository_, id_, checkpoint);
}

Result<void> Vm::restore(const CallContext& ctx, bool paused) const {
  return agent_.call(ctx, hypervisor::restore_vm, repository_, id_, Value(paused));
}

Result<void> Vm::migrate(const CallContext& ctx, const std::string& destination,
                         const MigrateOptions& options) const {
  if (destination.empty()) {
    return fail(Code::kInvalidArgument, "no destination to migrate '" + id_.text() +
                                            "' to; name a host or give its address");
  }
  return agent_.call(ctx, hypervisor::migrate_vm, repository_, id_, destination, options.live,
                     options.ssl);
}

Result<void> Vm::setup_migration_target(const CallContext& ctx) const {
  return agent_.call(ctx, hypervisor::setup_migration_target, repository_, id_);
}

Result<void> Vm::cleanup_migration_target(const CallContext& ctx) const {
  return agent_.call(ctx, hypervisor::cleanup_migration_target, repository_, id_);
}

Result<void> Vm::remove(const CallContext& ctx) const {
  return agent_.call(ctx, hypervisor::delete_vm, repository_, id_);
}

Result<void> Vm::set_high_availability(const CallContext& ctx, bool enable) const {
  return agent_.call(ctx, hypervisor::configure_vm_ha, repository_, id_, enable);
}

Result<Array> Vm::cores(const CallContext& ctx) const {
  return call_read(agent_, ctx, hypervisor::list_vm_core, read_cores, repository_, id_);
}

Result<Array> read_cores(ValueView reply) {
  if (reply.is_nil()) return Array();
  if (reply.kind() == Kind::kArray) return *reply.to_value().get_if<Array>();
  return fail(Code::kBadReply, "the list of memory dumps came as a value of kind " +
                                   std::string(to_string(reply.kind())) +
                                   "; compare the raw reply (trestle agent call list_vm_core)");
}

}  // namespace trestle::ovm3
