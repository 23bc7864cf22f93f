// SPDX-License-Identifier: Apache-2.0
#include "tests/flow/main_job.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "objects/ovm3/host.h"
#include "objects/ovm3/module.h"
#include "objects/ovm3/network.h"
#include "objects/ovm3/ownership.h"
#include "objects/ovm3/pool.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::flow {
namespace {

using ovm3::Agent;

constexpr std::size_t kFirst = 1;
constexpr std::size_t kSecond = 2;
constexpr std::string_view kExport = "nfs-1:/export/a";
constexpr std::string_view kVirtualIp = "127.0.1.200";
constexpr std::string_view kVmName = "i-2-3-VM";
constexpr Bytes kDiskSize{std::uint64_t{5} << 30U};
/// xend of 3.2.1 destroys a guest that reboots within its first minute.
constexpr std::chrono::seconds kMinRestart{61};

template <class T>
T id(std::string_view text) {
  return *T::from_name(text);
}
ManagerId manager() { return id<ManagerId>("0004fb00000100001234567890abcdef"); }
PoolId pool_id() { return id<PoolId>("0004fb0000020000ba9aaf00ae5e2d73"); }
RepositoryId repository_id() { return id<RepositoryId>("0004fb0000030000aaaaaaaaaaaaaaaa"); }
VmId vm_id() { return id<VmId>("0004fb00000600001111222233334444"); }
ovm3::StorageServer nfs_server() {
  return ovm3::StorageServer::nfs(id<StorageServerId>("0004fb00000900000c2461c2f62ba43e"), "nfs-1");
}
ovm3::FileSystem file_system() {
  return ovm3::FileSystem::nfs(id<FileSystemId>("b8ca41cb-3469-4f74-a086-dddffe37dc2d"),
                               nfs_server(), "/export/a");
}
std::string disk_path() {
  return *ovm3::RepositoryPaths(repository_id()).file(ovm3::kVirtualDisks, "job.img");
}
std::string mount_point() { return ovm3::nfs_mount_point(*file_system().id); }

Result<void> must(bool holds, std::string what) {
  if (holds) return {};
  return fail(Code::kInternal, std::move(what));
}

}  // namespace

const std::vector<MainJob::Step>& MainJob::steps() {
  static const std::vector<Step> all{{"discover", &MainJob::discover},
                                     {"own", &MainJob::own},
                                     {"set roles", &MainJob::set_roles},
                                     {"make pool", &MainJob::make_pool},
                                     {"mount storage", &MainJob::mount_storage},
                                     {"make repository", &MainJob::make_repository},
                                     {"make disk", &MainJob::make_disk},
                                     {"create VM", &MainJob::create_vm},
                                     {"start VM", &MainJob::start_vm},
                                     {"reboot VM", &MainJob::reboot_vm},
                                     {"migrate VM", &MainJob::migrate_vm},
                                     {"read statistics", &MainJob::read_statistics},
                                     {"stop VM", &MainJob::stop_vm},
                                     {"delete VM", &MainJob::delete_vm},
                                     {"delete disk", &MainJob::delete_disk},
                                     {"give back repository", &MainJob::give_back_repository},
                                     {"give back storage", &MainJob::give_back_storage},
                                     {"give back pool", &MainJob::give_back_pool},
                                     {"release hosts", &MainJob::release_hosts}};
  return all;
}

Result<void> MainJob::run() {
  for (const Step& step : steps()) {
    last_step_ = step.name;
    TRESTLE_RETURN_IF_ERROR((this->*step.run)());
  }
  return {};
}

Result<void> MainJob::discover() {
  for (const std::size_t host : {kFirst, kSecond}) {
    TRESTLE_ASSIGN_OR_RETURN(const auto info, ovm3::Host(scene.agent(host)).discover(scene.ctx()));
    TRESTLE_RETURN_IF_ERROR(
        must(info.membership() == ovm3::Membership::kUnowned, "the host has an owner"));
    TRESTLE_RETURN_IF_ERROR(must(info.release.has_value(), "the host names no release"));
    release_ = *info.release;
  }
  return {};
}

Result<void> MainJob::own() {
  for (const std::size_t host : {kFirst, kSecond}) {
    const Agent agent = scene.agent(host);
    TRESTLE_RETURN_IF_ERROR(
        ovm3::take_ownership(scene.ctx(), agent, release_, {.manager = manager()}));
    // From 3.3 on the agent restarts here: the next question is repeated until it is back.
    TRESTLE_ASSIGN_OR_RETURN(const auto info, ovm3::Host(agent).discover(scene.ctx()));
    TRESTLE_RETURN_IF_ERROR(must(info.manager_id == manager(), "the host has another owner"));
  }
  return {};
}

