// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"
#include "tools/cli/storage_place.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

/// The record as it is now: what every verb that changes one ends with.
Result<Outcome> record_now(const HostCall& host, const RepositoryId& id) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           ovm3::Repository(host.agent, id).record(host.ctx));
  return Outcome{.document = describe(record)};
}

Result<HostCall> reach_for_long(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(kLongBudget));
  return host;
}

Result<Outcome> list(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto records, ovm3::discover_repository_db(host.ctx, host.agent));
  return Outcome{.document = describe(records),
                 .columns = {{"ID", "uuid"},
                             {"NAME", "alias"},
                             {"STATUS", "status"},
                             {"LOCATION", "fs_location"},
                             {"MOUNTED ON", "mount_point"}}};
}

Result<Outcome> show(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, call.args.text("REPO")));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryContents contents,
                           ovm3::Repository(host.agent, record.id).contents(host.ctx));
  return Outcome{.document =
                     Struct{{"record", describe(record)}, {"contents", describe(contents)}}};
}

Result<Outcome> discover(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  std::vector<RepositoryId> ids;
  for (const std::string& text : call.args.list("ID")) {
    auto id = RepositoryId::from_name(text);
    if (!id) return usage("ID: " + id.error().what);
    ids.push_back(std::move(*id));
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto found,
                           ovm3::discover_repositories(host.ctx, host.agent, ids));
  return Outcome{
      .document = describe(found),
      .columns = {{"ID", "uuid"}, {"NAME", "alias"}, {"DISKS", "virtual_disks"}, {"ISOS", "isos"}}};
}

/// The storage plugin mounts the export first: it leaves the stamp without which it makes no files.
Result<void> prepare(Call& call, const HostCall& host, const NfsPlace& place,
                     const std::string& location, const std::string& mount_point) {
  call.progress().step("mounting " + location);
  TRESTLE_RETURN_IF_ERROR(ovm3::StoragePlugin(host.agent)
                              .mount(host.ctx, place.server, place.file_system, place.mount_point));
  call.progress().step("mounting the repository on " + mount_point);
  return ovm3::mount_repository_fs(host.ctx, host.agent, location, mount_point);
}

Result<Outcome> create(Call& call) {
  const std::string& location = call.args.text("LOCATION");
  TRESTLE_ASSIGN_OR_RETURN(const NfsPlace place, nfs_place(location));
  const std::string wanted =
      call.args.has("id") ? call.args.text("id") : stable_id(kRepositoryIdPrefix, location);
  auto id = RepositoryId::parse(wanted);
  if (!id) return usage("--id: " + id.error().what);
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  const ovm3::Repository repository(host.agent, *id);
  const std::string mount_point = repository.paths().root();
  TRESTLE_RETURN_IF_ERROR(prepare(call, host, place, location, mount_point));
  call.progress().step("creating repository " + call.args.text("name"));
  TRESTLE_RETURN_IF_ERROR(
      repository.create(host.ctx, location, mount_point, call.args.text("name")));
  return record_now(host, *id);
}

Result<Outcome> add(Call& call) {
  const std::string& location = call.args.text("LOCATION");
  TRESTLE_ASSIGN_OR_RETURN(const NfsPlace place, nfs_place(location));
  const std::string wanted =
      call.args.has("id") ? call.args.text("id") : stable_id(kRepositoryIdPrefix, location);
  auto id = RepositoryId::parse(wanted);
  if (!id) return usage("--id: " + id.error().what);
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  const std::string mount_point = ovm3::RepositoryPaths(*id).root();
  TRESTLE_RETURN_IF_ERROR(prepare(call, host, place, location, mount_point));
  call.progress().step("adding the repository");
  TRESTLE_RETURN_IF_ERROR(ovm3::add_repository(host.ctx, host.agent, location, mount_point));
  return record_now(host, *id);
}

Result<Outcome> mount(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, call.args.text("REPO")));
  const std::string mount_point =
      record.mount_point.value_or(ovm3::RepositoryPaths(record.id).root());
  TRESTLE_RETURN_IF_ERROR(ovm3::mount_repository_fs(host.ctx, host.agent,
                                                    record.fs_location.value_or(""), mount_point));
  return record_now(host, record.id);
}

Result<Outcome> unmount(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, call.args.text("REPO")));
  TRESTLE_RETURN_IF_ERROR(ovm3::unmount_repository_fs(
      host.ctx, host.agent, record.mount_point.value_or(ovm3::RepositoryPaths(record.id).root())));
  return record_now(host, record.id);
}

Result<Outcome> remove(Call& call) {
  const std::string& wanted = call.args.text("REPO");
  const bool erase = call.args.has("erase");
  if (erase != call.args.has("confirm")) {
    return usage("--erase removes every disk and VM in the repository; it goes with --confirm ID");
  }
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, wanted));
  if (erase && call.args.text("confirm") != record.id.text()) {
    return usage("this repository has the id " + record.id.text() +
                 "; give it with --confirm to remove everything in it");
  }
  call.progress().step("removing the repository");
  TRESTLE_RETURN_IF_ERROR(
      ovm3::Repository(host.agent, record.id)
          .remove(host.ctx, erase ? ovm3::Erase::kRemoveFiles : ovm3::Erase::kKeepFiles));
  return Outcome{.document =
                     Struct{{"uuid", record.id.text()}, {"removed", true}, {"erased", erase}}};
}

Result<Outcome> import_iso(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, call.args.text("repo")));
  const ovm3::Repository repository(host.agent, record.id);
  const std::string& name = call.args.text("name");
  TRESTLE_ASSIGN_OR_RETURN(const std::string path, repository.paths().file(ovm3::kIsos, name));
  call.progress().step("the host fetches " + name);
  TRESTLE_RETURN_IF_ERROR(repository.import_iso(host.ctx, call.args.text("SOURCE"), name));
  return Outcome{.document =
                     Struct{{"name", name}, {"path", path}, {"repository", record.id.text()}}};
}

