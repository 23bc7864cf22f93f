// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>

#include "helpers/ovm3/boot_arguments.h"
#include "integration/schema/codec.h"
#include "tests/unit/commands/vm_scene.h"

namespace trestle::ovm3 {
namespace {

using simulator::Action;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

schema::VirtualMachineTO router(const std::string& name = "r-4-VM") {
  auto vm = VmScene::user_vm(name);
  vm.type = schema::VirtualMachineType::DomainRouter;
  vm.os = "Debian GNU/Linux 7(64-bit)";
  vm.bootArgs = " template=domP name=r-4-VM eth1ip=169.254.2.44 type=router";
  vm.nics = {{VmScene::nic(0, "02:00:1a:2b:00:02", "vlan://160"),
              schema::NicTO{.deviceId = 1,
                            .ip = "169.254.2.44",
                            .mac = "0e:00:a9:fe:02:2c",
                            .broadcastType = schema::BroadcastDomainType::LinkLocal,
                            .type = schema::NetworksTrafficType::Control},
              VmScene::nic(2, "06:5f:9a:00:00:15", "vlan://untagged",
                           schema::NetworksTrafficType::Public)}};
  return vm;
}

void add_cd(VmScene& scene, const std::string& name) {
  std::ofstream(scene.directory() / "ISOs" / name) << "a CD";
}

// proves StartCommand
TEST(SystemVmStart, BringsArgumentsCdAndControlLink) {
  VmScene scene;
  add_cd(scene, "systemvm-0123456789abcdef.iso");
  const auto answer = scene.start_vm(router());
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("control0 was missing and has been made"));
  EXPECT_THAT(*answer.details, HasSubstr("its SSH answers at 169.254.2.44"));
  const auto config = scene.stored("r-4-VM");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->domain_type(), "xen_pvm");
  EXPECT_EQ(config->text("extra"), "%template=domP%name=r-4-VM%eth1ip=169.254.2.44%type=router");
  const auto disks = config->disks();
  ASSERT_TRUE(disks);
  ASSERT_EQ(disks->size(), 2U);
  EXPECT_EQ((*disks)[1].dev, "xvdd") << "where its scripts look for it";
  EXPECT_TRUE((*disks)[1].cdrom);
  EXPECT_EQ(
      (*disks)[1].path,
      "/OVS/Repositories/f12842ebf5ed3fe78da1eb0e17f5ede8/ISOs/systemvm-0123456789abcdef.iso");
  const auto vifs = scene.domain("r-4-VM")->vifs;
  ASSERT_EQ(vifs.size(), 3U);
  EXPECT_EQ(vifs[0].bridge, "xenbr0.160");
  EXPECT_EQ(vifs[1].bridge, "control0");
  EXPECT_EQ(vifs[2].bridge, "xenbr0");
  expect_done(scene.stop_vm("r-4-VM"));
  EXPECT_TRUE(scene.has_bridge("control0")) << "other system VMs need it";
  const auto again = scene.start_vm(router());
  expect_done(again);
  EXPECT_THAT(*again.details, Not(HasSubstr("control0")));
}

// known defect 87
TEST(SystemVmStart, ThatNeverAnswersOnSshIsAFailedStart) {
  VmScene scene;
  scene.add_rule({.id = {}, .service = "check_domr_port", .fault_text = "nobody is at home"});
  const auto begun = scene.flow.clock.now();
  const auto answer = scene.start_vm(router());
  expect_refused(answer, "SSH at 169.254.2.44:3922 did not answer");
  expect_refused(answer, "nobody is at home");
  EXPECT_GE(scene.flow.clock.now() - begun, std::chrono::seconds(25)) << "systemvm.patience is 30";
  EXPECT_LE(scene.flow.clock.now() - begun, std::chrono::minutes(2));
  EXPECT_FALSE(scene.domain("r-4-VM"));
  EXPECT_FALSE(scene.stored("r-4-VM"));
  EXPECT_FALSE(scene.has_bridge("xenbr0.160"));
}

TEST(SystemVmStart, ThatEndsWhileItBootsFailsAtOnce) {
  VmScene scene;
  scene.add_rule({.id = {}, .service = "check_domr_port", .fault_text = "nobody is at home"});
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Host& host = *estate.hosts.front();
    estate.after(std::chrono::seconds(8), host, [&host] { host.domains.clear(); });
  });
  expect_refused(scene.start_vm(router()), "ended while it was booting");
  EXPECT_FALSE(scene.stored("r-4-VM"));
}

