// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "objects/ovm3/api/hypervisor.h"
#include "tools/simulator/vm_life.h"

namespace trestle::simulator {
namespace {

namespace hypervisor = ovm3::api::hypervisor;
namespace fs = std::filesystem;

/// discover_server says MAX_CONCURRENT_MIGRATION_IN and _OUT are 1: a caller must queue.
constexpr std::string_view kOutLock = "migration-out";
constexpr std::string_view kInLock = "migration-in";

struct Move {
  RepositoryId repository;
  VmId vm;
  Host* target;
  std::uint32_t target_epoch;
  bool live;
};

Fault migrate_failed(const VmId& vm, std::string_view message) {
  return command_failed("xm migrate " + vm.text(), 1, message);
}

/// Both hosts must see the same vm.cfg, not only one of the same name.
bool sees_same(Estate& estate, const Host& a, const Host& b, const std::string& path) {
  const auto here = estate.local_path(a, path);
  const auto there = estate.local_path(b, path);
  if (!here || !there) return false;
  std::error_code error;
  return fs::equivalent(*here, *there, error) && !error;
}

std::optional<Fault> target_fault(const Call& call, const Domain& domain, const Move& move) {
  Host& target = *move.target;
  if (target.power != Power::kOn || target.power_epoch != move.target_epoch) {
    return migrate_failed(move.vm, "Error: can't connect: (111, 'Connection refused')");
  }
  const std::string folder = vm_folder(move.repository, move.vm.text());
  if (!sees_same(call.estate, call.host, target, folder)) {
    return migrate_failed(move.vm, "Error: " + target.name + " does not see the repository " +
                                       move.repository.text());
  }
  if (const auto fault = cannot_run(call.estate, target, domain)) return fault;
  return std::nullopt;
}

Answer arrive(const Call& call, const Move& move) {
  Domain* domain = call.host.find_domain(move.vm.text());
  if (domain == nullptr) {
    return migrate_failed(move.vm, "Error: the guest ended while it was moved");
  }
  const auto stay = [&] {
    if (!move.live) set_state(call.estate, *domain, DomainState::kBlocked);
  };
  if (domain->guest.ignores_migration) {
    stay();
    return migrate_failed(move.vm, "Error: /usr/lib64/xen/bin/xc_save failed");
  }
  if (const auto fault = target_fault(call, *domain, move)) {
    stay();
    return *fault;
  }
  settle_counters(*domain, call.estate.now());
  Domain moved = *domain;
  remove_domain(call.estate, call.host, move.vm.text());
  moved.state = DomainState::kBlocked;
  place(call.estate, *move.target, std::move(moved));
  return Answer::nil();
}

Answer migrate(const Call& call, const Move& move) {
  Domain* domain = call.host.find_domain(move.vm.text());
  if (domain == nullptr) {
    return migrate_failed(move.vm, "Error: Domain '" + move.vm.text() + "' does not exist.");
  }
  if (const auto fault = target_fault(call, *domain, move)) return *fault;
  if (!call.estate.lock(call.host, kOutLock)) {
    return exception("Resource busy: another migration leaves " + call.host.name);
  }
  if (!call.estate.lock(*move.target, kInLock)) {
    call.estate.unlock(call.host, kOutLock);
    return exception("Resource busy: another migration enters " + move.target->name);
  }
  if (!move.live) set_state(call.estate, *domain, DomainState::kPaused);
  const Span duration = call.estate.durations.migrate_per_gib * domain->memory_mib / 1024;
  Host& source = call.host;
  // On the estate's own list: the target must be free again when the source dies half way.
  call.estate.after(duration,
                    [&estate = call.estate, &source, move, source_epoch = source.power_epoch] {
                      if (source.power_epoch == source_epoch) estate.unlock(source, kOutLock);
                      if (move.target->power_epoch == move.target_epoch)
                        estate.unlock(*move.target, kInLock);
                    });
  return Answer::later(duration, [move](const Call& last) { return arrive(last, move); });
}

Answer migrate_vm(const Call& call, const RepositoryId& repo, const VmId& vm,
                  const std::string& dest, std::optional<bool> live, std::optional<bool> /*ssl*/) {
  Host* target = call.estate.find_host(dest);
  if (target == nullptr) {
    return migrate_failed(vm, "Error: can't connect: Name or service not known: " + dest);
  }
  if (target == &call.host) {
    return migrate_failed(vm, "Error: Invalid destination: the VM runs on " + dest + " already");
  }
  const Move move{.repository = repo,
                  .vm = vm,
                  .target = target,
                  .target_epoch = target->power_epoch,
                  .live = live.value_or(false)};
  return with_lock(call, vm_lock(vm.text()),
                   [move](const Call& again) { return migrate(again, move); });
}

/// The target needs the VM's folder in sight; that is all that is prepared here.
Answer setup_migration_target(const Call& call, const RepositoryId& repo, const VmId& vm) {
  const std::string folder = vm_folder(repo, vm.text());
  const auto path = call.estate.local_path(call.host, folder + "/vm.cfg");
  if (!path) return path.error();
  return Answer::nil();
}

}  // namespace

void register_vm_migrate(Services& services) {
  services.on(hypervisor::migrate_vm, migrate_vm);
  services.on(hypervisor::setup_migration_target, setup_migration_target);
  services.on(hypervisor::cleanup_migration_target,
              [](const Call&, const RepositoryId&, const VmId&) { return Answer::nil(); });
}

}  // namespace trestle::simulator
