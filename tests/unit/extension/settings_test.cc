// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/extension_settings.h"

#include <gtest/gtest.h>

namespace trestle::ovm3 {
namespace {

ExtensionRequest usual_request() {
  ExtensionRequest request;
  request.host = {{"url", "https://10.20.30.11:8899/api/3"},
                  {"password", "secret"},
                  {"network_bridge", "bond0"},
                  {"verify_tls_certificate", "false"}};
  request.resourcemap = {{"repository_id", "0004fb0000030000f1a8b1e9c2c1a2b3"}};
  request.virtualmachine = {{"template_id", "0004fb00001400009c3f52d1b7a04e10"}};
  request.vm_uuid = "7d0c9f0e-6c1b-4f55-9f0e-2b7a1c3d5e07";
  request.vm_name = "i-2-7-VM";
  request.cpus = 2;
  request.memory_bytes = 4294967297;
  return request;
}

TEST(Details, OfHostGoBeforeThoseOfClusterAndExtension) {
  ExtensionRequest request = usual_request();
  request.extension["network_bridge"] = "from extension";
  EXPECT_EQ(detail(request, "network_bridge"), "bond0");
  request.host["network_bridge"] = "  ";
  EXPECT_EQ(detail(request, "network_bridge"), "from extension");
  request.resourcemap["network_bridge"] = " from cluster ";
  EXPECT_EQ(detail(request, "network_bridge"), "from cluster");
}

TEST(Details, OfUsersReachTheirVmOnly) {
  ExtensionRequest request = usual_request();
  for (const DetailRow& row : detail_rows()) {
    request.virtualmachine[std::string(row.name)] = "mine";
    const bool taken = detail(request, row.name) == "mine";
    EXPECT_EQ(taken, row.level == DetailLevel::kUser) << row.name;
  }
}

TEST(AgentSettings, NameEverythingThatIsMissing) {
  ExtensionRequest request = usual_request();
  request.host.clear();
  const auto settings = agent_settings(request);
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().what.find("url and password"), std::string::npos);
  EXPECT_NE(settings.error().what.find("update host"), std::string::npos);
}

TEST(AgentSettings, TrustNobodyUnlessTold) {
  ExtensionRequest request = usual_request();
  EXPECT_EQ(agent_settings(request)->tls->trust(), TlsPolicy::Trust::kInsecure);
  request.host.erase("verify_tls_certificate");
  EXPECT_FALSE(agent_settings(request));
  request.host["tls_pin"] = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  EXPECT_EQ(agent_settings(request)->tls->trust(), TlsPolicy::Trust::kPin);
  EXPECT_FALSE(agent_settings(request)->tls->allows_tls10());
  request.host["allow_tls_1_0"] = "true";
  EXPECT_TRUE(agent_settings(request)->tls->allows_tls10());
  request.host["url"] = "http://10.20.30.11";
  EXPECT_FALSE(agent_settings(request)->tls);
}

TEST(Spec, RoundsMemoryUpAndSortsNics) {
  ExtensionRequest request = usual_request();
  request.nics = {{.device_id = 7, .mac = "b", .broadcast_uri = "vlan://9", .label = "fast"},
                  {.device_id = 2, .mac = "a", .broadcast_uri = "vlan://untagged"}};
  request.host["network_bridge.fast"] = "bond1";
  const auto spec = spec_of(request);
  ASSERT_TRUE(spec) << spec.error().message();
  EXPECT_EQ(spec->memory, MiB{4097});
  const std::vector<NicSpec> wanted{{.mac = "a", .parent = "bond0"},
                                    {.mac = "b", .parent = "bond1", .vlan = 9}};
  EXPECT_EQ(spec->nics, wanted);
}

TEST(Spec, RefusesWhatCannotBe) {
  const auto refused = [](auto change) {
    ExtensionRequest request = usual_request();
    change(request);
    return !spec_of(request).has_value();
  };
  EXPECT_FALSE(refused([](ExtensionRequest&) {}));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.cpus = 0; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.cpus = 129; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.memory_bytes.reset(); }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.vm_uuid = "7"; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.vm_name = "../x"; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.resourcemap.clear(); }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.virtualmachine["template_type"] = "tape"; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.virtualmachine["template_type"] = "iso"; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.virtualmachine["disk_size_gb"] = "99999999"; }));
  EXPECT_TRUE(refused([](ExtensionRequest& r) { r.host["stop_patience_seconds"] = "x"; }) ==
              false);  // only a stop looks at it
  ExtensionRequest request = usual_request();
  request.host["stop_patience_seconds"] = "x";
  EXPECT_FALSE(patience_setting(request));
}

TEST(Spec, KeepsEightCharactersOfAConsolePassword) {
  ExtensionRequest request = usual_request();
  request.vnc_password = Secret("Zt4mPq0LxW7sRb2Hc9Vn1A");
  EXPECT_EQ(spec_of(request)->vnc.password.reveal(), "Zt4mPq0L");
}

}  // namespace
}  // namespace trestle::ovm3