/// Does something when an agent is first asked for a service.
class HookedTransport final : public Transport {
 public:
  HookedTransport(Transport& inner, std::string service, std::function<void()> hook)
      : inner_(&inner), service_(std::move(service)), hook_(std::move(hook)) {}
  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override {
    if (hook_ && request.method == service_) std::exchange(hook_, {})();
    return inner_->round_trip(ctx, request);
  }
  [[nodiscard]] std::string peer() const override { return inner_->peer(); }

 private:
  Transport* inner_;
  std::string service_;
  std::function<void()> hook_;
};

// known defect 87
TEST(SystemVmStart, LetsOthersHaveTheirTurnWhileItWaits) {
  VmScene scene;
  std::optional<schema::Object> second;
  Resource* host = nullptr;
  const auto start_other = [&] {
    const schema::StartCommand other{.vm = VmScene::user_vm("i-2-8-VM"), .executeInSequence = true};
    // A turn that is not left would make this wait until its time is up.
    second = host->execute(scene.flow.ctx(std::chrono::seconds(10)), schema::Object(other));
  };
  Resource resource([&](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
    return std::make_unique<HookedTransport>(scene.flow.transport(1), "check_domr_port",
                                             start_other);
  });
  host = &resource;
  ASSERT_TRUE(resource.configure({.values = {{"ip", flow::FlowScene::address(1)}}}));
  const schema::StartCommand slow{.vm = router("v-5-VM"), .executeInSequence = true};
  const auto first = resource.execute(scene.flow.ctx(), schema::Object(slow));
  expect_done(*first.as<schema::StartAnswer>());
  ASSERT_TRUE(second);
  expect_done(*second->as<schema::StartAnswer>());
  EXPECT_TRUE(scene.domain("i-2-8-VM"));
}

TEST(SystemVmStart, NamesTheCdThatIsMissingOrNotToBeTold) {
  VmScene scene;
  const auto without = scene.start_vm(router());
  expect_done(without);
  EXPECT_THAT(*without.details, HasSubstr("has no CD systemvm*.iso"));
  expect_done(scene.stop_vm("r-4-VM"));
  add_cd(scene, "systemvm-1.iso");
  add_cd(scene, "systemvm-2.iso");
  expect_refused(scene.start_vm(router()), "several CDs");
  expect_refused(scene.start_vm(router()), "setting systemvm.iso");
  EXPECT_FALSE(scene.stored("r-4-VM"));
  std::filesystem::remove(scene.directory() / "ISOs" / "systemvm-1.iso");
  expect_done(scene.start_vm(router()));
  EXPECT_THAT(scene.stored("r-4-VM")->list("disk"),
              testing::Contains(HasSubstr("ISOs/systemvm-2.iso,xvdd:cdrom,r")));
}

TEST(SystemVmStart, TakesTheCdThatTheHostsSettingNames) {
  VmScene scene;
  add_cd(scene, "systemvm-1.iso");
  add_cd(scene, "systemvm-2.iso");
  scene.set(1, {{"systemvm.iso", "systemvm-2.iso"}});
  expect_done(scene.start_vm(router()));
  const auto config = scene.stored("r-4-VM");
  ASSERT_TRUE(config);
  const auto disks = config->list("disk");
  EXPECT_THAT(disks, testing::Contains(HasSubstr("ISOs/systemvm-2.iso,xvdd:cdrom,r")));
  EXPECT_THAT(disks, Not(testing::Contains(HasSubstr("systemvm-1.iso"))));
  expect_done(scene.stop_vm("r-4-VM"));
  // The exact name, and no other one instead.
  scene.set(1, {{"systemvm.iso", "systemvm.iso"}});
  const auto missing = scene.start_vm(router());
  expect_refused(missing, "no CD systemvm.iso");
  expect_refused(missing, "setting systemvm.iso");
  EXPECT_FALSE(scene.stored("r-4-VM"));
}

