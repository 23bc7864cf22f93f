// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"
#include "objects/ovm3/vm_list.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"
#include "tools/cli/storage_place.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

/// A disk: the host, the repository, and the file in it.
struct DiskCall {
  HostCall host;
  FilePlace place;
  ovm3::StorageFile file;
};

Result<ovm3::StorageFile> file_of(const FilePlace& place, const std::string& name) {
  ovm3::StorageFile file{.type = ovm3::FileType::kFile, .file_system = place.nfs.file_system.id};
  TRESTLE_ASSIGN_OR_RETURN(file.path, place.paths.file(ovm3::kVirtualDisks, name));
  return file;
}

Result<DiskCall> reach_disk(Call& call, std::chrono::milliseconds budget, const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(budget));
  TRESTLE_ASSIGN_OR_RETURN(FilePlace place,
                           find_file_place(host.ctx, host.agent, call.args.text("repo")));
  TRESTLE_ASSIGN_OR_RETURN(ovm3::StorageFile file, file_of(place, name));
  return DiskCall{.host = host, .place = std::move(place), .file = std::move(file)};
}

Value describe_disk(const DiskCall& at, const std::string& name, const ovm3::StorageFile& file) {
  return Struct{{"name", name},
                {"repository", at.place.record.id.text()},
                {"path", file.path},
                {"size_bytes", describe(file.size)},
                {"on_disk_bytes", describe(file.on_disk)}};
}

/// The file as the host sees it now: what every verb that writes one ends with.
Result<Outcome> disk_now(const DiskCall& at, const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(
      const ovm3::StorageFile file,
      ovm3::StoragePlugin(at.host.agent)
          .file_info(at.host.ctx, at.place.nfs.server, at.place.nfs.file_system, at.file));
  return Outcome{.document = describe_disk(at, name, file)};
}

Result<Outcome> create(Call& call) {
  const std::string& name = call.args.text("NAME");
  TRESTLE_ASSIGN_OR_RETURN(const Bytes size, call.args.bytes("size"));
  if (size.count == 0) return usage("--size wants a size above zero");
  TRESTLE_ASSIGN_OR_RETURN(const DiskCall at, reach_disk(call, kLongBudget, name));
  call.progress().step("creating disk " + name);
  TRESTLE_RETURN_IF_ERROR(ovm3::StoragePlugin(at.host.agent)
                              .create(at.host.ctx, at.place.nfs.server, at.place.nfs.file_system,
                                      at.file.path, ovm3::FileType::kFile, size));
  return disk_now(at, name);
}

Result<Outcome> list(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const FilePlace place,
                           find_file_place(host.ctx, host.agent, call.args.text("repo")));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryContents contents,
                           ovm3::Repository(host.agent, place.record.id).contents(host.ctx));
  Array rows;
  for (const std::string& name : contents.virtual_disks) {
    TRESTLE_ASSIGN_OR_RETURN(ovm3::StorageFile file, file_of(place, name));
    DiskCall at{.host = host, .place = place, .file = std::move(file)};
    if (call.args.has("sizes")) {
      TRESTLE_ASSIGN_OR_RETURN(Outcome known, disk_now(at, name));
      rows.push_back(std::move(known.document));
    } else {
      rows.push_back(describe_disk(at, name, at.file));
    }
  }
  Outcome outcome{.document = std::move(rows), .columns = {{"NAME", "name"}}};
  if (call.args.has("sizes")) {
    outcome.columns.push_back({"SIZE", "size_bytes"});
    outcome.columns.push_back({"IN USE", "on_disk_bytes"});
  }
  outcome.columns.push_back({"PATH", "path"});
  return outcome;
}

Result<Outcome> info(Call& call) {
  const std::string& name = call.args.text("NAME");
  TRESTLE_ASSIGN_OR_RETURN(const DiskCall at, reach_disk(call, kShortBudget, name));
  return disk_now(at, name);
}

Result<Outcome> remove(Call& call) {
  const std::string& name = call.args.text("NAME");
  TRESTLE_ASSIGN_OR_RETURN(const DiskCall at, reach_disk(call, kLongBudget, name));
  // The agent removes a file that a running VM writes to without a word.
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, ovm3::list_vms(at.host.ctx, at.host.agent));
  for (const ovm3::VmInfo& vm : vms) {
    for (const ovm3::Vbd& vbd : vm.vbds) {
      if (vbd.path() == at.file.path) {
        return fail(Code::kFailedPrecondition,
                    "VM " + vm.name + " uses this disk; stop it or take the disk out first");
      }
    }
  }
  call.progress().step("deleting disk " + name);
  TRESTLE_RETURN_IF_ERROR(
      ovm3::StoragePlugin(at.host.agent)
          .destroy(at.host.ctx, at.place.nfs.server, at.place.nfs.file_system, at.file));
  return Outcome{.document = Struct{{"name", name},
                                    {"repository", at.place.record.id.text()},
                                    {"path", at.file.path},
                                    {"removed", true}}};
}

