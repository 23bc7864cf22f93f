// SPDX-License-Identifier: Apache-2.0
#include "tests/flow/soak_driver.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>
#include <variant>

#include "objects/ovm3/network.h"
#include "objects/ovm3/ownership.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"
#include "objects/ovm3/vm_list.h"
#include "objects/wire/codec.h"

namespace trestle::flow {
namespace {

using simulator::Action;

constexpr std::string_view kExport = "nfs-1:/export/a";
constexpr Bytes kDiskSize{std::uint64_t{1} << 30U};
/// How likely each kind of trouble is for a call.
constexpr double kTrouble = 0.01;
/// Calls get this long: less than the longest delay that a rule makes.
constexpr std::chrono::seconds kBudget{120};
/// After that long no call is under way that a rule has delayed.
constexpr std::chrono::seconds kSettle{300};

template <class T>
T id(std::string_view text) {
  return *T::from_name(text);
}
RepositoryId repository_id() { return id<RepositoryId>("0004fb0000030000aaaaaaaaaaaaaaaa"); }
ovm3::StorageServer nfs_server() {
  return ovm3::StorageServer::nfs(id<StorageServerId>("0004fb00000900000c2461c2f62ba43e"), "nfs-1");
}
ovm3::FileSystem file_system() {
  return ovm3::FileSystem::nfs(id<FileSystemId>("b8ca41cb-3469-4f74-a086-dddffe37dc2d"),
                               nfs_server(), "/export/a");
}
std::string disk_path(std::string_view vm) {
  return ovm3::RepositoryPaths(repository_id()).folder(ovm3::kVirtualDisks) + "/" +
         std::string(vm) + ".img";
}

/// True if the call may have been carried out although it failed: no fault says otherwise.
bool is_unknown(const Error& error) { return !error.fault.has_value(); }

/// What is known of a thing after a call that was to make it `wanted`.
Known after(const Result<void>& done, Known before, Known wanted) {
  if (done) return wanted;
  return is_unknown(done.error()) ? Known::kUnknown : before;
}

Result<void> without_value(const auto& result) {
  if (!result) return fail(result.error());
  return {};
}

}  // namespace

const std::array<SoakDriver::Operation, 17>& SoakDriver::operations() {
  static const std::array<Operation, 17> all{{{"make disk", &SoakDriver::make_disk},
                                              {"destroy disk", &SoakDriver::destroy_disk},
                                              {"look at disk", &SoakDriver::look_at_disk},
                                              {"create", &SoakDriver::create_vm},
                                              {"configure", &SoakDriver::configure_vm},
                                              {"delete", &SoakDriver::delete_vm},
                                              {"look at config", &SoakDriver::look_at_config},
                                              {"start", &SoakDriver::start_vm},
                                              {"stop", &SoakDriver::stop_vm},
                                              {"kill", &SoakDriver::kill_vm},
                                              {"reboot", &SoakDriver::reboot_vm},
                                              {"pause", &SoakDriver::pause_vm},
                                              {"unpause", &SoakDriver::unpause_vm},
                                              {"migrate", &SoakDriver::migrate_vm},
                                              {"change bridge", &SoakDriver::change_bridge},
                                              {"cut power", &SoakDriver::cut_power},
                                              {"let time pass", &SoakDriver::let_time_pass}}};
  return all;
}

SoakDriver::SoakDriver(std::uint64_t seed)
    : scene_(kHosts, simulator::Release::k331), random_(seed) {
  for (std::size_t i = 0; i < kVms; ++i) vms_.push_back({.name = "vm-" + std::to_string(i)});
  set_up();
  set_rules(seed);
}

void SoakDriver::set_up() {
  const auto manager = id<ManagerId>("0004fb00000100001234567890abcdef");
  for (std::size_t host = 1; host <= kHosts; ++host) {
    const ovm3::Agent agent = scene_.agent(host);
    const ovm3::Repository repository(agent, repository_id());
    EXPECT_TRUE(ovm3::take_ownership(scene_.ctx(), agent, ovm3::kRelease33, {.manager = manager}));
    scene_.clock.advance(std::chrono::seconds(3));
    const auto added = host == 1 ? repository.create(scene_.ctx(), std::string(kExport), "r")
                                 : ovm3::add_repository(scene_.ctx(), agent, std::string(kExport),
                                                        repository.paths().root());
    EXPECT_TRUE(added) << added.error().message();
  }
  const auto mounted = ovm3::StoragePlugin(scene_.agent(1))
                           .mount(scene_.ctx(), nfs_server(), file_system(),
                                  ovm3::nfs_mount_point(*file_system().id));
  EXPECT_TRUE(mounted) << mounted.error().message();
}

void SoakDriver::set_rules(std::uint64_t seed) {
  scene_.sim.with_rules([&](simulator::RuleBook& rules) {
    rules = simulator::RuleBook(seed);
    for (const Action action :
         {Action::kFault, Action::kDelay, Action::kHang, Action::kDropBefore, Action::kDropAfter,
          Action::kTruncate, Action::kGarbage, Action::kWrongType, Action::kHttpStatus}) {
      simulator::Rule rule;
      rule.probability = kTrouble;
      rule.action = action;
      rule.delay = std::chrono::seconds(action == Action::kDelay ? 150 : 1);
      rule.bytes = 50;
      rules.set(rule);
    }
  });
}

std::size_t SoakDriver::pick(std::size_t count) {
  return static_cast<std::size_t>(random_() % count);
}

ovm3::Vm SoakDriver::handle(std::size_t host, const Vm& vm) const {
  return {scene_.agent(host), repository_id(), id<VmId>(vm.name)};
}

bool SoakDriver::is_on(std::size_t host) {
  return scene_.sim.with_estate([&](simulator::Estate& estate) {
    return estate.hosts[host - 1]->power == simulator::Power::kOn;
  });
}

Result<std::vector<std::size_t>> SoakDriver::where_is(const Vm& vm) {
  std::vector<std::size_t> found;
  for (std::size_t host = 1; host <= kHosts; ++host) {
    if (!is_on(host)) continue;  // fenced: nothing runs there
    TRESTLE_ASSIGN_OR_RETURN(const auto vms,
                             ovm3::list_vms(scene_.ctx(kBudget), scene_.agent(host)));
    if (ovm3::find_vm(vms, id<VmId>(vm.name)) != nullptr) found.push_back(host);
  }
  return found;
}

Result<std::optional<std::size_t>> SoakDriver::host_of(const Vm& vm) {
  TRESTLE_ASSIGN_OR_RETURN(const auto hosts, where_is(vm));
  if (hosts.empty()) return std::optional<std::size_t>();
  return std::optional(hosts.front());
}

Result<void> SoakDriver::make_disk() {
  Vm& vm = pick_vm();
  const ovm3::StoragePlugin plugin(scene_.agent(pick_host()));
  const auto made =
      without_value(plugin.create(scene_.ctx(kBudget), nfs_server(), file_system(),
                                  disk_path(vm.name), ovm3::FileType::kFile, kDiskSize));
  // "Exists" is as good as made, whoever made it.
  vm.disk = !made && made.error().code == Code::kAlreadyExists
                ? Known::kPresent
                : after(made, vm.disk, Known::kPresent);
  return made;
}

Result<void> SoakDriver::destroy_disk() {
  Vm& vm = pick_vm();
  const ovm3::StoragePlugin plugin(scene_.agent(pick_host()));
  const auto gone = plugin.destroy(scene_.ctx(kBudget), nfs_server(), file_system(),
                                   {.path = disk_path(vm.name)});
  vm.disk = after(gone, vm.disk, Known::kAbsent);
  return gone;
}

Result<void> SoakDriver::look_at_disk() {
  Vm& vm = pick_vm();
  const ovm3::StoragePlugin plugin(scene_.agent(pick_host()));
  const auto info = plugin.file_info(scene_.ctx(kBudget), nfs_server(), file_system(),
                                     {.file_system = file_system().id, .path = disk_path(vm.name)});
  if (info) {
    vm.disk = Known::kPresent;
  } else if (info.error().code == Code::kNotFound) {
    vm.disk = Known::kAbsent;
  }
  return without_value(info);
}

Result<void> SoakDriver::create_vm() {
  Vm& vm = pick_vm();
  const auto config =
      ovm3::VmConfig()
          .with("name", vm.name)
          .with("memory", 512)
          .with("vcpus", 1)
          .with_disks({{.backend = "file", .path = disk_path(vm.name), .dev = "xvda"}});
  if (!config) return fail(config.error());
  const auto made = handle(pick_host(), vm).create(scene_.ctx(kBudget), *config);
  vm.config = after(made, vm.config, Known::kPresent);
  return made;
}

Result<void> SoakDriver::configure_vm() {
  const Vm& vm = pick_vm();
  const ovm3::Vm at = handle(pick_host(), vm);
  TRESTLE_ASSIGN_OR_RETURN(const auto before, at.config(scene_.ctx(kBudget)));
  const auto memory = static_cast<std::int64_t>(256 + 256 * pick(3));
  return at.configure(scene_.ctx(kBudget), changes(before, before.with("memory", memory)));
}

Result<void> SoakDriver::delete_vm() {
  Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  if (host) return {};  // it runs: not now
  const auto gone = handle(pick_host(), vm).remove(scene_.ctx(kBudget));
  vm.config = after(gone, vm.config, Known::kAbsent);
  return gone;
}

Result<void> SoakDriver::look_at_config() {
  Vm& vm = pick_vm();
  const auto config = handle(pick_host(), vm).config(scene_.ctx(kBudget));
  if (config) {
    // A struct of another call would pass for a configuration: this one has the VM's name.
    if (config->name() == vm.name) vm.config = Known::kPresent;
  } else if (config.error().code == Code::kNotFound) {
    vm.config = Known::kAbsent;
  }
  return without_value(config);
}

Result<void> SoakDriver::start_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  if (host) return {};
  return handle(pick_host(), vm).start(scene_.ctx(kBudget));
}

