// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/vm_life.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "tools/simulator/vm_cfg.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

/// First VNC port of a host (vfb: "vncunused=1 takes the first free port from 5900").
constexpr std::uint16_t kFirstVncPort = 5900;

constexpr std::string_view kFileBackends[] = {"file:", "tap:aio:"};

std::uint16_t free_vnc_port(const Host& host) {
  std::uint16_t port = kFirstVncPort;
  const auto taken = [&](const Domain& domain) { return domain.vfb.port == port; };
  while (std::ranges::any_of(host.domains, taken)) ++port;
  return port;
}

bool has_bridge(const Host& host, std::string_view name) {
  return name.empty() ||
         std::ranges::find(host.network.bridges, name, &Bridge::name) != host.network.bridges.end();
}

}  // namespace

std::string vm_folder(const RepositoryId& repository, std::string_view vm, std::string_view kind) {
  return "/OVS/Repositories/" + repository.text() + "/" + std::string(kind) + "/" + std::string(vm);
}

Try<Struct> load_config(const Call& call, const std::string& folder) {
  const std::string file = folder + "/vm.cfg";
  const auto path = call.estate.local_path(call.host, file);
  if (!path) return tl::unexpected(path.error());
  const auto text = read_file(*path, file);
  if (!text) return tl::unexpected(text.error());
  return read_vm_cfg(*text);
}

std::optional<Fault> store_config(const Call& call, const std::string& folder,
                                  const Struct& config) {
  const std::string file = folder + "/vm.cfg";
  const auto path = call.estate.local_path(call.host, file);
  if (!path) return path.error();
  return write_file(*path, write_vm_cfg(config), file);
}

std::string vm_lock(std::string_view vm) { return "vm-" + std::string(vm); }

std::optional<Fault> cannot_run(Estate& estate, Host& host, const Domain& domain) {
  if (const Domain* other = host.find_domain(domain.name)) {
    return command_failed("xm create " + domain.vm_id, 1,
                          "Error: Domain '" + domain.name + "' already exists with ID '" +
                              std::to_string(other->domid) + "'");
  }
  if (domain.memory_mib > host.free_memory_mib()) {
    return command_failed(
        "xm create " + domain.vm_id, 1,
        "Error: I need " + std::to_string(std::uint64_t{domain.memory_mib} * 1024) +
            " KiB, but only " + std::to_string(host.free_memory_mib() * 1024) + " KiB are free");
  }
  for (const Disk& disk : domain.disks) {
    for (const std::string_view backend : kFileBackends) {
      if (!disk.uname.starts_with(backend)) continue;
      const std::string path = disk.uname.substr(backend.size());
      const auto real = estate.local_path(host, path);
      if (path.empty() || (real && fs::is_regular_file(*real))) continue;
      return command_failed("xm create " + domain.vm_id, 1,
                            "Error: Disk image does not exist: " + path);
    }
  }
  for (std::size_t i = 0; i < domain.vifs.size(); ++i) {
    if (has_bridge(host, domain.vifs[i].bridge)) continue;
    return command_failed("xm create " + domain.vm_id, 1,
                          "Error: Device " + std::to_string(i) +
                              " (vif) could not be connected. Could not find bridge device " +
                              domain.vifs[i].bridge);
  }
  return std::nullopt;
}

Domain& place(Estate& estate, Host& host, Domain domain) {
  domain.domid = host.next_domid++;
  if (domain.vfb.port != 0) domain.vfb.port = free_vnc_port(host);
  domain.counters.at = estate.now();
  estate.touch();
  host.domains.push_back(std::move(domain));
  return host.domains.back();
}

bool remove_domain(Estate& estate, Host& host, std::string_view vm) {
  const Domain* domain = host.find_domain(vm);
  if (domain == nullptr) return false;
  host.domains.erase(host.domains.begin() + (domain - host.domains.data()));
  estate.touch();
  return true;
}

void set_state(Estate& estate, Domain& domain, DomainState state) {
  settle_counters(domain, estate.now());
  domain.state = state;
  estate.touch();
}

void end_of_guest(Estate& estate, Host& host, std::string_view vm, std::string_view action) {
  Domain* domain = host.find_domain(vm);
  if (domain == nullptr) return;
  if (action == "preserve") return set_state(estate, *domain, DomainState::kShutdown);
  const bool restart =
      action == "restart" || action == "coredump-restart" || action == "rename-restart";
  const Span lived = estate.now() - domain->started;
  Domain next = *domain;
  remove_domain(estate, host, vm);
  const auto least = std::chrono::seconds(profile(host.release).min_restart_seconds);
  if (!restart || lived < least) return;
  next.state = DomainState::kBlocked;
  next.started = estate.now();
  next.counters = {};
  place(estate, host, std::move(next));
}

void crash_domain(Estate& estate, Host& host, std::string_view vm) {
  Domain* domain = host.find_domain(vm);
  if (domain == nullptr) return;
  const std::string action = domain->on_crash;
  if (action == "preserve") return set_state(estate, *domain, DomainState::kCrashed);
  end_of_guest(estate, host, vm, action);
}

}  // namespace trestle::simulator