Result<Outcome> import_disk(Call& call) {
  const std::string& name = call.args.text("name");
  TRESTLE_ASSIGN_OR_RETURN(const DiskCall at, reach_disk(call, kCopyBudget, name));
  call.progress().step("the host fetches " + name);
  TRESTLE_RETURN_IF_ERROR(ovm3::Repository(at.host.agent, at.place.record.id)
                              .import_virtual_disk(at.host.ctx, call.args.text("SOURCE"), name));
  return disk_now(at, name);
}

Result<Outcome> copy(Call& call) {
  const std::string& target = call.args.text("TARGET");
  TRESTLE_ASSIGN_OR_RETURN(const DiskCall at, reach_disk(call, kCopyBudget, target));
  const std::string& given = call.args.text("SOURCE");
  std::string source = given;
  if (!given.starts_with('/')) {
    TRESTLE_ASSIGN_OR_RETURN(source, at.place.paths.file(ovm3::kVirtualDisks, given));
  }
  call.progress().step("the host copies " + given + " to " + target);
  std::optional<bool> sparse;
  if (call.args.has("sparse")) sparse = true;
  TRESTLE_RETURN_IF_ERROR(at.host.host.copy_file(at.host.ctx, source, at.file.path, sparse));
  return disk_now(at, target);
}

std::vector<Verb> file_verbs() {
  const Option repo = repository_option();
  const Operand name{.name = "NAME", .help = "file name, e.g. web1.img"};
  return {
      {.name = "create",
       .what = "Makes an empty, sparse disk",
       .operands = {name},
       .options = {repo,
                   {.name = "size",
                    .value = "SIZE",
                    .help = "e.g. 20G, 512M, or bytes",
                    .required = true}},
       .schema = kDiskSchema,
       .examples = {"disk create data1.img --repo main --size 20G",
                    "disk create data2.img --repo main --size 512M --json"},
       .run = create},
      {.name = "list",
       .what = "Lists the disks of a repository",
       .options = {repo, {.name = "sizes", .value = "", .help = "ask for each disk's size, too"}},
       .schema = kDiskListSchema,
       .examples = {"disk list --repo main", "disk list --repo main --sizes --json"},
       .run = list},
      {.name = "info",
       .what = "Shows size and use of one disk",
       .operands = {name},
       .options = {repo},
       .schema = kDiskSchema,
       .examples = {"disk info spare.img --repo main", "disk info spare.img --repo main --json"},
       .run = info},
      {.name = "delete",
       .what = "Deletes a disk that no running VM of this host uses",
       .operands = {name},
       .options = {repo},
       .schema = R"({"name": "text", "repository": "text", "path": "text", )"
                 R"("removed": "boolean"})",
       .examples = {"disk delete spare.img --repo main",
                    "disk delete spare.img --repo main --json"},
       .run = remove}};
}

std::vector<Verb> transfer_verbs() {
  const Option repo = repository_option();
  return {
      {.name = "import",
       .what = "Lets the host fetch a disk image into a repository",
       .operands = {{.name = "SOURCE", .help = "URL that the host can read"}},
       .options = {repo,
                   {.name = "name",
                    .value = "FILE",
                    .help = "file name in the repository, with its ending",
                    .required = true}},
       .schema = kDiskSchema,
       .examples = {"disk import http://nfs-1/export/files/VirtualDisks/ol6.img --repo main "
                    "--name ol6.img",
                    "disk import http://nfs-1/export/files/VirtualDisks/ol6.img --repo main "
                    "--name ol7.img --json"},
       .run = import_disk,
       .more = "Lasts as long as the transfer; it may take a day unless --timeout says less."},
      {.name = "copy",
       .what = "Copies a disk within a host",
       .operands = {{.name = "SOURCE", .help = "file name in the repository, or a whole path"},
                    {.name = "TARGET", .help = "new file name in the repository"}},
       .options = {repo, {.name = "sparse", .value = "", .help = "leave holes in the copy"}},
       .schema = kDiskSchema,
       .examples = {"disk copy spare.img copy1.img --repo main",
                    "disk copy spare.img copy2.img --repo main --sparse --json"},
       .run = copy,
       .more = "Lasts as long as the copy; it may take a day unless --timeout says less."},
  };
}

}  // namespace

Noun disk_noun() {
  return {.name = "disk",
          .what = "virtual disks in repositories",
          .verbs = together({file_verbs(), transfer_verbs()})};
}

}  // namespace trestle::cli
