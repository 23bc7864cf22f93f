// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_WORLD_FIELDS_H_
#define TRESTLE_TOOLS_SIMULATOR_WORLD_FIELDS_H_

// Stored form of hosts, rules, durations, worlds and states; see fields.h, the header to include.

#include "tools/simulator/fields.h"

namespace trestle::simulator {

template <class V>
void fields(V& v, Host& x) {
  v.required("name", x.name);
  v("address", x.address);
  v("port", x.port);
  v("release", x.release);
  v("password", x.password);
  v("unique_id", x.unique_id);
  v("tls", x.tls);
  v("name_is_loopback", x.name_is_loopback);
  v("module_installed", x.module_installed);
  v("power", x.power);
  v("hardware", x.hardware);
  v("network", x.network);
  v("ownership", x.ownership);
  v("roles", x.roles);
  v("pool", x.pool);
  v("pool_filesystem", x.pool_filesystem);
  v("cluster", x.cluster);
  v("mounts", x.mounts);
  v("repositories", x.repositories);
  v("ntp", x.ntp);
  v("timezone", x.timezone);
  v("clock_is_utc", x.clock_is_utc);
  v("statistic_interval", x.statistic_interval);
  v("open_vswitch", x.open_vswitch);
  v("module_version", x.module_version);
  v("heartbeat_guid", x.heartbeat_guid);
  v.runtime("power_epoch", x.power_epoch);
  v.runtime("booted", x.booted);
  v.runtime("agent_back", x.agent_back);
  v.runtime("domains", x.domains);
  v.runtime("next_domid", x.next_domid);
  v.runtime("clock_offset", x.clock_offset);
}

template <class V>
void fields(V& v, Durations& x) {
  v.ms("start_ms", x.start);
  v.ms("stop_ms", x.stop);
  v.ms("stop_patience_ms", x.stop_patience);
  v.ms("reboot_ms", x.reboot);
  v.ms("migrate_per_gib_ms", x.migrate_per_gib);
  v.ms("copy_per_gib_ms", x.copy_per_gib);
  v.ms("boot_host_ms", x.boot_host);
  v.ms("agent_restart_ms", x.agent_restart);
  v.ms("bridge_ready_ms", x.bridge_ready);
  v.ms("any_call_ms", x.any_call);
}

template <class V>
void fields(V& v, Rule& x) {
  v("id", x.id);
  v("service", x.service);
  v("host", x.host);
  v("nth", x.nth);
  v("probability", x.probability);
  v("times", x.times);
  v.required("action", x.action);
  v("fault_class", x.fault_class);
  v("fault_text", x.fault_text);
  v("status", x.status);
  v.ms("delay_ms", x.delay);
  v("bytes", x.bytes);
  v.runtime("seen", x.seen);
  v.runtime("applied", x.applied);
}

template <class V>
void fields(V& v, WorldFile& x) {
  v.required("path", x.path);
  v("size_bytes", x.size_bytes);
  v("text", x.text);
}

template <class V>
void fields(V& v, WorldRepository& x) {
  v.required("id", x.id);
  v("alias", x.alias);
  v.required("device", x.device);
  v("manager_uuid", x.manager_uuid);
  v("hosts", x.hosts);
  v("files", x.files);
}

template <class V>
void fields(V& v, WorldVm& x) {
  v.required("id", x.id);
  v.required("repository", x.repository);
  v("host", x.host);
  v("state", x.state);
  v("config", x.config);
  v("guest", x.guest);
}

template <class V>
void fields(V& v, Generate& x) {
  v("hosts", x.hosts);
  v("vms_per_host", x.vms_per_host);
  v("release", x.release);
  v("first_address", x.first_address);
  v("port", x.port);
  v("own_addresses", x.own_addresses);
  v("manager_uuid", x.manager_uuid);
}

template <class V>
void fields(V& v, World& x) {
  v.required("version", x.version);
  v("seed", x.seed);
  v("start_seconds", x.start_seconds);
  v("password", x.password);
  v("durations", x.durations);
  v("exports", x.exports);
  v("generate", x.generate);
  v("hosts", x.hosts);
  v("repositories", x.repositories);
  v("vms", x.vms);
  v("faults", x.faults);
}

template <class V>
void fields(V& v, StoredState& x) {
  v.required("version", x.version);
  v.required("now", x.now);
  v("follows_real_time", x.follows_real_time);
  v("durations", x.durations);
  v("exports", x.exports);
  v("hosts", x.hosts);
  v("guests", x.guests);
  v("rules", x.rules);
}

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_WORLD_FIELDS_H_