Result<void> MainJob::set_roles() {
  for (const std::size_t host : {kFirst, kSecond}) {
    TRESTLE_RETURN_IF_ERROR(
        ovm3::update_server_roles(scene.ctx(), scene.agent(host), {"xen", "utility"}));
  }
  return {};
}

Result<void> MainJob::make_pool() {
  const auto member = [](std::size_t host) {
    return ovm3::PoolMember{.pool_alias = "pool",
                            .virtual_ip = std::string(kVirtualIp),
                            .node_number = static_cast<std::int64_t>(host),
                            .hostname = FlowScene::name(host),
                            .ip = FlowScene::address(host)};
  };
  const Agent first = scene.agent(kFirst);
  const Agent second = scene.agent(kSecond);
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(first, pool_id()).create(scene.ctx(), member(kFirst)));
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(second, pool_id()).join(scene.ctx(), member(kSecond)));
  const std::vector<std::string> addresses{FlowScene::address(kFirst), FlowScene::address(kSecond)};
  TRESTLE_RETURN_IF_ERROR(ovm3::set_pool_member_ip_list(scene.ctx(), first, addresses));
  TRESTLE_RETURN_IF_ERROR(ovm3::set_pool_member_ip_list(scene.ctx(), second, addresses));
  TRESTLE_RETURN_IF_ERROR(ovm3::Network(first).configure_virtual_ip(
      scene.ctx(), std::string(kVirtualIp), FlowScene::address(kFirst)));
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, ovm3::discover_server_pool(scene.ctx(), second));
  TRESTLE_RETURN_IF_ERROR(must(pool && pool->members == addresses, "the pool lacks members"));
  TRESTLE_ASSIGN_OR_RETURN(const auto info, ovm3::Host(first).discover(scene.ctx()));
  return must(info.is_current_master == true, "the first host is not the master");
}

Result<void> MainJob::mount_storage() {
  for (const std::size_t host : {kFirst, kSecond}) {
    const ovm3::StoragePlugin plugin(scene.agent(host));
    TRESTLE_RETURN_IF_ERROR(plugin.mount(scene.ctx(), nfs_server(), file_system(), mount_point()));
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto info,
                           ovm3::StoragePlugin(scene.agent(kFirst))
                               .file_system_info(scene.ctx(), nfs_server(), file_system()));
  return must(info.size && info.free && info.size->count > 0, "the file system has no size");
}

Result<void> MainJob::make_repository() {
  const ovm3::Repository first(scene.agent(kFirst), repository_id());
  TRESTLE_RETURN_IF_ERROR(first.create(scene.ctx(), std::string(kExport), "repository"));
  TRESTLE_RETURN_IF_ERROR(ovm3::add_repository(scene.ctx(), scene.agent(kSecond),
                                               std::string(kExport), first.paths().root()));
  for (const std::size_t host : {kFirst, kSecond}) {
    TRESTLE_ASSIGN_OR_RETURN(
        const auto record,
        ovm3::Repository(scene.agent(host), repository_id()).record(scene.ctx()));
    TRESTLE_RETURN_IF_ERROR(must(record.mounted(), "the repository is not mounted"));
  }
  return {};
}

Result<void> MainJob::make_disk() {
  const ovm3::StoragePlugin plugin(scene.agent(kFirst));
  TRESTLE_ASSIGN_OR_RETURN(const auto made,
                           plugin.create(scene.ctx(), nfs_server(), file_system(), disk_path(),
                                         ovm3::FileType::kFile, kDiskSize));
  TRESTLE_ASSIGN_OR_RETURN(const auto info,
                           plugin.file_info(scene.ctx(), nfs_server(), file_system(), made));
  return must(info.size == kDiskSize, "the disk has another size");
}

ovm3::Vm MainJob::vm(std::size_t host) const {
  return {scene.agent(host), repository_id(), vm_id()};
}

ovm3::VmConfig MainJob::config() const {
  const ovm3::VmConfig bare = ovm3::VmConfig()
                                  .with("name", kVmName)
                                  .with("uuid", "0004fb00-0006-0000-1111-222233334444")
                                  .with("memory", 1024)
                                  .with("maxmem", 1024)
                                  .with("vcpus", 2)
                                  .with("maxvcpus", 2)
                                  .with("on_reboot", "restart")
                                  .with("OVM_domain_type", "xen_pvm");
  return *(*(*bare.with_disks({{.backend = "file", .path = disk_path(), .dev = "xvda"}}))
                .with_vifs({{.mac = "00:21:f6:00:00:01", .bridge = "xenbr0"}}))
              .with_vfbs({{.vncunused = true, .vnclisten = "127.0.0.1", .keymap = "en-us"}});
}

