// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_OWN_BODIES_H_
#define TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_OWN_BODIES_H_

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/recordings.h"

namespace trestle::simulator {

inline constexpr std::string_view kOwnMark = "own_";

/// The escaped XML of a sketch: names by blanks, "A{ B C@Name }" is A with children B and C, C with
/// an attribute.
inline std::string document(std::string_view sketch) {
  std::string xml;
  std::vector<std::string> open;
  std::istringstream words{std::string(sketch)};
  for (std::string word; words >> word;) {
    if (word == "}") {
      xml += "&lt;/" + open.back() + "&gt;";
      open.pop_back();
      continue;
    }
    const bool has_children = word.ends_with('{');
    if (has_children) word.pop_back();
    const std::size_t at = word.find('@');
    const std::string name = word.substr(0, at);
    xml += "&lt;" + name;
    if (at != std::string::npos) xml += " " + word.substr(at + 1) + "=\"x\"";
    xml += has_children ? "&gt;" : "/&gt;";
    if (has_children) open.push_back(name);
  }
  return xml;
}

inline constexpr std::string_view kNetwork =
    "Discover_Network_Result{ Network{ Active{ Network{ Device@Name{ MAC Flags "
    "MII{ Autonegotiate{ State Speed } Link Product{ Vendor Model Revision } Status Capabilities "
    "Advertising LinkPartner } WOL{ WakeOnLan } "
    "SysFS{ uevent addr_assign_type addr_len dev_id ifalias iflink ifindex features type link_mode "
    "carrier speed duplex dormant operstate mtu flags tx_queue_len netdev_group "
    "SysFSDev{ vendor device subsystem_vendor subsystem_device class } } "
    "BootProto MetaData } } "
    "Bonding{ Device@Name{ Bonding_Mode Primary_Slave Currently_Active_Slave MII_Status "
    "MII_Polling_Interval Up_Delay Down_Delay "
    "Slave_Interface@Name{ MII_Status Speed Duplex Link_Failure_Count Permanent_HW_addr } "
    "Family@Type{ MAC mtu } BootProto MetaData } } "
    "Bridges{ Device@Name{ Family@Type{ MAC Address Netmask Broadcast } "
    "Interfaces{ PhyInterface } BootProto } } Infiniband } } }";

/// Bodies of our own in the shape of the recordings, for machines that have no recordings: values
/// are invented, names and types are not.
inline std::vector<::trestle::testing::Recording> own_bodies() {
  std::vector<::trestle::testing::Recording> all;
  const auto body = [](const std::string& value) {
    return "<?xml version='1.0'?><methodResponse><params><param><value>" + value +
           "</value></param></params></methodResponse>";
  };
  const auto add = [&](const std::string& name, const std::string& text) {
    all.push_back({.release = "3.2.1",
                   .name = std::string(kOwnMark) + name,
                   .method = name.substr(0, name.find("--")),
                   .body = text,
                   .expect = nullptr});
  };
  const auto members = [](std::initializer_list<std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) {
      text += "<member><name>" + std::string(name) +
              "</name><value><string>x</string></value></member>";
    }
    return text;
  };
  for (const char* name :
       {"create_pool_filesystem", "destroy_pool_filesystem", "create_server_pool",
        "join_server_pool", "set_pool_member_ip_list", "update_server_roles",
        "storage_plugin_unmount", "storage_plugin_destroy"}) {
    add(name, body("<nil/>"));
  }
  for (const char* name : {"ovs_local_config--start", "ovs_local_config--stop",
                           "ovs_vlan_bridge--start", "ovs_vlan_bridge--stop"}) {
    add(name, body("a text without a type element"));
  }
  const std::string file = "<struct>" +
                           members({"fr_type", "ondisk_sz", "fs_uuid", "file_path", "file_sz"}) +
                           "</struct>";
  add("storage_plugin_create", body(file));
  add("storage_plugin_getFileInfo", body(file));
  const std::string none = "<value><array><data></data></array></value></member>";
  const std::string system =
      "<struct>" +
      members({"status", "uuid", "ss_uuid", "size", "free_sz", "state", "access_path", "name"}) +
      "<member><name>mount_options</name>" + none + "<member><name>access_grp_names</name>" + none +
      "</struct>";
  add("storage_plugin_mount", body(system));
  add("storage_plugin_getFileSystemInfo", body(system));
  const std::string head = "&lt;?xml version=\"1.0\" ?&gt;";
  const auto untyped = [&](const std::string& name, std::string_view sketch) {
    add(name, body(head + document(sketch)));
  };
  const auto typed = [&](const std::string& name, std::string_view sketch) {
    add(name, body("<string>" + head + document(sketch) + "</string>"));
  };
  untyped("discover_network--empty", "Discover_Network_Result{ }");
  untyped("discover_network", kNetwork);
  untyped("discover_server_pool--none", "Discover_Server_Pool_Result{ }");
  untyped("discover_server_pool",
          "Discover_Server_Pool_Result{ Server_Pool{ Unique_Id Pool_Alias Master_Virtual_Ip "
          "Member_List{ Member{ Registered_IP } } } }");
  untyped("discover_pool_filesystem--none", "Discover_Pool_Filesystem_Result{ }");
  untyped("discover_pool_filesystem",
          "Discover_Pool_Filesystem_Result{ Pool_Filesystem{ Pool_Filesystem_Type "
          "Pool_Filesystem_Target Pool_Filesystem_Uuid Pool_Filesystem_Nfsbase_Uuid "
          "Pool_Filesystem_Manager_Uuid Pool_Filesystem_Version Pool_Filesystem_Pool_Uuid } }");
  typed("discover_repository_db",
        "Discover_Repository_Db_Result{ RepositoryDbList{ Repository@Uuid{ Fs_location "
        "Mount_point Filesystem_type Version Alias Manager_uuid Status } } }");
  typed("discover_repositories",
        "Discover_Repositories_Result{ RepositoryList{ Repository@Name{ Version Manager_UUID "
        "Repository_UUID Repository_Alias Assemblies Templates{ Template@Name{ File } } "
        "VirtualMachines{ VirtualMachine@Name{ File } } VirtualDisks{ Disk } ISOs{ ISO } } } }");
  return all;
}

}  // namespace trestle::simulator

#endif  // TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_OWN_BODIES_H_
