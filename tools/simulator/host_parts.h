// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_HOST_PARTS_H_
#define TRESTLE_TOOLS_SIMULATOR_HOST_PARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "objects/wire/value.h"
#include "tools/simulator/domain.h"

namespace trestle::simulator {

struct Mount {
  std::string dir;     ///< "/OVS/Repositories/<id>" or "/nfsmnt/<uuid>", no slash at the end
  std::string device;  ///< as given in the call
  std::string type = "nfs";
  std::string options;
};

/// A repository as the data base of one host has it.
struct RepositoryRecord {
  std::string uuid;  ///< as given, usually without dashes
  std::string fs_location;
  std::string mount_point;
  std::string filesystem = "nfs";
  std::string version = "3.0";
  std::string alias;
  std::string manager_uuid;
};

struct PoolMembership {
  std::string alias;
  std::string uuid;
  std::string virtual_ip;
  std::int64_t node_number = 0;
  std::vector<std::string> member_ips;
  bool leads = false;  ///< made the pool, or follows who did: master while there is no virtual_ip
};

struct PoolFilesystem {
  std::string type;  ///< "nfs" or "lun"
  std::string target;
  std::string uuid;
  std::string nfsbase_uuid;
  std::string manager_uuid;
  std::string pool_uuid;
  std::string cluster_name;
};

struct Cluster {
  Struct o2cb;    ///< O2CB_* texts
  Struct layout;  ///< lists node, heartbeat, cluster
  std::string poolfs_uuid;
  bool online = false;
};

struct Ownership {
  std::string manager_uuid;  ///< empty = not owned
  std::string event_url;
  std::string statistic_url;
};

struct Hardware {
  std::uint32_t nodes = 1;
  std::uint32_t sockets_per_node = 2;
  std::uint32_t cores_per_socket = 4;
  std::uint32_t threads_per_core = 2;
  std::uint32_t cpu_khz = 2'593'750;
  std::uint64_t memory_mib = 65'536;
  std::uint32_t dom0_memory_mib = 672;
  std::string cpu_model = "Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz";
};

struct Ntp {
  std::vector<std::string> servers;
  bool local_time_source = false;
  bool allow_query = false;
  bool running = false;
};

enum class Power : std::uint8_t { kOff, kBooting, kOn };

/// What kind of certificate a host shows.
enum class Certificate : std::uint8_t { kGood, kExpired, kWrongName, kUnsigned };

/// How a host speaks TLS. Versions are "1.0" to "1.3"; hosts of 3.2 know no more than 1.0.
struct Tls {
  std::string least = "1.2";
  std::string most = "1.3";
  Certificate certificate = Certificate::kGood;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_HOST_PARTS_H_