Result<std::string> MainJob::power(std::size_t host) {
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, ovm3::list_vms(scene.ctx(), scene.agent(host)));
  const ovm3::VmInfo* found = ovm3::find_vm(vms, vm_id());
  return std::string(found == nullptr ? "none" : to_string(found->power()));
}

Result<void> MainJob::create_vm() {
  TRESTLE_RETURN_IF_ERROR(vm(kFirst).create(scene.ctx(), config()));
  TRESTLE_ASSIGN_OR_RETURN(const auto stored, vm(kFirst).config(scene.ctx()));
  TRESTLE_RETURN_IF_ERROR(must(stored.name() == kVmName, "vm.cfg has another name"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string state, power(kFirst));
  return must(state == "none", "the VM runs before it is started");
}

Result<void> MainJob::start_vm() {
  TRESTLE_RETURN_IF_ERROR(vm(kFirst).start(scene.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(const std::string state, power(kFirst));
  TRESTLE_RETURN_IF_ERROR(must(state == "running", "the VM does not run: " + state));
  TRESTLE_ASSIGN_OR_RETURN(const auto vnc, vm(kFirst).vnc(scene.ctx()));
  return must(vnc && vnc->port >= 5900, "the VM has no VNC server");
}

Result<void> MainJob::reboot_vm() {
  scene.clock.advance(kMinRestart);
  TRESTLE_ASSIGN_OR_RETURN(const auto before, vm(kFirst).live(scene.ctx()));
  TRESTLE_RETURN_IF_ERROR(vm(kFirst).reboot(scene.ctx(), std::chrono::seconds(30)));
  TRESTLE_ASSIGN_OR_RETURN(const auto after, vm(kFirst).live(scene.ctx()));
  TRESTLE_RETURN_IF_ERROR(must(after.domid != before.domid, "the VM was not rebooted"));
  return must(after.power() == ovm3::VmState::kRunning, "the VM does not run after the reboot");
}

Result<void> MainJob::migrate_vm() {
  TRESTLE_RETURN_IF_ERROR(vm(kSecond).setup_migration_target(scene.ctx()));
  TRESTLE_RETURN_IF_ERROR(vm(kFirst).migrate(scene.ctx(), FlowScene::address(kSecond)));
  TRESTLE_RETURN_IF_ERROR(vm(kSecond).cleanup_migration_target(scene.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(const std::string here, power(kFirst));
  TRESTLE_ASSIGN_OR_RETURN(const std::string there, power(kSecond));
  return must(here == "none" && there == "running", "the VM is " + here + " and " + there);
}

Result<void> MainJob::read_statistics() {
  const ovm3::HostModule module(scene.agent(kSecond));
  TRESTLE_ASSIGN_OR_RETURN(const auto before,
                           module.guest_stats(scene.ctx(), std::string(kVmName)));
  scene.clock.advance(std::chrono::seconds(100));
  TRESTLE_ASSIGN_OR_RETURN(const auto after, module.guest_stats(scene.ctx(), std::string(kVmName)));
  TRESTLE_RETURN_IF_ERROR(must(before.cpu_time && after.cpu_time, "the VM has no CPU time"));
  TRESTLE_RETURN_IF_ERROR(must(*after.cpu_time > *before.cpu_time, "the counters stand still"));
  TRESTLE_ASSIGN_OR_RETURN(const auto host, module.host_stats(scene.ctx(), "xenbr0"));
  return must(host.total && host.free && *host.free < *host.total, "the host has no memory in use");
}

Result<void> MainJob::stop_vm() {
  TRESTLE_RETURN_IF_ERROR(vm(kSecond).stop(scene.ctx(), ovm3::StopMode::kAskGuest));
  TRESTLE_ASSIGN_OR_RETURN(const std::string state, power(kSecond));
  return must(state == "none", "the VM is still there: " + state);
}

Result<void> MainJob::delete_vm() {
  TRESTLE_RETURN_IF_ERROR(vm(kSecond).remove(scene.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(
      const auto contents,
      ovm3::Repository(scene.agent(kFirst), repository_id()).contents(scene.ctx()));
  return must(contents.vms().empty() && contents.virtual_disks.size() == 1,
              "the VM's folder is still there, or its disk is gone with it");
}

Result<void> MainJob::delete_disk() {
  return ovm3::StoragePlugin(scene.agent(kFirst))
      .destroy(scene.ctx(), nfs_server(), file_system(), {.path = disk_path()});
}

Result<void> MainJob::give_back_repository() {
  TRESTLE_RETURN_IF_ERROR(ovm3::Repository(scene.agent(kSecond), repository_id())
                              .remove(scene.ctx(), ovm3::Erase::kKeepFiles));
  TRESTLE_RETURN_IF_ERROR(ovm3::Repository(scene.agent(kFirst), repository_id())
                              .remove(scene.ctx(), ovm3::Erase::kRemoveFiles));
  TRESTLE_ASSIGN_OR_RETURN(const auto left,
                           ovm3::discover_repository_db(scene.ctx(), scene.agent(kFirst)));
  return must(left.empty(), "the host still has a repository on record");
}

Result<void> MainJob::give_back_storage() {
  for (const std::size_t host : {kFirst, kSecond}) {
    TRESTLE_RETURN_IF_ERROR(ovm3::StoragePlugin(scene.agent(host))
                                .unmount(scene.ctx(), nfs_server(), file_system(), mount_point()));
  }
  return {};
}

Result<void> MainJob::give_back_pool() {
  const Agent first = scene.agent(kFirst);
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(scene.agent(kSecond), pool_id()).leave(scene.ctx()));
  TRESTLE_RETURN_IF_ERROR(
      ovm3::Network(first).deconfigure_virtual_ip(scene.ctx(), std::string(kVirtualIp)));
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(first, pool_id()).destroy(scene.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, ovm3::discover_server_pool(scene.ctx(), first));
  return must(!pool.has_value(), "the host is still in a pool");
}

Result<void> MainJob::release_hosts() {
  for (const std::size_t host : {kFirst, kSecond}) {
    TRESTLE_RETURN_IF_ERROR(ovm3::release_ownership(scene.ctx(), scene.agent(host), manager()));
  }
  return {};
}

void MainJob::clean_up() {
  const auto drop = [](const auto& result) { static_cast<void>(result.has_value()); };
  scene.clock.advance(std::chrono::seconds(5));  // an agent that restarts is back
  for (const std::size_t host : {kFirst, kSecond}) {
    drop(vm(host).stop(scene.ctx(), ovm3::StopMode::kForce));
  }
  for (const std::size_t host : {kFirst, kSecond}) drop(vm(host).remove(scene.ctx()));
  drop(delete_disk());
  drop(ovm3::Repository(scene.agent(kSecond), repository_id())
           .remove(scene.ctx(), ovm3::Erase::kKeepFiles));
  drop(ovm3::Repository(scene.agent(kFirst), repository_id())
           .remove(scene.ctx(), ovm3::Erase::kRemoveFiles));
  for (const std::size_t host : {kFirst, kSecond}) {
    drop(ovm3::StoragePlugin(scene.agent(host))
             .unmount(scene.ctx(), nfs_server(), file_system(), mount_point()));
  }
  drop(ovm3::ServerPool(scene.agent(kSecond), pool_id()).leave(scene.ctx()));
  drop(ovm3::Network(scene.agent(kFirst))
           .deconfigure_virtual_ip(scene.ctx(), std::string(kVirtualIp)));
  drop(ovm3::ServerPool(scene.agent(kFirst), pool_id()).destroy(scene.ctx()));
  for (const std::size_t host : {kFirst, kSecond}) {
    drop(ovm3::release_ownership(scene.ctx(), scene.agent(host), manager()));
  }
}

std::vector<std::string> MainJob::left_over() {
  return scene.sim.with_estate([](simulator::Estate& estate) {
    std::vector<std::string> found;
    for (const auto& host : estate.hosts) {
      if (host->owned()) found.push_back(host->name + " has an owner");
      if (host->pool) found.push_back(host->name + " is in a pool");
      if (!host->mounts.empty()) found.push_back(host->name + " has " + host->mounts[0].dir);
      if (!host->repositories.empty()) found.push_back(host->name + " has a repository");
      if (!host->domains.empty()) found.push_back(host->name + " has a guest");
      if (!host->network.virtual_ip.empty()) found.push_back(host->name + " has the address");
    }
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(estate.exports[0]->directory)) {
      found.push_back(file.path().filename());
    }
    return found;
  });
}

}  // namespace trestle::flow