Result<Outcome> import_template(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, call.args.text("repo")));
  call.progress().step("the host fetches the template");
  TRESTLE_ASSIGN_OR_RETURN(Value reply, ovm3::Repository(host.agent, record.id)
                                            .import_template(host.ctx, call.args.text("name"),
                                                             call.args.list("SOURCE")));
  return Outcome{.document = Struct{{"name", call.args.text("name")},
                                    {"repository", record.id.text()},
                                    {"reply", std::move(reply)}}};
}

std::vector<Verb> import_verbs() {
  const Option repo = repository_option();
  return {
      {.name = "import-iso",
       .what = "Lets the host fetch an ISO image into a repository",
       .operands = {{.name = "SOURCE", .help = "URL that the host can read"}},
       .options = {repo,
                   {.name = "name",
                    .value = "FILE",
                    .help = "file name in the repository, with its ending",
                    .required = true}},
       .schema = R"({"name": "text", "path": "text", "repository": "text"})",
       .examples = {"repo import-iso http://nfs-1/export/files/ISOs/install.iso --repo main --name "
                    "install.iso",
                    "repo import-iso http://nfs-1/export/files/ISOs/tools.iso --repo main --name "
                    "tools.iso --json"},
       .run = import_iso},
      {.name = "import-template",
       .what = "Lets the host fetch the files of a template into a repository",
       .operands = {{.name = "SOURCE", .help = "URLs that the host can read", .many = true}},
       .options = {repo,
                   {.name = "name",
                    .value = "ID",
                    .help = "id of the template in the repository",
                    .required = true}},
       .schema = R"({"name": "text", "repository": "text", "reply": "any"})",
       .examples = {"repo import-template http://nfs-1/export/files/Templates/ol6.tgz --repo main "
                    "--name ol6",
                    "repo import-template http://nfs-1/export/files/Templates/ol6.tgz --repo main "
                    "--name ol7 --json"},
       .run = import_template},
  };
}

std::vector<Verb> look_verbs() {
  const Operand repo{.name = "REPO", .help = "repository, by id or name"};
  return {{.name = "list",
           .what = "Lists the repositories that the host has on record",
           .schema = kRepositoryListSchema,
           .examples = {"repo list", "repo list --json"},
           .run = list},
          {.name = "show",
           .what = "Shows one repository and what lies in it",
           .operands = {repo},
           .schema = kRepositorySchema,
           .examples = {"repo show main", "repo show main --json"},
           .run = show},
          {.name = "discover",
           .what = "Shows the contents of repositories by their ids",
           .operands = {{.name = "ID", .help = "ids of repositories", .many = true}},
           .schema = kRepositoryContentsSchema,
           .examples = {"repo discover 0004fb0000030000aabbccddeeff0011",
                        "repo discover 0004fb0000030000aabbccddeeff0011 --json"},
           .run = discover}};
}

std::vector<Verb> make_verbs() {
  const Operand location{.name = "LOCATION", .help = "NFS export, HOST:/PATH"};
  const Option id{.name = "id",
                  .value = "UUID",
                  .help = "id of the repository; made from LOCATION if not given"};
  return {
      {.name = "create",
       .what = "Makes a new repository on an NFS export and mounts it",
       .operands = {location},
       .options = {{.name = "name", .value = "NAME", .help = "name of it", .required = true}, id},
       .schema = kRepositoryRecordSchema,
       .examples = {"repo create nfs-1:/export/second --name second",
                    "repo create nfs-1:/export/second --name second --json"},
       .run = create},
      {.name = "add",
       .what = "Makes a repository that exists on an export known to this host",
       .operands = {location},
       .options = {id},
       .schema = kRepositoryRecordSchema,
       .examples = {"repo add nfs-1:/export/main --id 0004fb0000030000aabbccddeeff0011 "
                    "--url https://127.0.1.4",
                    "repo add nfs-1:/export/main --id 0004fb0000030000aabbccddeeff0011 "
                    "--url https://127.0.1.4 --json"},
       .run = add}};
}

std::vector<Verb> mount_verbs() {
  const Operand repo{.name = "REPO", .help = "repository, by id or name"};
  return {
      {.name = "mount",
       .what = "Mounts a repository that is on record",
       .operands = {repo},
       .schema = kRepositoryRecordSchema,
       .examples = {"repo mount idle", "repo mount idle --json"},
       .run = mount},
      {.name = "unmount",
       .what = "Unmounts a repository; its record stays",
       .operands = {repo},
       .schema = kRepositoryRecordSchema,
       .examples = {"repo unmount old", "repo unmount old --json"},
       .run = unmount},
      {.name = "delete",
       .what = "Drops record and mount of a repository; its files stay unless --erase is given",
       .operands = {repo},
       .options = {{.name = "erase", .value = "", .help = "remove everything in it, too"},
                   {.name = "confirm", .value = "ID", .help = "the id, typed out, for --erase"}},
       .schema = R"({"uuid": "text", "removed": "boolean", "erased": "boolean"})",
       .examples = {"repo delete idle",
                    "repo delete old --erase --confirm 0004fb00000300002222222222222222 --json"},
       .run = remove},
  };
}

}  // namespace

Noun repo_noun() {
  return {.name = "repo",
          .what = "repositories: where VMs, disks and ISO images lie",
          .verbs = together({look_verbs(), make_verbs(), mount_verbs(), import_verbs()})};
}

}  // namespace trestle::cli