Result<void> SoakDriver::stop_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  return handle(host.value_or(1), vm).stop(scene_.ctx(kBudget), ovm3::StopMode::kAskGuest);
}

Result<void> SoakDriver::kill_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  return handle(host.value_or(1), vm).stop(scene_.ctx(kBudget), ovm3::StopMode::kForce);
}

Result<void> SoakDriver::reboot_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  return handle(host.value_or(1), vm).reboot(scene_.ctx(kBudget), std::chrono::seconds(20));
}

Result<void> SoakDriver::pause_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  return handle(host.value_or(1), vm).pause(scene_.ctx(kBudget));
}

Result<void> SoakDriver::unpause_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  return handle(host.value_or(1), vm).unpause(scene_.ctx(kBudget));
}

Result<void> SoakDriver::migrate_vm() {
  const Vm& vm = pick_vm();
  TRESTLE_ASSIGN_OR_RETURN(const auto host, host_of(vm));
  return handle(host.value_or(1), vm)
      .migrate(scene_.ctx(kBudget), FlowScene::address(pick_host()), {.live = pick(2) == 0});
}

Result<void> SoakDriver::change_bridge() {
  const ovm3::Network network(scene_.agent(pick_host()));
  const auto vlan = static_cast<std::int64_t>(2 + pick(5));
  const std::string bridge = "xenbr1." + std::to_string(vlan);
  if (pick(2) == 0) {
    return without_value(network.start_vlan_bridge(scene_.ctx(kBudget), bridge, "bond1", vlan));
  }
  return without_value(network.stop_vlan_bridge(scene_.ctx(kBudget), bridge, "bond1", vlan));
}

