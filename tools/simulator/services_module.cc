// SPDX-License-Identifier: Apache-2.0
// Calls of the CloudStack module, on hosts that have it: files and figures of the host.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "objects/ovm3/api/module.h"
#include "tools/simulator/host_services.h"
#include "tools/simulator/interfaces.h"
#include "tools/simulator/module_services.h"
#include "tools/simulator/vm_cfg.h"

namespace trestle::simulator {

namespace module = ovm3::api::module;
namespace fs = std::filesystem;

std::string text_of(const Value& v) {
  if (const auto* text = v.get_if<std::string>()) return *text;
  if (const auto* number = v.get_if<std::int64_t>()) return std::to_string(*number);
  return {};
}

namespace {

constexpr std::string_view kHeartbeatPrefix = "/OVS/Repositories/";

/// "i-2-3-VM": one word character, a dash, numbers with dashes, -VM.
bool is_cloudstack_name(std::string_view name) {
  if (name.size() < 6 || name[1] != '-' || !name.ends_with("-VM")) return false;
  const std::string_view middle = name.substr(2, name.size() - 5);
  return std::isalnum(static_cast<unsigned char>(name[0])) != 0 &&
         std::ranges::all_of(middle, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
}

Answer get_vncport(const Call& call, const Value& name) {
  const std::string domain = text_of(name);
  const Domain* found = is_cloudstack_name(domain) ? call.host.find_domain(domain) : nullptr;
  return Answer::text(found == nullptr ? "0" : std::to_string(found->vfb.port));
}

bool is_carried(const Host& host, std::string_view ip) {
  const Network& network = host.network;
  if (host.address == ip || (!ip.empty() && network.virtual_ip == ip)) return true;
  const auto has = [&](const auto& interfaces) {
    return std::ranges::any_of(interfaces, [&](const auto& i) { return i.ip.address == ip; });
  };
  return !ip.empty() &&
         (has(network.nics) || has(network.bonds) || has(network.vlans) || has(network.bridges));
}

bool host_answers(const Call& call, std::string_view address) {
  return std::ranges::any_of(call.estate.hosts, [&](const auto& host) {
    return host->power == Power::kOn && (host->name == address || is_carried(*host, address));
  });
}

Answer make_folders(const Call& call, const Value& path) {
  const std::string shown = text_of(path);
  const auto here = call.estate.local_path(call.host, "/");
  if (!here) return here.error();
  // Folder by folder, so that each step is held to the mounts and to links.
  bool made = false;
  for (std::size_t end = shown.find('/', 1);; end = shown.find('/', end + 1)) {
    const std::string part = shown.substr(0, end);
    const auto real = call.estate.local_path(call.host, part);
    if (!real) return real.error();
    std::error_code error;
    made = fs::create_directory(*real, error);
    if (error) return os_error(error.value(), part);
    if (end == std::string::npos) break;
  }
  return made ? Answer::nil() : Answer::boolean(true);
}

Answer upload(const Call& call, const std::string& folder, const std::string& name,
              const Value& content) {
  Answer folders = make_folders(call, folder);
  if (std::holds_alternative<Fault>(folders.content())) return folders;
  std::string shown = folder;
  shown += '/';
  shown += name;
  const auto path = call.estate.local_path(call.host, shown);
  if (!path) return path.error();
  if (const auto fault = write_file(*path, text_of(content), shown)) return *fault;
  return Answer::boolean(true);
}

Answer check_file(const Call& call, const Value& file) {
  const auto path = call.estate.local_path(call.host, text_of(file));
  return Answer::boolean(path && fs::is_regular_file(*path));
}

/// The plugin's modules are 0.1 and 0.3; they differ from ours in what they count.
bool is_ours(const Host& host) {
  return host.module_version != "0.1" && host.module_version != "0.3";
}

Answer health_check(const Call& call, const Value& guid) {
  const bool running = !call.host.heartbeat_guid.empty();
  if (!running) {
    call.host.heartbeat_guid = text_of(guid);
    call.estate.touch();
  }
  beat(call.estate);
  return Answer::value(Array{running, !running});
}

/// Good if the heartbeat of the guid is younger than the timeout on every repository of this host.
Answer health(const Call& call, const Value& guid, const Value& timeout) {
  beat(call.estate);
  const std::string most = text_of(timeout);
  const std::int64_t limit = most.empty() ? 120 : std::strtoll(most.c_str(), nullptr, 10);
  bool watched = !is_ours(call.host);  // the plugin's module takes no pool for health
  for (const Mount& mount : call.host.mounts) {
    if (!mount.dir.starts_with(kHeartbeatPrefix)) continue;
    watched = true;
    const auto path = call.estate.local_path(call.host, mount.dir + "/.hb-" + text_of(guid));
    const auto text = path ? read_file(*path, mount.dir) : Try<std::string>("0");
    const std::int64_t last = text ? std::strtoll(text->c_str(), nullptr, 10) : 0;
    if (seconds_of(call.estate.now()) - last >= limit) return Answer::boolean(false);
  }
  return Answer::boolean(watched);
}

std::string decimals(double v, int places) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f", places, v);
  return {text.data(), static_cast<std::size_t>(size)};
}

Answer dom0_stats(const Call& call, const Value& bridge) {
  const Host& host = call.host;
  double load = 0.5;
  std::uint64_t rx = 0;
  std::uint64_t tx = 0;
  const std::string name = text_of(bridge);
  for (const Domain& domain : host.domains) {
    load += static_cast<double>(domain.guest.load_permille) / 10 * domain.vcpus;
    const Counters counters = counters_at(domain, call.estate.now());
    const auto on_bridge = [&](const Vif& vif) { return vif.bridge == name; };
    if (std::ranges::none_of(domain.vifs, on_bridge)) continue;
    rx += counters.rx_bytes;
    tx += counters.tx_bytes;
  }
  const bool found = find_bridge(call.host.network, name) != nullptr;
  const std::uint64_t up = static_cast<std::uint64_t>(
      std::max(seconds_of(call.estate.now() - host.booted), std::int64_t{0}));
  const double threads = host.hardware.nodes * host.hardware.sockets_per_node *
                         host.hardware.cores_per_socket * host.hardware.threads_per_core;
  ReplyWriter out;
  out.begin_struct();
  rx += up * 1500;
  tx += up * 900;
  if (!is_ours(host)) {  // packets where bytes are expected, and each in the other's place
    constexpr std::uint64_t kBytesPerPacket = 600;
    rx = std::exchange(tx, rx / kBytesPerPacket) / kBytesPerPacket;
  }
  out.text_member("rx", found ? std::to_string(rx) + "\n" : "");
  out.text_member("total", std::to_string(host.hardware.memory_mib << 20U));
  out.text_member("tx", found ? std::to_string(tx) + "\n" : "");
  out.text_member("cpu", decimals(std::min(load / threads, 100.0), 1));
  out.text_member("free", std::to_string(host.free_memory_mib() << 20U)).end_struct();
  return out;
}

Answer domu_stats(const Call& call, const Value& name) {
  const Domain* domain = call.host.find_domain(text_of(name));
  if (domain == nullptr) {
    return Fault{"exceptions.Exception", "Domain '" + text_of(name) + "' does not exist"};
  }
  const Counters counters = counters_at(*domain, call.estate.now());
  constexpr std::uint64_t kBytesPerOperation = 4096;
  ReplyWriter out;
  out.begin_struct();
  out.text_member("uptime", std::to_string((call.estate.now() - domain->started).count()));
  out.text_member("rx_bytes", std::to_string(counters.rx_bytes));
  out.text_member("wr_ops", std::to_string(counters.write_bytes / kBytesPerOperation));
  out.text_member("vcpus", std::to_string(domain->vcpus));
  out.text_member("cputime", std::to_string(counters.cpu_ns));
  out.text_member("rd_ops", std::to_string(counters.read_bytes / kBytesPerOperation));
  out.text_member("rd_bytes", std::to_string(counters.read_bytes));
  out.text_member("tx_bytes", std::to_string(counters.tx_bytes));
  out.text_member("wr_bytes", std::to_string(counters.write_bytes)).end_struct();
  return out;
}

using Optional = std::optional<Value>;

void register_ports(Services& services) {
  services.on(module::check_dom0_port,
              [](const Call& call, const Value& ip, const Optional&, const Optional&) {
                return Answer::boolean(host_answers(call, text_of(ip)));
              });
}

void register_files(Services& services) {
  services.on(module::ovs_mkdirs, [](const Call& call, const Value& path, const Optional&) {
    return make_folders(call, path);
  });
  services.on(module::ovs_check_file, check_file);
  services.on(module::ovs_upload_ssh_key,
              [](const Call& call, const Value& name, const Value& content) {
                const fs::path file(text_of(name));
                return upload(call, "/root/.ssh", file.filename().string(), content);
              });
  services.on(module::ovs_upload_file,
              [](const Call& call, const Value& folder, const Value& name, const Value& content) {
                return upload(call, text_of(folder), text_of(name), content);
              });
  services.on(module::check_dom0_storage_health_check,
              [](const Call& call, const Value&, const Value&, const Value& guid, const Value&,
                 const Value&) { return health_check(call, guid); });
  services.on(module::check_dom0_storage_health,
              [](const Call& call, const Value&, const Value&, const Value& guid,
                 const Value& timeout) { return health(call, guid, timeout); });
}

}  // namespace

void beat(Estate& estate) {
  for (const auto& host : estate.hosts) {
    if (host->heartbeat_guid.empty() || host->power != Power::kOn) continue;
    for (const Mount& mount : host->mounts) {
      if (!mount.dir.starts_with(kHeartbeatPrefix)) continue;
      const std::string shown = mount.dir + "/.hb-" + host->heartbeat_guid;
      const auto path = estate.local_path(*host, shown);
      // A heartbeat that cannot be written is old for its reader, which is what it is for.
      if (path)
        static_cast<void>(write_file(*path, std::to_string(seconds_of(estate.now())), shown));
    }
  }
}

void register_module(Services& services) {
  services.on(module::call, [](const Call&, const Value& v) { return Answer::value(v); });
  services.on(module::get_vncport, get_vncport);
  services.on(module::check_dom0_ip, [](const Call& call, const Value& ip) {
    return Answer::boolean(is_carried(call.host, text_of(ip)));
  });
  services.on(module::ping, [](const Call& call, const Value& host, const Optional&) {
    return Answer::boolean(host_answers(call, text_of(host)));
  });
  services.on(module::ovs_dom0_stats, dom0_stats);
  services.on(module::ovs_domU_stats, domu_stats);
  services.on(module::get_module_version,
              [](const Call& call) { return Answer::text(call.host.module_version); });
  services.on(module::get_ovs_version, [](const Call& call) {
    const std::string_view version = profile(call.host.release).ovm_version;
    return Answer::text(version.substr(0, version.find('-')));
  });
  register_ports(services);
  register_module_domr(services);
  register_files(services);
  register_module_network(services);
}

}  // namespace trestle::simulator
