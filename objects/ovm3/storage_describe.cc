// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/describe.h"
#include "objects/ovm3/storage_records.h"

namespace trestle::ovm3 {
namespace {

// An empty text of a record is one that is not known.
Value known(const std::string& text) { return text.empty() ? Value(Nil{}) : Value(text); }

Struct with_others(Struct members, const Struct& others) {
  members.insert(members.end(), others.begin(), others.end());
  return members;
}

}  // namespace

Value describe(const StorageServer& server) {
  return with_others(
      {{"uuid", describe(server.id)},
       {"name", known(server.name)},
       {"access_host", known(server.access_host)},
       {"storage_type", known(server.storage_type)},
       {"admin_host", known(server.admin_host)},
       {"admin_user", known(server.admin_user)},
       {"admin_passwd", server.admin_password.empty() ? Value(Nil{}) : Value("********")},
       {"storage_desc", known(server.description)},
       {"status", known(server.status)},
       {"total_sz", describe(server.total)},
       {"free_sz", describe(server.free)},
       {"alloc_sz", describe(server.allocated)},
       {"used_sz", describe(server.used)},
       {"access_grps", server.access_groups}},
      server.other);
}

Value describe(const FileSystem& fs) {
  return with_others({{"uuid", describe(fs.id)},
                      {"ss_uuid", describe(fs.server)},
                      {"access_path", known(fs.access_path)},
                      {"name", known(fs.name)},
                      {"state", describe(fs.state)},
                      {"size", describe(fs.size)},
                      {"free_sz", describe(fs.free)},
                      {"access_grp_names", describe(fs.access_groups)},
                      {"mount_options", describe(fs.mount_options)},
                      {"status", known(fs.status)}},
                     fs.other);
}

Value describe(const StorageFile& file) {
  return with_others({{"fr_type", file.type ? Value(to_string(*file.type)) : Value(Nil{})},
                      {"fs_uuid", describe(file.file_system)},
                      {"file_path", known(file.path)},
                      {"file_sz", describe(file.size)},
                      {"ondisk_sz", describe(file.on_disk)}},
                     file.other);
}

Value describe(const MountPoint& mount) {
  return with_others({{"status", known(mount.status)},
                      {"fs_uuid", describe(mount.file_system)},
                      {"mount_point", known(mount.path)}},
                     mount.other);
}

}  // namespace trestle::ovm3
