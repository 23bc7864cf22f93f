// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace trestle::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "Top5ecret";

struct CallCase {
  const char* name;
  const char* service;
  Array params;
  const char* want;
};

class RedactCallTest : public ::testing::TestWithParam<CallCase> {};

// known defect 5: what a debug line shows of a call holds no secret of any service.
TEST_P(RedactCallTest, ShowsEverythingButTheSecret) {
  const std::string shown = redacted_call(GetParam().service, GetParam().params);
  EXPECT_EQ(shown, GetParam().want);
  EXPECT_THAT(shown, Not(HasSubstr(kSecret)));
}

INSTANTIATE_TEST_SUITE_P(
    Services, RedactCallTest,
    ::testing::Values(
        CallCase{"AgentPassword",
                 "update_agent_password",
                 {"oracle", kSecret, kSecret},
                 "update_agent_password(\"oracle\", ********, ********)"},
        CallCase{"UploadedFile",
                 "ovs_upload_file",
                 {"/etc", "a.conf", kSecret},
                 "ovs_upload_file(\"/etc\", \"a.conf\", ********)"},
        CallCase{"RouterFile",
                 "ovs_domr_upload_file",
                 {"192.0.2.1", "/a", "b", kSecret},
                 "ovs_domr_upload_file(\"192.0.2.1\", \"/a\", \"b\", ********)"},
        CallCase{"SshKey",
                 "ovs_upload_ssh_key",
                 {"id_rsa.cloud", kSecret},
                 "ovs_upload_ssh_key(\"id_rsa.cloud\", ********)"},
        CallCase{"RouterCommand",
                 "exec_domr",
                 {"192.0.2.1", "vpn --psk Top5ecret", 10},
                 "exec_domr(\"192.0.2.1\", ********, 10)"},
        CallCase{"PowerControl",
                 "remote_power_off",
                 {"ipmi", "192.0.2.9", "root", kSecret},
                 "remote_power_off(\"ipmi\", \"192.0.2.9\", \"root\", ********)"},
        CallCase{"GuestMessage",
                 "send_to_guest",
                 {"r", "v", Struct{{"com.oracle.linux.root", kSecret}}},
                 "send_to_guest(\"r\", \"v\", ********)"},
        CallCase{"Ownership",
                 "take_ownership",
                 {"0004fb", "https://manager:Top5ecret@0.0.0.0:7002/ovm/core"},
                 "take_ownership(\"0004fb\", \"https://manager:********@0.0.0.0:7002/ovm/core\")"},
        CallCase{"OwnershipStruct",
                 "take_ownership",
                 {Struct{{"manager_uuid", "0004fb"}, {"manager_password", kSecret}}},
                 "take_ownership({manager_uuid: \"0004fb\", manager_password: ********})"},
        CallCase{"Storage",
                 "storage_plugin_mount",
                 {"plugin", Struct{{"admin_user", "a"}, {"admin_passwd", kSecret}}},
                 "storage_plugin_mount(\"plugin\", {admin_user: \"a\", admin_passwd: ********})"},
        CallCase{"FrameBuffer",
                 "create_vm",
                 {"r", "v", Struct{{"vfb", Array{"type=vnc,vncpasswd=Top5ecret,keymap=en-us"}}}},
                 "create_vm(\"r\", \"v\", {vfb: "
                 "[\"type=vnc,vncpasswd=********,keymap=en-us\"]})"},
        CallCase{"TopLevelFrameBuffer",
                 "configure_vm",
                 {"r", "v", Struct{{"vncpasswd", kSecret}, {"vnc", 1}}},
                 "configure_vm(\"r\", \"v\", {vncpasswd: ********, vnc: 1})"},
        CallCase{"Dispatch",
                 "dispatch",
                 {"https://oracle:Top5ecret@192.0.2.1:8899/api/3/", "start_vm", "r", "v"},
                 "dispatch(\"https://oracle:********@192.0.2.1:8899/api/3/\", \"start_vm\", "
                 "\"r\", \"v\")"},
        CallCase{"DispatchOfASecretCall",
                 "dispatch",
                 {"https://192.0.2.1:8899/", "update_agent_password", "oracle", kSecret},
                 "dispatch(\"https://192.0.2.1:8899/\", \"update_agent_password\", \"oracle\", "
                 "********)"},
        CallCase{"AsyncOfADispatch",
                 "ovs_async_proc",
                 {"dispatch", "http://h/", "ovs_upload_file", "/", "f", kSecret},
                 "ovs_async_proc(\"dispatch\", \"http://h/\", \"ovs_upload_file\", \"/\", \"f\", "
                 "********)"}),
    [](const auto& c) { return std::string(c.param.name); });

// The twin: what is no secret is shown, or a debug line would be of no use.
INSTANTIATE_TEST_SUITE_P(
    Harmless, RedactCallTest,
    ::testing::Values(
        CallCase{"NoArguments", "list_vms", {}, "list_vms()"},
        CallCase{"EveryKind",
                 "echo",
                 {Nil{}, true, 7, Base64{"abc"}, DateTime{"20141020T19:46:48"}, Array{}, Struct{}},
                 "echo(nil, true, 7, base64(3 bytes), 20141020T19:46:48, [], {})"},
        CallCase{"UserNames", "echo", {"oracle", "root"}, "echo(\"oracle\", \"root\")"},
        CallCase{"ThirdArgumentOfAnotherCall",
                 "copy_file",
                 {"/a", "/b", "/c"},
                 "copy_file(\"/a\", \"/b\", \"/c\")"}),
    [](const auto& c) { return std::string(c.param.name); });

