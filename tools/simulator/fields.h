// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_FIELDS_H_
#define TRESTLE_TOOLS_SIMULATOR_FIELDS_H_

// The stored form of the model, stated once: names and order of fields. The reader and the writer
// of JSON (archive.cc) both walk these, so what is written can be read. `v(name, field)` is an
// optional field, `v.required(name, field)` one that a world must give, `v.runtime(name, field)`
// one that only a state file has. Spans behind `v.ms` are milliseconds.

#include "tools/simulator/world.h"

namespace trestle::simulator {

template <class V>
void fields(V& v, Disk& x) {
  v.required("uname", x.uname);
  v("device", x.device);
  v("mode", x.mode);
}

template <class V>
void fields(V& v, Vif& x) {
  v("mac", x.mac);
  v("bridge", x.bridge);
  v("type", x.type);
}

template <class V>
void fields(V& v, Vfb& x) {
  v("listen", x.listen);
  v("password", x.password);
  v("keymap", x.keymap);
  v("port", x.port);
}

template <class V>
void fields(V& v, Guest& x) {
  v("ignores_stop", x.ignores_stop);
  v("ignores_migration", x.ignores_migration);
  v("load_permille", x.load_permille);
  v("net_bytes_per_second", x.net_bytes_per_second);
  v("disk_bytes_per_second", x.disk_bytes_per_second);
}

template <class V>
void fields(V& v, Counters& x) {
  v("at", x.at);
  v("cpu_ns", x.cpu_ns);
  v("rx_bytes", x.rx_bytes);
  v("tx_bytes", x.tx_bytes);
  v("read_bytes", x.read_bytes);
  v("write_bytes", x.write_bytes);
}

template <class V>
void fields(V& v, Domain& x) {
  v.required("name", x.name);
  v("uuid", x.uuid);
  v.required("vm_id", x.vm_id);
  v("repository", x.repository);
  v("domid", x.domid);
  v("state", x.state);
  v("hvm", x.hvm);
  v("high_availability", x.high_availability);
  v("vcpus", x.vcpus);
  v("max_vcpus", x.max_vcpus);
  v("memory_mib", x.memory_mib);
  v("max_memory_mib", x.max_memory_mib);
  v("cpu_weight", x.cpu_weight);
  v("cpu_cap", x.cpu_cap);
  v("cpus", x.cpus);
  v("on_poweroff", x.on_poweroff);
  v("on_reboot", x.on_reboot);
  v("on_crash", x.on_crash);
  v("bootloader", x.bootloader);
  v("description", x.description);
  v("disks", x.disks);
  v("vifs", x.vifs);
  v("vfb", x.vfb);
  v("guest", x.guest);
  v("started", x.started);
  v("counters", x.counters);
}

template <class V>
void fields(V& v, Ipv4& x) {
  v("address", x.address);
  v("netmask", x.netmask);
}

/// What every interface has.
template <class V, class Interface>
void interface_fields(V& v, Interface& x) {
  v("mtu", x.mtu);
  v("ip", x.ip);
  v("boot_proto", x.boot_proto);
  v("metadata", x.metadata);
}

template <class V>
void fields(V& v, Nic& x) {
  v.required("name", x.name);
  v("mac", x.mac);
  v("speed_mbps", x.speed_mbps);
  v("link", x.link);
  interface_fields(v, x);
}

template <class V>
void fields(V& v, Bond& x) {
  v.required("name", x.name);
  v("mode", x.mode);
  v("slaves", x.slaves);
  interface_fields(v, x);
}

template <class V>
void fields(V& v, Vlan& x) {
  v.required("parent", x.parent);
  v.required("id", x.id);
  interface_fields(v, x);
}

template <class V>
void fields(V& v, Bridge& x) {
  v.required("name", x.name);
  v("mac", x.mac);
  v("ports", x.ports);
  interface_fields(v, x);
  v.runtime("ready", x.ready);
}

template <class V>
void fields(V& v, Network& x) {
  v("nics", x.nics);
  v("bonds", x.bonds);
  v("vlans", x.vlans);
  v("bridges", x.bridges);
  v("virtual_ip", x.virtual_ip);
  v("virtual_ip_interface", x.virtual_ip_interface);
}

template <class V>
void fields(V& v, Export& x) {
  v.required("device", x.device);
  v("directory", x.directory);
  v("size_bytes", x.size_bytes);
  v("lock_service", x.lock_service);
}

template <class V>
void fields(V& v, Mount& x) {
  v.required("dir", x.dir);
  v.required("device", x.device);
  v("type", x.type);
  v("options", x.options);
}

template <class V>
void fields(V& v, RepositoryRecord& x) {
  v.required("uuid", x.uuid);
  v.required("fs_location", x.fs_location);
  v.required("mount_point", x.mount_point);
  v("filesystem", x.filesystem);
  v("version", x.version);
  v("alias", x.alias);
  v("manager_uuid", x.manager_uuid);
}

template <class V>
void fields(V& v, PoolMembership& x) {
  v("alias", x.alias);
  v.required("uuid", x.uuid);
  v("virtual_ip", x.virtual_ip);
  v("node_number", x.node_number);
  v("member_ips", x.member_ips);
  v("leads", x.leads);
}

template <class V>
void fields(V& v, PoolFilesystem& x) {
  v.required("type", x.type);
  v.required("target", x.target);
  v.required("uuid", x.uuid);
  v("nfsbase_uuid", x.nfsbase_uuid);
  v("manager_uuid", x.manager_uuid);
  v("pool_uuid", x.pool_uuid);
  v("cluster_name", x.cluster_name);
}

template <class V>
void fields(V& v, Cluster& x) {
  v("o2cb", x.o2cb);
  v("layout", x.layout);
  v("poolfs_uuid", x.poolfs_uuid);
  v("online", x.online);
}

template <class V>
void fields(V& v, Ownership& x) {
  v("manager_uuid", x.manager_uuid);
  v("event_url", x.event_url);
  v("statistic_url", x.statistic_url);
}

template <class V>
void fields(V& v, Hardware& x) {
  v("nodes", x.nodes);
  v("sockets_per_node", x.sockets_per_node);
  v("cores_per_socket", x.cores_per_socket);
  v("threads_per_core", x.threads_per_core);
  v("cpu_khz", x.cpu_khz);
  v("memory_mib", x.memory_mib);
  v("dom0_memory_mib", x.dom0_memory_mib);
  v("cpu_model", x.cpu_model);
}

template <class V>
void fields(V& v, Ntp& x) {
  v("servers", x.servers);
  v("local_time_source", x.local_time_source);
  v("allow_query", x.allow_query);
  v("running", x.running);
}

template <class V>
void fields(V& v, Tls& x) {
  v("least", x.least);
  v("most", x.most);
  v("certificate", x.certificate);
}

}  // namespace trestle::simulator

#include "tools/simulator/world_fields.h"  // IWYU pragma: export (the rest, by size)

#endif  // TRESTLE_TOOLS_SIMULATOR_FIELDS_H_
