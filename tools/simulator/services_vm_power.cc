// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "objects/ovm3/api/hypervisor.h"
#include "tools/simulator/vm_cfg.h"
#include "tools/simulator/vm_life.h"

namespace trestle::simulator {
namespace {

namespace hypervisor = ovm3::api::hypervisor;
namespace fs = std::filesystem;

/// Where save_vm keeps the memory of a VM, inside its folder.
constexpr std::string_view kSavedMemory = "/saved.memory";

Fault not_running(std::string_view tool, const VmId& vm) {
  return command_failed("xm " + std::string(tool) + " " + vm.text(), 1,
                        "Error: Domain '" + vm.text() + "' does not exist.");
}

/// The guest as vm.cfg describes it.
Try<Domain> stored_domain(const Call& call, const RepositoryId& repo, const VmId& vm) {
  const auto config = load_config(call, vm_folder(repo, vm.text()));
  if (!config) return tl::unexpected(config.error());
  Domain domain = domain_from_config(*config);
  domain.vm_id = vm.text();
  domain.repository = repo.text();
  const auto guest = call.estate.guests.find(vm.text());
  if (guest != call.estate.guests.end()) domain.guest = guest->second;
  return domain;
}

Answer start(const Call& call, const RepositoryId& repo, const VmId& vm, bool paused) {
  auto domain = stored_domain(call, repo, vm);
  if (!domain) return domain.error();
  if (const auto fault = cannot_run(call.estate, call.host, *domain)) return *fault;
  domain->started = call.estate.now();
  place(call.estate, call.host, *std::move(domain));
  return Answer::later(call.estate.durations.start, [vm, paused](const Call& again) {
    if (Domain* started = again.host.find_domain(vm.text())) {
      set_state(again.estate, *started, paused ? DomainState::kPaused : DomainState::kBlocked);
    }
    return Answer::nil();
  });
}

Answer start_vm(const Call& call, const RepositoryId& repo, const VmId& vm) {
  return with_lock(call, vm_lock(vm.text()),
                   [repo, vm](const Call& again) { return start(again, repo, vm, false); });
}

Answer ask_to_stop(const Call& call, const VmId& vm, const std::string& action, Span duration,
                   Span patience) {
  const Domain* domain = call.host.find_domain(vm.text());
  const bool deaf = domain->guest.ignores_stop || domain->state == DomainState::kPaused;
  if (!deaf) {
    return Answer::later(duration, [vm, action](const Call& again) {
      end_of_guest(again.estate, again.host, vm.text(), action);
      return Answer::nil();
    });
  }
  return Answer::later(patience, [vm](const Call&) -> Answer {
    return command_failed("xm shutdown -w " + vm.text(), 1,
                          "Error: Timeout: the guest did not react to the request");
  });
}

Answer stop_vm(const Call& call, const RepositoryId& repo, const VmId& vm,
               std::optional<bool> force) {
  return with_lock(call, vm_lock(vm.text()), [repo, vm, force](const Call& again) -> Answer {
    const Domain* domain = again.host.find_domain(vm.text());
    if (domain == nullptr) {
      const auto config = load_config(again, vm_folder(repo, vm.text()));
      return config ? not_running("shutdown", vm) : config.error();
    }
    if (!force.value_or(false)) {
      const Durations& durations = again.estate.durations;
      return ask_to_stop(again, vm, domain->on_poweroff, durations.stop, durations.stop_patience);
    }
    remove_domain(again.estate, again.host, vm.text());
    return Answer::nil();
  });
}

Answer reboot_vm(const Call& call, const VmId& vm, Span patience) {
  return with_lock(call, vm_lock(vm.text()), [vm, patience](const Call& again) -> Answer {
    const Domain* domain = again.host.find_domain(vm.text());
    if (domain == nullptr) return not_running("reboot", vm);
    return ask_to_stop(again, vm, domain->on_reboot, again.estate.durations.reboot, patience);
  });
}

Answer pause(const Call& call, const VmId& vm, bool paused) {
  return with_lock(call, vm_lock(vm.text()), [vm, paused](const Call& again) -> Answer {
    Domain* domain = again.host.find_domain(vm.text());
    if (domain == nullptr) return not_running(paused ? "pause" : "unpause", vm);
    const bool is_paused = domain->state == DomainState::kPaused;
    if (is_paused != paused) {
      set_state(again.estate, *domain, paused ? DomainState::kPaused : DomainState::kBlocked);
    }
    return Answer::nil();
  });
}

Answer save_vm(const Call& call, const RepositoryId& repo, const VmId& vm, bool checkpoint) {
  return with_lock(call, vm_lock(vm.text()), [repo, vm, checkpoint](const Call& again) -> Answer {
    const Domain* domain = again.host.find_domain(vm.text());
    if (domain == nullptr) return not_running("save", vm);
    const Span duration = again.estate.durations.copy_per_gib * domain->memory_mib / 1024;
    return Answer::later(duration, [repo, vm, checkpoint](const Call& last) -> Answer {
      const Domain* saved = last.host.find_domain(vm.text());
      if (saved == nullptr) return not_running("save", vm);
      const std::string shown = vm_folder(repo, vm.text()) + std::string(kSavedMemory);
      const auto path = last.estate.local_path(last.host, shown);
      if (!path) return path.error();
      if (const auto fault = write_file(*path, "LinuxGuestRecord", shown)) return *fault;
      std::error_code error;  // the size is for the eye; a full disk still has the record
      fs::resize_file(*path, std::uintmax_t{saved->memory_mib} << 20U, error);
      if (!checkpoint) remove_domain(last.estate, last.host, vm.text());
      return Answer::nil();
    });
  });
}

Answer restore_vm(const Call& call, const RepositoryId& repo, const VmId& vm, bool paused) {
  return with_lock(call, vm_lock(vm.text()), [repo, vm, paused](const Call& again) -> Answer {
    const std::string shown = vm_folder(repo, vm.text()) + std::string(kSavedMemory);
    const auto path = again.estate.local_path(again.host, shown);
    if (!path) return path.error();
    if (!fs::is_regular_file(*path)) return os_error(ENOENT, shown);
    Answer answer = start(again, repo, vm, paused);
    if (!std::holds_alternative<Fault>(answer.content())) {
      std::error_code ignored;  // a record that stays is overwritten by the next save
      fs::remove(*path, ignored);
    }
    return answer;
  });
}

/// Event names of `xm trigger`.
Answer trigger_vm(const Call& call, const RepositoryId& repo, const VmId& vm, const Value& name) {
  const auto* event = name.get_if<std::string>();
  if (event == nullptr) return wrong_argument_type(call.service, 2, "a string");
  if (call.host.find_domain(vm.text()) == nullptr) return not_running("trigger", vm);
  if (*event == "power") return stop_vm(call, repo, vm, false);
  if (*event == "reset" || *event == "init") {
    return reboot_vm(call, vm, call.estate.durations.stop_patience);
  }
  if (*event == "nmi" || *event == "s3resume" || *event == "sleep") return Answer::nil();
  return exception("Invalid trigger event '" + *event + "'");
}

Answer sysrq_vm(const Call& call, const VmId& vm, const Value& letter) {
  if (call.host.find_domain(vm.text()) == nullptr) return not_running("sysrq", vm);
  const auto* text = letter.get_if<std::string>();
  if (text == nullptr || text->size() != 1) {
    return wrong_argument_type(call.service, 2, "a string of one letter");
  }
  if (*text == "c") crash_domain(call.estate, call.host, vm.text());
  return Answer::nil();
}

bool is_true(const std::optional<Value>& v) {
  return v && Argument<bool>::read(*v).value_or(false);
}

}  // namespace

void register_vm_power(Services& services) {
  services.on(hypervisor::start_vm, start_vm);
  services.on(hypervisor::stop_vm, stop_vm);
  services.on(hypervisor::reboot_vm, [](const Call& call, const RepositoryId&, const VmId& vm,
                                        std::optional<std::int64_t> wait) {
    const Span patience =
        wait ? Span(std::chrono::seconds(*wait)) : call.estate.durations.stop_patience;
    return reboot_vm(call, vm, patience);
  });
  services.on(hypervisor::pause_vm, [](const Call& call, const RepositoryId&, const VmId& vm) {
    return pause(call, vm, true);
  });
  services.on(hypervisor::unpause_vm, [](const Call& call, const RepositoryId&, const VmId& vm) {
    return pause(call, vm, false);
  });
  services.on(hypervisor::save_vm, [](const Call& call, const RepositoryId& repo, const VmId& vm,
                                      const std::optional<Value>& checkpoint) {
    return save_vm(call, repo, vm, is_true(checkpoint));
  });
  services.on(hypervisor::restore_vm, [](const Call& call, const RepositoryId& repo, const VmId& vm,
                                         const std::optional<Value>& paused) {
    return restore_vm(call, repo, vm, is_true(paused));
  });
  services.on(hypervisor::trigger_vm,
              [](const Call& call, const RepositoryId& repo, const VmId& vm, const Value& name,
                 const std::optional<Value>&) { return trigger_vm(call, repo, vm, name); });
  services.on(hypervisor::sysrq_vm, [](const Call& call, const RepositoryId&, const VmId& vm,
                                       const Value& letter) { return sysrq_vm(call, vm, letter); });
  services.on(hypervisor::send_to_guest,
              [](const Call& call, const RepositoryId&, const VmId& vm, const Value&) -> Answer {
                if (call.host.find_domain(vm.text()) == nullptr) return not_running("message", vm);
                return Answer::nil();
              });
}

}  // namespace trestle::simulator
