// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/connect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/cli/shell.h"

namespace trestle::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kPing = {"host", "ping", "--json"};

Shell answering() {
  Shell shell;
  shell.answer = [](const Received& call) -> Result<Value> {
    return call.params.empty() ? Value(Nil{}) : call.params.front();
  };
  return shell;
}

std::vector<std::string> with(std::vector<std::string> more) {
  std::vector<std::string> args = kPing;
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

TEST(ConnectionOptions, TakeTheEnvironment) {
  Shell shell = answering();
  ASSERT_EQ(shell.run(kPing).exit, 0);
  ASSERT_EQ(shell.connections.size(), 1U);
  const Connection& to = shell.connections[0];
  EXPECT_EQ(to.endpoint.url(), "https://oracle@ovm1.example.org:8899/RPC2");
  EXPECT_EQ(to.password.reveal(), "swordfish");
  EXPECT_FALSE(to.insecure);
  EXPECT_FALSE(to.allow_tls10);
  EXPECT_THAT(to.pin, HasSubstr("sha256//"));
}

TEST(ConnectionOptions, GoOverTheEnvironment) {
  Shell shell = answering();
  shell.environment["TRESTLE_USER"] = "somebody";
  ASSERT_EQ(shell.run(kPing).exit, 0);
  ASSERT_EQ(shell
                .run(with({"--url", "https://10.0.0.9:1234", "--user", "admin", "--insecure",
                           "--allow-tls10"}))
                .exit,
            0);
  EXPECT_EQ(shell.connections.at(0).endpoint.user, "somebody");
  const Connection& to = shell.connections.at(1);
  EXPECT_EQ(to.endpoint.peer(), "10.0.0.9:1234");
  EXPECT_EQ(to.endpoint.user, "admin");
  EXPECT_TRUE(to.insecure);
  EXPECT_TRUE(to.allow_tls10);
  EXPECT_EQ(to.pin, "") << "--insecure must not be mixed with what the environment trusts";
}

// known defect 2: there is no way to talk TLS without saying whom to trust.
TEST(ConnectionOptions, WantAProofOfTheHost) {
  Shell shell = answering();
  shell.environment.erase("TRESTLE_PIN");
  const Shell::Ran ran = shell.run(kPing);
  EXPECT_EQ(ran.exit, 2);
  EXPECT_THAT(ran.err, HasSubstr("--pin"));
  EXPECT_TRUE(shell.connections.empty());
  EXPECT_EQ(shell.run(with({"--pin", "nonsense"})).exit, 2);
  EXPECT_EQ(shell.run(with({"--ca-file", "/nonexistent.pem"})).exit, 2);
  EXPECT_EQ(shell.run(with({"--insecure", "--ca-file", "/x"})).exit, 2);
  EXPECT_TRUE(shell.connections.empty());
}

TEST(ConnectionOptions, RefuseAPasswordInTheUrlWithoutRepeatingIt) {
  for (const char* const url : {"https://oracle:sw0rdfish@h", "https://:sw0rdfish@h:8899"}) {
    Shell shell = answering();
    const Shell::Ran by_option = shell.run(with({"--url", url}));
    shell.environment["TRESTLE_URL"] = url;
    const Shell::Ran by_variable = shell.run(kPing);
    for (const Shell::Ran& ran : {by_option, by_variable}) {
      EXPECT_EQ(ran.exit, 2);
      EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("sw0rdfish")));
    }
    EXPECT_TRUE(shell.connections.empty());
  }
}

TEST(Password, IsAskedForOnlyIfNothingGivesIt) {
  Shell shell = answering();
  shell.environment.erase("TRESTLE_PASSWORD");
  shell.typed = "typed";
  ASSERT_EQ(shell.run(kPing).exit, 0);
  EXPECT_EQ(shell.connections.at(0).password.reveal(), "typed");
  shell.environment["TRESTLE_PASSWORD"] = "variable";
  ASSERT_EQ(shell.run(kPing).exit, 0);
  EXPECT_EQ(shell.connections.at(1).password.reveal(), "variable");
}

TEST(Password, WithoutATerminalIsAUsageErrorThatSaysWhatToDo) {
  Shell shell = answering();
  shell.environment.erase("TRESTLE_PASSWORD");
  const Shell::Ran ran = shell.run(kPing);
  EXPECT_EQ(ran.exit, 2);
  EXPECT_THAT(ran.err, HasSubstr("--password-file"));
}

TEST(Password, ComesFromTheFirstLineOfAFile) {
  const auto file =
      std::filesystem::temp_directory_path() / ("trestle-password-" + std::to_string(::getpid()));
  std::ofstream(file) << "from file\r\nsecond line\n";
  Shell shell = answering();
  ASSERT_EQ(shell.run(with({"--password-file", file.string()})).exit, 0);
  EXPECT_EQ(shell.connections.at(0).password.reveal(), "from file");
  std::ofstream(file, std::ios::trunc).close();
  EXPECT_EQ(shell.run(with({"--password-file", file.string()})).exit, 2) << "an empty file";
  std::filesystem::remove(file);
  EXPECT_EQ(shell.run(with({"--password-file", file.string()})).exit, 2) << "no file";
  shell.input = "piped\n";
  ASSERT_EQ(shell.run(with({"--password-file", "-"})).exit, 0);
  EXPECT_EQ(shell.connections.back().password.reveal(), "piped");
}

// known defects 5 and 7: neither the log of every call nor an error holds arguments or passwords.
TEST(Verbose, NeverTellsArguments) {
  Shell shell;
  shell.answer = [](const Received&) -> Result<Value> { return fail(Code::kInternal, "no"); };
  const Shell::Ran ran = shell.run(
      {"agent", "call", "update_agent_password", "\"oracle\"", "\"n3wsecret\"", "-v", "--json"});
  EXPECT_EQ(shell.calls.size(), 1U);
  EXPECT_THAT(ran.err, HasSubstr("service=update_agent_password"));
  EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("n3wsecret")));
}

TEST(Password, IsNeverPrinted) {
  Shell shell = answering();
  for (const Shell::Ran& ran :
       {shell.run(with({"-v"})), shell.run({"host", "show", "-v"}), shell.run({"vm", "list"})}) {
    EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("swordfish")));
  }
}

TEST(Password, IsAskedForOnceForManyHosts) {
  Shell shell;
  shell.environment.erase("TRESTLE_PASSWORD");
  shell.typed = "typed";
  shell.answer = [](const Received&) -> Result<Value> { return Value(Array{}); };
  const Shell::Ran ran = shell.run({"host", "poll", "https://a", "https://b", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  ASSERT_EQ(shell.connections.size(), 2U);
  EXPECT_EQ(shell.connections[1].password.reveal(), "typed");
}

TEST(Verbose, TellsEveryCallOnStandardError) {
  Shell shell = answering();
  const Shell::Ran quiet = shell.run(kPing);
  const Shell::Ran talks = shell.run(with({"--verbose"}));
  EXPECT_EQ(quiet.err, "");
  EXPECT_THAT(talks.err, HasSubstr("service=echo"));
}

}  // namespace
}  // namespace trestle::cli