struct TextCase {
  const char* name;
  const char* text;
  const char* want;
};

class RedactTextTest : public ::testing::TestWithParam<TextCase> {};

TEST_P(RedactTextTest, MasksTheSecretOnly) {
  EXPECT_EQ(redacted_text(GetParam().text), GetParam().want);
  EXPECT_EQ(redacted_text(GetParam().want), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RedactTextTest,
    ::testing::Values(
        TextCase{"Url", "http://u:Top5ecret@h:1/p", "http://u:********@h:1/p"},
        TextCase{"UrlWithOddPassword", "http://u:a/b@c:d@h:1/p", "http://u:********@h:1/p"},
        TextCase{"TwoUrls", "http://u:a@h http://v:b@i", "http://u:********@h http://v:********@i"},
        TextCase{"EmptyUser", "http://:Top5ecret@h/", "http://:********@h/"},
        TextCase{"UrlWithoutPassword", "http://u@h:8899/a", "http://u@h:8899/a"},
        TextCase{"PortAndAtInThePath", "http://h:8080/mail@x", "http://h:8080/mail@x"},
        TextCase{"PlainUrl", "nfs://h:2049/a", "nfs://h:2049/a"},
        TextCase{"Pair", "a=1,passwd=Top5ecret,b=2", "a=1,passwd=********,b=2"},
        TextCase{"PairAtTheEnd", "PASSWORD=Top5ecret", "PASSWORD=********"},
        TextCase{"Python", "{'vncpasswd': 'Top 5ecret', 'a': 'b'}",
                 "{'vncpasswd': '********', 'a': 'b'}"},
        TextCase{"Config", "vncpasswd = 'Top5ecret'\nname = 'x'",
                 "vncpasswd = '********'\nname = 'x'"},
        TextCase{"Json", "{\"api_token\": \"Top5ecret\"}", "{\"api_token\": \"********\"}"},
        TextCase{"Xml", "<Admin_Password>Top 5ecret</Admin_Password>",
                 "<Admin_Password>********</Admin_Password>"},
        TextCase{"Key",
                 "x\n-----BEGIN RSA PRIVATE KEY-----\nTop5ecret\n-----END RSA PRIVATE KEY-----\ny",
                 "x\n********\ny"},
        TextCase{"CutKey", "-----BEGIN PRIVATE KEY-----\nTop5ec", "********"},
        TextCase{"KeyBehindAnUnfinishedOne",
                 "-----BEGIN RSA\n-----BEGIN PRIVATE KEY-----\nT\n-----END PRIVATE KEY-----\ny",
                 "-----BEGIN RSA\n********\ny"},
        TextCase{"KeyWithoutAnEndAndAnother",
                 "-----BEGIN PRIVATE KEY-----\nT\n-----END\n-----BEGIN PRIVATE KEY-----\nTop5ecret",
                 "********"},
        TextCase{"Certificate", "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
                 "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"},
        TextCase{"Prose", "the password of the host was wrong",
                 "the password of the host was wrong"},
        TextCase{"EmptyText", "", ""}),
    [](const auto& c) { return std::string(c.param.name); });

// One pass: a search that began again at each mark would take hours here.
TEST(Redact, TakesLongHostileTextsInOnePass) {
  for (const std::string_view mark :
       {"://", "://a@", "passw", "passw=", "-----BEGIN PRIVATE KEY", "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----"}) {
    std::string text;
    while (text.size() < (4U << 20U)) text += mark;
    EXPECT_FALSE(redacted_text(text).empty()) << mark;
  }
}

TEST(Redact, UsesParameterNamesWhereTheCallerKnowsThem) {
  const Array params = {"a", kSecret};
  constexpr std::array<std::string_view, 2> kNames = {"user", "chap_secret"};
  EXPECT_EQ(redacted_call("some_new_call", params, kNames), "some_new_call(\"a\", ********)");
}

// known defect 6: a map of configuration with all its passwords can be shown.
TEST(Redact, ShowsAConfigurationWithoutItsPasswords) {
  const Value configuration = Struct{{"username", "root"},
                                     {"password", kSecret},
                                     {"agentpassword", kSecret},
                                     {"url", "http://192.0.2.1"}};
  EXPECT_EQ(redacted_value(configuration),
            "{username: \"root\", password: ********, agentpassword: ********, "
            "url: \"http://192.0.2.1\"}");
  const Reply reply = Reply::from(configuration);
  EXPECT_EQ(redacted_value(reply.root()), redacted_value(configuration));
}

TEST(Redact, ShortensLongTextsAfterMasking) {
  const std::string text =
      std::string(kLongestShownText - 10, 'x') + " password=Top5ecret" + std::string(1000, 'y');
  const std::string shown = redacted_value(Value(text));
  EXPECT_LT(shown.size(), kLongestShownText + 40);
  EXPECT_THAT(shown, HasSubstr("bytes)"));
  EXPECT_THAT(shown, Not(HasSubstr("Top5")));
}

TEST(Redact, KnowsSecretNames) {
  for (const char* name : {"password", "admin_passwd", "vncpasswd", "bmc_password", "OLD_PASSWORD",
                           "content", "client_secret", "private_key", "token"}) {
    EXPECT_TRUE(is_secret_name(name)) << name;
  }
  for (const char* name : {"username", "name", "uuid", "keymap", "path", "contents_list", ""}) {
    EXPECT_FALSE(is_secret_name(name)) << name;
  }
}

}  // namespace
}  // namespace trestle::wire
