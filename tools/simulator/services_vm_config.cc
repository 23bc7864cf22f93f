// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "objects/ovm3/api/hypervisor.h"
#include "tools/simulator/vm_cfg.h"
#include "tools/simulator/vm_life.h"
#include "tools/simulator/vm_list.h"

namespace trestle::simulator {
namespace {

namespace hypervisor = ovm3::api::hypervisor;
namespace fs = std::filesystem;

constexpr std::string_view kTemplates = "Templates";

Answer create(const Call& call, const std::string& folder, std::string_view id, Struct config) {
  if (const auto wrong = check_config(config)) return *wrong;
  const auto path = call.estate.local_path(call.host, folder);
  if (!path) return path.error();
  if (config_text(config, "name").empty()) {
    merge_config(config, {{"name", std::string(id)}});
  }
  if (config_text(config, "uuid").empty()) {
    merge_config(config, {{"uuid", derived_uuid(id, "uuid")}});
  }
  std::error_code error;
  if (!fs::create_directory(*path, error)) {
    return os_error(error ? error.value() : EEXIST, folder);
  }
  if (const auto fault = store_config(call, folder, config)) return *fault;
  return Answer::nil();
}

Answer remove(const Call& call, const std::string& folder) {
  const auto path = call.estate.local_path(call.host, folder);
  if (!path) return path.error();
  if (!fs::is_directory(*path)) return os_error(ENOENT, folder);
  std::error_code error;
  fs::remove_all(*path, error);
  if (error) return os_error(error.value(), folder);
  return Answer::nil();
}

Answer change(const Call& call, const std::string& folder, Struct changes, bool whole) {
  if (const auto wrong = check_config(changes)) return *wrong;
  auto config = load_config(call, folder);
  if (!config) return config.error();
  if (whole) config->clear();
  merge_config(*config, changes);
  if (const auto fault = store_config(call, folder, *config)) return *fault;
  return Answer::nil();
}

/// Which keys to remove: the members of a struct, or the texts of a list.
bool is_named(const Value& keys, std::string_view name) {
  if (keys.find(name) != nullptr) return true;
  const auto* items = keys.get_if<Array>();
  return items != nullptr && std::ranges::find(*items, Value(name)) != items->end();
}

Answer unset(const Call& call, const std::string& folder, const Value& keys) {
  auto config = load_config(call, folder);
  if (!config) return config.error();
  std::erase_if(*config, [&](const Member& member) { return is_named(keys, member.name); });
  if (const auto fault = store_config(call, folder, *config)) return *fault;
  return Answer::nil();
}

Answer read(const Call& call, const std::string& folder) {
  const auto config = load_config(call, folder);
  if (!config) return config.error();
  return Answer::value(*config);
}

std::optional<Fault> live_change_fault(const Call& call, const Domain& domain,
                                       const Struct& config) {
  const auto memory = static_cast<std::uint64_t>(config_number(config, "memory", 0));
  const std::uint64_t most = std::max<std::uint64_t>(
      domain.max_memory_mib, static_cast<std::uint64_t>(config_number(config, "maxmem", 0)));
  if (memory > most) {
    return exception("Invalid memory " + std::to_string(memory) +
                     " MiB: above maxmem of the running VM");
  }
  if (memory > call.host.free_memory_mib() + domain.memory_mib) {
    return command_failed("xm mem-set " + domain.name, 1, "Error: not enough free memory");
  }
  if (config_number(config, "vcpus", 1) > domain.max_vcpus) {
    return exception("Invalid vcpus: above maxvcpus of the running VM");
  }
  return std::nullopt;
}

Answer configure_vm(const Call& call, const RepositoryId& repo, const VmId& vm, Struct changes) {
  return with_lock(call, vm_lock(vm.text()), [repo, vm, changes](const Call& again) -> Answer {
    Struct checked = changes;
    if (const auto wrong = check_config(checked)) return *wrong;
    const std::string folder = vm_folder(repo, vm.text());
    auto config = load_config(again, folder);
    if (!config) return config.error();
    merge_config(*config, checked);
    Domain* domain = again.host.find_domain(vm.text());
    if (domain != nullptr) {
      if (const auto fault = live_change_fault(again, *domain, *config)) return *fault;
    }
    if (const auto fault = store_config(again, folder, *config)) return *fault;
    if (domain != nullptr) {
      settle_counters(*domain, again.estate.now());
      apply_live(*domain, *config);
      domain->name = config_text(*config, "name");
      again.estate.touch();
    }
    return Answer::nil();
  });
}

Answer configure_vm_ha(const Call& call, const RepositoryId& repo, const VmId& vm, bool enable) {
  if (Domain* domain = call.host.find_domain(vm.text())) {
    domain->high_availability = enable;
    call.estate.touch();
  }
  return change(call, vm_folder(repo, vm.text()), {{"OVM_high_availability", enable}}, false);
}

Answer delete_vm(const Call& call, const RepositoryId& repo, const VmId& vm) {
  if (call.host.find_domain(vm.text()) != nullptr) {
    return exception("Cannot delete VM " + vm.text() + ": resource busy, it is running");
  }
  return remove(call, vm_folder(repo, vm.text()));
}

Struct members_of(const Value& params) {
  const auto* members = params.get_if<Struct>();
  return members ? *members : Struct();
}

void register_templates(Services& services) {
  services.on(hypervisor::create_template, [](const Call& call, const RepositoryId& repo,
                                              const std::string& id, const Value& params) {
    return create(call, vm_folder(repo, id, kTemplates), id, members_of(params));
  });
  services.on(hypervisor::configure_template, [](const Call& call, const RepositoryId& repo,
                                                 const std::string& id, const Value& params) {
    return change(call, vm_folder(repo, id, kTemplates), members_of(params), false);
  });
  services.on(hypervisor::set_template_config, [](const Call& call, const RepositoryId& repo,
                                                  const std::string& id, const Value& params) {
    return change(call, vm_folder(repo, id, kTemplates), members_of(params), true);
  });
  services.on(hypervisor::unconfigure_template,
              [](const Call& call, const RepositoryId& repo, const std::string& id,
                 const Value& keys) { return unset(call, vm_folder(repo, id, kTemplates), keys); });
  services.on(hypervisor::get_template_config,
              [](const Call& call, const RepositoryId& repo, const std::string& id) {
                return read(call, vm_folder(repo, id, kTemplates));
              });
  services.on(hypervisor::delete_template,
              [](const Call& call, const RepositoryId& repo, const std::string& id) {
                return remove(call, vm_folder(repo, id, kTemplates));
              });
}

}  // namespace

void register_vm_config(Services& services) {
  services.on(hypervisor::create_vm,
              [](const Call& call, const RepositoryId& repo, const VmId& vm, Struct params) {
                return create(call, vm_folder(repo, vm.text()), vm.text(), std::move(params));
              });
  services.on(hypervisor::configure_vm, configure_vm);
  services.on(hypervisor::set_vm_config,
              [](const Call& call, const RepositoryId& repo, const VmId& vm, const Value& params) {
                return change(call, vm_folder(repo, vm.text()), members_of(params), true);
              });
  services.on(hypervisor::unconfigure_vm,
              [](const Call& call, const RepositoryId& repo, const VmId& vm, const Value& keys) {
                return unset(call, vm_folder(repo, vm.text()), keys);
              });
  services.on(hypervisor::get_vm_config,
              [](const Call& call, const RepositoryId& repo, const VmId& vm) {
                return read(call, vm_folder(repo, vm.text()));
              });
  services.on(hypervisor::configure_vm_ha, configure_vm_ha);
  services.on(hypervisor::delete_vm, delete_vm);
  register_templates(services);
}

}  // namespace trestle::simulator
