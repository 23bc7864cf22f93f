// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/ssh_host_door.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/helpers/sshd.h"

namespace trestle::ovm3 {
namespace {

namespace fs = std::filesystem;

/// A dom0 below a folder, behind a real SSH server.
class SshHostDoorTest : public testing::Test {
 protected:
  SshHostDoorTest() : root_(sshd_.file("dom0")), door_({.root = root_.string()}, no_log()) {
    write("etc/ovs-release", "Oracle VM server release 3.3.1\n");
    request_.url = "http://" + sshd_.address().host + ":" + std::to_string(sshd_.address().port);
    request_.user = sshd_.address().user;
    const SshOptions options = sshd_.options();
    request_.settings.values["ssh.host_key"] = sshd_.fingerprint();
    request_.settings.values["ssh.key_file"] = options.login.key_file;
  }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void write_agent() {
    write("etc/ovs-agent/agent.ini", "[server]\nport=8899\nssl=enable\n");
    fs::create_directories(root_ / "etc/ovs-agent/cert");
    ASSERT_EQ(run_program({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                           "-subj", "/CN=ovm-1", "-keyout", sshd_.file("agent.key"), "-out",
                           (root_ / "etc/ovs-agent/cert/certificate.pem").string()}),
              0);
  }
  [[nodiscard]] Result<HostSight> look() {
    return door_.look(context_for(std::chrono::seconds{60}), request_);
  }

  Sshd sshd_;
  fs::path root_;
  SshHostDoor door_;
  contracts::DiscoveryRequest request_;
};

TEST_F(SshHostDoorTest, ReadsReleaseAgentAndItsKeyAndChangesNothing) {
  write_agent();
  const auto sight = look();
  ASSERT_TRUE(sight) << sight.error().message();
  EXPECT_EQ(sight->release, "Oracle VM server release 3.3.1\n");
  EXPECT_EQ(sight->agent_url, "https://" + sshd_.address().host + ":8899");
  EXPECT_TRUE(sight->agent_pin.starts_with("sha256//")) << sight->agent_pin;
  const auto transport = door_.agent(request_, *sight);
  ASSERT_TRUE(transport) << transport.error().message();
  EXPECT_EQ((*transport)->peer(), sshd_.address().host + ":8899");
  EXPECT_FALSE(fs::exists(root_ / "opt"));
}

TEST_F(SshHostDoorTest, TellsAHostWithoutAgent) {
  const auto sight = look();
  ASSERT_TRUE(sight) << sight.error().message();
  EXPECT_EQ(sight->agent_url, "");
}

TEST_F(SshHostDoorTest, TrustsNoAgentWhoseKeyItDoesNotKnow) {
  EXPECT_FALSE(door_.agent(request_, {.release = "", .agent_url = "https://127.0.0.1:8899"}));
}

// known defect 36
TEST_F(SshHostDoorTest, RefusesAHostWithAnotherKey) {
  request_.settings.values["ssh.host_key"] = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const auto sight = look();
  ASSERT_FALSE(sight);
  EXPECT_EQ(sight.error().code, Code::kUnauthenticated);
}

// known defect 7
TEST_F(SshHostDoorTest, NoErrorHoldsThePassword) {
  request_.settings.values.erase("ssh.key_file");
  request_.password = Secret("hunter2-not-this-one");
  const auto sight = look();
  ASSERT_FALSE(sight);
  EXPECT_EQ(sight.error().message().find("hunter2"), std::string::npos);
}

TEST_F(SshHostDoorTest, PrepareTellsWhyItCannot) {
  const auto prepared = door_.prepare(context_for(std::chrono::seconds{60}), request_);
  ASSERT_FALSE(prepared);
  EXPECT_FALSE(prepared.error().what.empty());
}

}  // namespace
}  // namespace trestle::ovm3
