// SPDX-License-Identifier: Apache-2.0
// list_vms over a thousand simulated hosts: how long one pass takes, and what the polling client
// keeps resident.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "objects/ovm3/vm_list.h"
#include "tests/bench/cases.h"
#include "tests/bench/clients.h"

namespace trestle::bench {
namespace {

constexpr std::size_t kHosts = 1000;
constexpr std::size_t kGuests = 20;
constexpr std::size_t kInFlight = 64;
constexpr int kPasses = 5;

struct Estate {
  pid_t child = -1;
  std::string folder;
  std::vector<std::string> urls;

  ~Estate() {
    if (child > 0) {
      kill(child, SIGTERM);
      waitpid(child, nullptr, 0);
    }
    if (!folder.empty() && std::system(("rm -rf " + folder).c_str()) != 0)
      std::fputs("bench: left a folder\n", stderr);
  }
};

/// Starts trestle-sim and waits until it says where it listens.
void start_estate(Estate& estate, const std::string& programs) {
  std::string folder = "/tmp/trestle-estate-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) give_up("no scratch folder");
  estate.folder = folder;
  std::ofstream(folder + "/password") << "secret\n";
  const std::string program = programs + "/trestle-sim";
  const std::string hosts = std::to_string(kHosts);
  const std::string guests = std::to_string(kGuests);
  const std::string password = folder + "/password";
  const std::string ready = folder + "/ready.json";
  estate.child = fork();
  if (estate.child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
    execl(program.c_str(), "trestle-sim", "serve", "--hosts", hosts.c_str(), "--guests",
          guests.c_str(), "--plain", "--password-file", password.c_str(), "--ready-file",
          ready.c_str(), nullptr);
    _exit(127);
  }
  for (int i = 0; i < 300 && estate.urls.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::ifstream in(ready);
    const auto document = nlohmann::json::parse(in, nullptr, false);
    if (document.is_discarded()) continue;
    for (const auto& host : document["hosts"])
      estate.urls.push_back(host["url"].get<std::string>());
  }
  if (estate.urls.size() != kHosts) give_up("trestle-sim did not start " + hosts + " hosts");
}

/// Asks every host once, a bounded number at a time, and reads the replies to typed VMs.
class Pass {
 public:
  explicit Pass(std::vector<std::unique_ptr<HttpTransport>>& hosts) : hosts_(hosts) {}

  void run() {
    {
      const std::scoped_lock lock(mutex_);
      next_ = kInFlight;
    }
    for (std::size_t i = 0; i < kInFlight; ++i) ask(i);
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [&] { return done_ == hosts_.size(); });
  }

 private:
  void ask(std::size_t index) {
    const Request request{.method = "list_vms", .params = {}, .effect = Effect::kReads};
    hosts_[index]->start(context_for(std::chrono::seconds(60)), request,
                         [this](const Result<Reply>& reply) {
                           if (!reply) give_up("list_vms: " + reply.error().message());
                           const auto vms = ovm3::read_vms(reply->root());
                           if (!vms || vms->size() != kGuests + 1)
                             give_up("list_vms: not the guests that were asked for, and dom0");
                           std::size_t following = 0;
                           {
                             const std::scoped_lock lock(mutex_);
                             if (++done_ == hosts_.size()) finished_.notify_all();
                             following = next_++;
                           }
                           if (following < hosts_.size()) ask(following);
                         });
  }

  std::vector<std::unique_ptr<HttpTransport>>& hosts_;
  std::mutex mutex_;
  std::condition_variable finished_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
};

struct Polled {
  double seconds = 0;
  double resident = 0;
};

/// The client of the measurement, in a process of its own so that its memory is its own.
Polled poll_as_client(const std::vector<std::string>& urls) {
  IoLoop loop;
  std::vector<std::unique_ptr<HttpTransport>> hosts;
  for (const std::string& url : urls) hosts.push_back(transport_to(loop, url));
  std::vector<double> seconds;
  for (int i = 0; i < kPasses; ++i) {
    const auto started = std::chrono::steady_clock::now();
    Pass(hosts).run();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  }
  std::ranges::sort(seconds);
  return {seconds[seconds.size() / 2], resident_mib()};
}

}  // namespace

std::vector<Row> poll_estate(const Stage& stage) {
  Estate estate;
  start_estate(estate, stage.programs);
  int ends[2] = {-1, -1};
  if (pipe(ends) != 0) give_up("no pipe");
  // Re-executed, not only forked: what earlier measurements left in memory must not count.
  const std::string list = estate.folder + "/urls";
  {
    std::ofstream out(list);
    for (const std::string& url : estate.urls) out << url << '\n';
  }
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl((stage.programs + "/trestle-bench").c_str(), "trestle-bench", "--poll-client",
          list.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  Polled polled;
  const ssize_t got = read(ends[0], &polled, sizeof(polled));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (got != sizeof(polled)) give_up("the polling client failed");
  return {
      ceiling_row("one pass of list_vms (20 guests each) over 1,000 simulated hosts, plain HTTP",
                  polled.seconds, "s", 2.5),
      ceiling_row("resident memory of that client", polled.resident, "MiB", 40)};
}

int poll_client_main(const std::string& list) {
  std::vector<std::string> urls;
  std::ifstream in(list);
  for (std::string line; std::getline(in, line);) urls.push_back(line);
  const Polled polled = poll_as_client(urls);
  return write(STDOUT_FILENO, &polled, sizeof(polled)) == sizeof(polled) ? 0 : 1;
}

}  // namespace trestle::bench