Result<void> SoakDriver::cut_power() {
  const std::size_t host = pick_host();
  scene_.sim.power_off(FlowScene::name(host));
  if (pick(4) == 0) scene_.clock.advance(std::chrono::seconds(30));
  scene_.sim.power_on(FlowScene::name(host));
  return {};
}

Result<void> SoakDriver::let_time_pass() {
  scene_.clock.advance(std::chrono::milliseconds(pick(10'000)));
  scene_.sim.advance();
  return {};
}

std::vector<std::string> SoakDriver::step() {
  const Operation& operation = operations()[pick(operations().size())];
  first_sent_ = scene_.sent.size();
  const auto done = (this->*operation.run)();
  const std::string outcome =
      std::string(operation.name) + ": " + std::string(done ? "ok" : to_string(done.error().code));
  ++outcomes_[outcome];
  absorb(outcome);
  note(outcome + (done ? std::string() : " " + done.error().message()));
  if (!done) {
    absorb(done.error().message());
    // The host may still be at it: whoever acts before that is over has two of everything.
    if (done.error().code == Code::kDeadlineExceeded) scene_.clock.advance(kSettle);
    scene_.sim.advance();
  }
  return broken();
}

void SoakDriver::absorb(std::string_view text) {
  for (const char c : text) {
    digest_ ^= static_cast<unsigned char>(c);
    digest_ *= 1'099'511'628'211U;  // FNV-1a's prime
  }
}

void SoakDriver::note(const std::string& line) {
  constexpr std::size_t kKept = 40;
  std::string calls;
  for (std::size_t i = first_sent_; i < scene_.sent.size(); ++i) {
    const Sent& sent = scene_.sent[i];
    if (sent.effect == Effect::kMutates) calls += " [" + sent.host + " " + sent.method + "]";
  }
  trail_.push_back(line + calls);
  if (trail_.size() > kKept) trail_.pop_front();
}

std::string SoakDriver::trail() const {
  std::string text;
  for (const std::string& line : trail_) text += "\n" + line;
  return text;
}

std::vector<std::string> SoakDriver::broken() {
  // The look at the hosts is not part of the story: no rule touches it, none is used up by it.
  simulator::RuleBook rules;
  scene_.sim.with_rules([&](simulator::RuleBook& book) { std::swap(book, rules); });
  std::vector<std::string> out;
  for (const std::string& name : scene_.doubled_vms()) out.push_back(name + " runs on two hosts");
  check_lists(out);
  check_disks(out);
  scene_.sim.with_rules([&](simulator::RuleBook& book) { std::swap(book, rules); });
  return out;
}

void SoakDriver::check_lists(std::vector<std::string>& out) {
  for (std::size_t host = 1; host <= kHosts; ++host) {
    if (!is_on(host)) continue;
    std::string bytes = scene_.body(host, "list_vms");
    absorb(bytes);
    const auto reply = wire::decode_reply(std::move(bytes));
    const auto* value = reply ? std::get_if<Reply>(&*reply) : nullptr;
    const auto listed = value ? ovm3::read_vms(value->root())
                              : Result<std::vector<ovm3::VmInfo>>(fail(Code::kBadReply, "no list"));
    if (!listed) {
      out.push_back(FlowScene::name(host) + " does not list: " + listed.error().message());
      continue;
    }
    std::vector<std::string> names;
    for (const ovm3::VmInfo& vm : *listed) {
      if (!vm.is_control_domain()) names.push_back(vm.uuid + std::to_string(vm.domid.value_or(-1)));
    }
    const auto wanted = scene_.sim.with_estate([&](simulator::Estate& estate) {
      std::vector<std::string> all;
      for (const simulator::Domain& domain : estate.hosts[host - 1]->domains) {
        all.push_back(domain.uuid + std::to_string(domain.domid));
      }
      return all;
    });
    if (names != wanted) out.push_back(FlowScene::name(host) + " lists other VMs than it runs");
  }
}

void SoakDriver::check_disks(std::vector<std::string>& out) {
  const auto folder = scene_.sim.with_estate([](simulator::Estate& estate) {
    return estate.find_export(kExport)->directory / "VirtualDisks";
  });
  for (const Vm& vm : vms_) {
    const auto file = folder / (vm.name + ".img");
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (vm.disk == Known::kPresent && (error || size != kDiskSize.count)) {
      out.push_back("the disk of " + vm.name + " is lost");
    }
    if (vm.disk == Known::kAbsent && !error) {
      out.push_back("the disk of " + vm.name + " is there although it was destroyed");
    }
    const bool config = std::filesystem::exists(
        folder.parent_path() / "VirtualMachines" / vm.name / "vm.cfg", error);
    if (vm.config != Known::kUnknown && config != (vm.config == Known::kPresent)) {
      out.push_back("the vm.cfg of " + vm.name + " is not as the driver knows it");
    }
  }
}

}  // namespace trestle::flow