// known defect 61: a member of a pool did not look for the CD and trusted the master; copies went
// by scp with the password of root. Here every host looks into the repository itself, at each
// start.
TEST(SystemVmStart, OnAMemberOfAPoolLooksForTheCdItself) {
  VmScene scene(2);
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    for (const auto& host : estate.hosts) {
      simulator::PoolMembership pool;
      pool.uuid = "0004fb0000020000ba9aaf00ae5e2d73";
      pool.virtual_ip = "192.168.1.230";
      host->pool = pool;
    }
  });
  const auto start_on_member = [&] {
    return scene.run<schema::StartAnswer>(schema::StartCommand{.vm = router()}, 2);
  };
  const auto without = start_on_member();
  expect_done(without);
  EXPECT_THAT(*without.details, HasSubstr("has no CD systemvm*.iso"));
  expect_done(scene.stop_vm("r-4-VM", 2));
  add_cd(scene, "systemvm-3.iso");
  expect_done(start_on_member());
  EXPECT_THAT(scene.stored("r-4-VM")->list("disk"),
              testing::Contains(HasSubstr("ISOs/systemvm-3.iso,xvdd:cdrom,r")));
}

TEST(SystemVmStart, NeedsAnAddressAndTheModule) {
  VmScene scene;
  auto deaf = router();
  deaf.nics->at(1).ip.reset();
  expect_refused(scene.start_vm(deaf), "no NIC of control traffic with an address");
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.front()->module_installed = false; });
  expect_refused(scene.start_vm(router()), "host prepare");
  EXPECT_FALSE(scene.stored("r-4-VM"));
  EXPECT_FALSE(scene.has_bridge("control0"));
}

// known defect 84
TEST(VmCd, ComesFromSecondaryStorage) {
  VmScene scene;
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    const auto& share = estate.add_export("nfs-2:/export/secondary");
    std::filesystem::create_directories(share.directory / "template/tmpl/2/201");
    std::ofstream(share.directory / "template/tmpl/2/201/install.iso") << "a CD";
  });
  auto vm = VmScene::user_vm();
  vm.os = "Windows 7 (64-bit)";
  vm.bootloader = schema::BootloaderType::CD;
  vm.disks->push_back(
      {.data = schema::TemplateObjectTO{.path = "template/tmpl/2/201/install.iso",
                                        .format = schema::ImageFormat::ISO,
                                        .imageDataStore =
                                            schema::NfsTO{._url = "nfs://nfs-2/export/secondary"}},
       .diskSeq = 3,
       .type = schema::VolumeType::ISO});
  expect_done(scene.start_vm(vm));
  const auto domain = scene.domain("i-2-7-VM");
  ASSERT_TRUE(domain);
  ASSERT_EQ(domain->disks.size(), 2U);
  EXPECT_EQ(domain->disks[1].device, "hdd:cdrom");
  EXPECT_THAT(domain->disks[1].uname, HasSubstr("/nfsmnt/"));
  EXPECT_THAT(domain->disks[1].uname, HasSubstr("template/tmpl/2/201/install.iso"));
  EXPECT_EQ(domain->disks[1].mode, "r");
  EXPECT_EQ(scene.stored("i-2-7-VM")->text("boot"), "dc");
  const bool mounted = scene.flow.sim.with_estate([](simulator::Estate& estate) {
    for (const auto& mount : estate.hosts.front()->mounts) {
      if (mount.device.starts_with("nfs-2:/export/secondary")) return true;
    }
    return false;
  });
  EXPECT_TRUE(mounted) << "as long as the guest has the CD";
}

TEST(VmCpu, IsLimitedByTheOfferingsShareOfTheHostsClock) {
  VmScene scene;
  auto vm = VmScene::user_vm();
  vm.limitCpuUse = true;
  vm.maxSpeed = 100;
  expect_done(scene.start_vm(vm));
  const auto cap = scene.stored("i-2-7-VM")->number("cpu_cap");
  ASSERT_TRUE(cap);
  EXPECT_GT(*cap, 0);
  EXPECT_LT(*cap, 200) << "percent of one CPU, for two vCPUs";
  auto free_one = VmScene::user_vm("i-2-8-VM");
  free_one.maxSpeed = 100;
  expect_done(scene.start_vm(free_one));
  EXPECT_EQ(scene.stored("i-2-8-VM")->number("cpu_cap"), 0) << "no limit was asked for";
}

}  // namespace
}  // namespace trestle::ovm3
