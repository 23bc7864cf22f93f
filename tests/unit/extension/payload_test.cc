// SPDX-License-Identifier: Apache-2.0
#include "integration/doors/extension/payload.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace trestle::extension {
namespace {

TEST(Payload, KeepsNumbersOf64BitsExactly) {
  const auto payload =
      parse_payload("create", R"({"cloudstack.vm.details":{"minRam":9007199254740993,"cpus":2}})");
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->request.memory_bytes, 9007199254740993);
  EXPECT_FALSE(parse_payload("create", R"({"cloudstack.vm.details":{"minRam":1.5}})"));
  EXPECT_FALSE(
      parse_payload("create", R"({"cloudstack.vm.details":{"minRam":18446744073709551615}})"));
}

TEST(Payload, PassesOverWhatItDoesNotKnowAndMissesNothingThatIsAbsent) {
  const auto payload = parse_payload("status", R"({"zz":[1,{"a":null}],"externaldetails":null,
      "virtualmachinename":"i-2-7-VM","parameters":{"a":1,"b":true,"c":null,"d":0.5,"e":"x"}})");
  ASSERT_TRUE(payload) << payload.error().message();
  EXPECT_EQ(payload->request.vm_name, "i-2-7-VM");
  EXPECT_FALSE(payload->request.custom);
  const ovm3::Details wanted{{"a", "1"}, {"b", "true"}, {"d", "0.5"}, {"e", "x"}};
  EXPECT_EQ(payload->request.parameters, wanted);
  EXPECT_TRUE(parse_payload("x", R"({"action":"x"})")->request.custom);
}

TEST(Payload, FindsEverySecret) {
  const auto payload = parse_payload("status", R"({"a":{"Password":"one"},"vncPassword":"two",
      "list":[{"api_token":["three"]}],"secretbox":{"x":"four"},"name":"five"})");
  ASSERT_TRUE(payload);
  std::vector<std::string> secrets = payload->secrets;
  std::sort(secrets.begin(), secrets.end());
  EXPECT_EQ(secrets, (std::vector<std::string>{"four", "one", "three", "two"}));
}

TEST(Payload, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{"), std::string("null"), std::string("{}x"),
        std::string(5000, '['), std::string(R"({"externaldetails":{"host":[]}})"),
        std::string(R"({"cloudstack.vm.details":{"nics":{}}})"),
        std::string(R"({"cloudstack.vm.details":{"nics":[1]}})"),
        std::string(R"({"cloudstack.vm.details":7})")}) {
    EXPECT_FALSE(parse_payload("status", text)) << text.substr(0, 60);
  }
}

TEST(PayloadFile, IsRefusedByName) {
  for (const char* path : {"/nonexistent/payload.json", "/", "/dev/null"}) {
    const auto text = read_payload_file(path);
    ASSERT_FALSE(text);
    EXPECT_NE(text.error().what.find(path), std::string::npos);
  }
}

}  // namespace
}  // namespace trestle::extension
