// SPDX-License-Identifier: Apache-2.0
// The program trestle-sim as a person runs it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "objects/wire/http_transport.h"
#include "objects/wire/io_loop.h"
#include "objects/wire/tls_policy.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

std::string read_all(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    std::string name = (fs::temp_directory_path() / "trestle-prog-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ProgramTest() override {
    if (child_ > 0) end(SIGKILL);
    fs::remove_all(folder_);
  }

  /// Starts the program; output goes to out.txt and err.txt.
  pid_t start(std::vector<std::string> args) {
    args.insert(args.begin(), std::string(TRESTLE_BIN_DIR) + "/trestle-sim");
    std::vector<char*> argv;
    for (std::string& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);
    const std::string out = folder_ / "out.txt";
    const std::string err = folder_ / "err.txt";
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::dup2(::open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600), 1);
      ::dup2(::open(err.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600), 2);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    return pid;
  }
  static int wait_for(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  int run(std::vector<std::string> args) { return wait_for(start(std::move(args))); }
  [[nodiscard]] std::string out() const { return read_all(folder_ / "out.txt"); }
  [[nodiscard]] std::string err() const { return read_all(folder_ / "err.txt"); }

  void serve(std::vector<std::string> more = {}) {
    fs::remove(ready_file());
    std::vector<std::string> args{"serve", "--ready-file", ready_file(), "--state",
                                  (folder_ / "state").string()};
    args.insert(args.end(), more.begin(), more.end());
    child_ = start(args);
    for (int i = 0; i < 1200 && !fs::exists(ready_file()); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      ASSERT_EQ(::waitpid(child_, nullptr, WNOHANG), 0) << err();
    }
    ready_ = json::parse(read_all(ready_file()));
  }
  int end(int signal) {
    ::kill(child_, signal);
    return wait_for(std::exchange(child_, 0));
  }
  [[nodiscard]] std::string ready_file() const { return folder_ / "ready.json"; }

  Result<Reply> call(std::string_view method, const Array& params = {}) {
    const json& host = ready_["hosts"][0];
    const Endpoint endpoint{.scheme = Scheme::kHttps,
                            .user = "oracle",
                            .host = host["address"],
                            .port = host["port"],
                            .path = "/RPC2"};
    HttpTransport::Options options{
        .password = Secret("simulated"),
        .tls = *TlsPolicy::ca_file(ready_["ca_file"].get<std::string>())};
    auto transport = HttpTransport::create(loop_, endpoint, std::move(options));
    return (*transport)
        ->round_trip(context_for(std::chrono::seconds(20)),
                     {.method = method, .params = params, .effect = Effect::kMutates});
  }

  fs::path folder_;
  pid_t child_ = 0;
  json ready_;
  IoLoop loop_;
};

TEST_F(ProgramTest, HelpEndsWithTwoExamplesThatRun) {
  ASSERT_EQ(run({"--help"}), 0);
  const std::string help = out();
  const std::size_t at = help.rfind("Examples:\n");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(help.substr(at), HasSubstr("  trestle-sim services --json\n"));
  EXPECT_THAT(help.substr(at), HasSubstr("  trestle-sim serve --hosts 3 "));
  ASSERT_EQ(run({"services", "--json"}), 0);
  const json names = json::parse(out());
  EXPECT_GT(names.size(), 100U);
  EXPECT_NE(std::find(names.begin(), names.end(), "list_vms"), names.end());
  ASSERT_EQ(run({"serve", "--help"}), 0);
  EXPECT_THAT(out(), HasSubstr("--world"));
}

TEST_F(ProgramTest, UsageErrorsExitWith2AndSayWhatToDo) {
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"serve", "--nonsense"}), 2);
  EXPECT_EQ(run({"serve", "--hosts", "0"}), 2);
  EXPECT_EQ(run({"serve", "--hosts", "1", "--release", "9"}), 2);
  EXPECT_THAT(err(), HasSubstr("3.2.1, 3.3.1 or 3.4"));
  EXPECT_EQ(run({"ctl", "inspect"}), 2);
  EXPECT_THAT(err(), HasSubstr("--control"));
  EXPECT_EQ(run({"ctl", "--control", (folder_ / "none").string(), "inspect"}), 1);
  EXPECT_THAT(err(), HasSubstr("trestle-sim serve"));
  std::ofstream(folder_ / "world.json") << R"({"version":1,"hosts":[{"name":"a","release":"x"}]})";
  EXPECT_EQ(run({"serve", "--world", (folder_ / "world.json").string()}), 2);
  EXPECT_THAT(err(), HasSubstr("hosts[0].release"));
}

TEST_F(ProgramTest, ServesIsSteeredAndEndsCleanly) {
  serve({"--hosts", "2", "--port-base", "0"});
  EXPECT_TRUE(call("echo", {"x"}));
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "inspect", "ovm-2"}), 0);
  EXPECT_EQ(json::parse(out())["host"]["name"], "ovm-2");
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "set-rule", "--service", "echo", "--action",
                 "fault", "--fault-text", "No space left"}),
            0);
  EXPECT_THAT(call("echo", {"x"}).error().message(), HasSubstr("No space left"));
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "clear-rules"}), 0);
  EXPECT_TRUE(call("echo", {"x"}));
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "power-cut", "ovm-1"}), 0);
  EXPECT_EQ(call("echo", {"x"}).error().code, Code::kUnavailable);
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "power-on", "ovm-1"}), 0);
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "step", "10"}), 0);
  EXPECT_TRUE(call("echo", {"x"}));
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "power-cut", "nobody"}), 1);
  EXPECT_EQ(end(SIGTERM), 0);
}

TEST_F(ProgramTest, KeepsWhatItAnsweredWhenItIsKilled) {
  serve({"--hosts", "1", "--port-base", "0", "--release", "3.2.1"});
  const std::string ca = read_all(ready_["ca_file"].get<std::string>());
  ASSERT_TRUE(call("take_ownership", {"0004fb00000100001234567890abcdef", ""}));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(call("set_ntp", {Array{"ntp-" + std::to_string(i)}, true, true}));
  }
  EXPECT_EQ(end(SIGKILL), 128 + SIGKILL);
  serve({"--hosts", "1", "--port-base", "0", "--release", "3.2.1"});
  EXPECT_EQ(read_all(ready_["ca_file"].get<std::string>()), ca) << "clients keep their trust";
  const auto ntp = call("get_ntp");
  ASSERT_TRUE(ntp) << ntp.error().message();
  EXPECT_EQ((*(*ntp->root().begin()).begin()).string(), "ntp-19");
  const auto server = call("discover_server");
  ASSERT_TRUE(server);
  EXPECT_THAT(std::string(*server->root().string()), HasSubstr("0004fb00000100001234567890abcdef"));
  EXPECT_EQ(run({"ctl", "--ready-file", ready_file(), "shutdown"}), 0);
  EXPECT_EQ(wait_for(std::exchange(child_, 0)), 0);
}

}  // namespace
}  // namespace trestle::simulator
