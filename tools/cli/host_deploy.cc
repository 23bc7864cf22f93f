// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/deploy.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "helpers/ovm3/host_scripts.h"
#include "tools/cli/error_text.h"
#include "tools/cli/host_login.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/schemas.h"

namespace trestle::cli {
namespace {

/// Preparing takes seconds; a host whose agent does not come back is given up after this.
constexpr std::chrono::minutes kDeployBudget{3};
constexpr std::int64_t kMostAtOnce = 256;
/// Enough to keep two cores busy while hosts restart their agents.
constexpr std::int64_t kAtOnce = 16;

using Deploy = ovm3::DeployReport (*)(const CallContext&, const ovm3::SshAddress&,
                                      const ovm3::DeployOptions&, Log&);

/// Hands what threads say to the one thread that may show it.
class Talk {
 public:
  void say(std::string line) {
    const std::scoped_lock lock(mutex_);
    lines_.push_back(std::move(line));
    wake_.notify_one();
  }
  void one_done() {
    const std::scoped_lock lock(mutex_);
    ++done_;
    wake_.notify_one();
  }
  /// Shows lines until that many have said that they are done.
  void show(std::size_t all, Progress& progress) {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return !lines_.empty() || done_ == all; });
      if (lines_.empty()) return;
      const std::string line = std::move(lines_.front());
      lines_.pop_front();
      lock.unlock();
      progress.step(line);
      lock.lock();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> lines_;  // guarded by mutex_
  std::size_t done_ = 0;           // guarded by mutex_
};

Value describe_report(const ovm3::DeployReport& report, std::chrono::milliseconds took) {
  Array steps;
  for (const ovm3::DeployStep& step : report.steps) {
    steps.push_back(
        Struct{{"step", step.step}, {"outcome", step.outcome}, {"detail", step.detail}});
  }
  const auto maybe = [](const std::string& text) {
    return text.empty() ? Value(Nil{}) : Value(text);
  };
  return Struct{{"host", report.host},
                {"ok", !report.error.has_value()},
                {"changed", report.changed},
                {"release", maybe(report.release)},
                {"python", maybe(report.python)},
                {"module_version", maybe(report.module_version)},
                {"agent_url", report.agent ? maybe(report.agent->url()) : Value(Nil{})},
                {"agent_pin", report.agent ? maybe(report.agent->pin) : Value(Nil{})},
                {"milliseconds", static_cast<std::int64_t>(took.count())},
                {"steps", std::move(steps)},
                {"error", report.error ? describe_error(*report.error) : Value(Nil{})}};
}

Result<ovm3::DeployOptions> options_of(Call& call, const ovm3::SshAddress& first) {
  ovm3::DeployOptions options;
  TRESTLE_ASSIGN_OR_RETURN(options.ssh, login_of(call, first));
  options.pythons = host_pythons(call);
  options.restart_command = call.args.list("agent-restart");
  options.restart_xend = call.args.has("restart-xend");
  options.skip = call.args.list("skip-patch");
  if (const auto folder = call.args.maybe("scripts")) {
    auto scripts = ovm3::scripts_in(*folder);
    if (!scripts) return usage(scripts.error().what);
    options.scripts = std::move(*scripts);
  } else {
    options.scripts = ovm3::built_in_scripts();
  }
  TRESTLE_ASSIGN_OR_RETURN(const Secret password, agent_password(call));
  options.ask = module_asker(call, password);
  return options;
}

/// One root for all hosts, or one for each. Errors: a usage error.
Result<std::vector<std::string>> roots_of(Call& call, std::size_t hosts) {
  std::vector<std::string> roots = call.args.list("host-root");
  if (roots.empty()) roots.emplace_back("/");
  if (roots.size() == 1) roots.resize(hosts, roots.front());
  if (roots.size() != hosts) return usage("give --host-root once, or once for each host");
  for (const std::string& root : roots) {
    if (!root.starts_with('/')) return usage("--host-root wants an absolute path");
  }
  return roots;
}

/// The options for one host: its root, which its restart command may name as {root}.
ovm3::DeployOptions options_for(const ovm3::DeployOptions& all, const std::string& root) {
  constexpr std::string_view kMark = "{root}";
  ovm3::DeployOptions mine = all;
  mine.root = root;
  for (std::string& word : mine.restart_command) {
    if (const auto at = word.find(kMark); at != std::string::npos) {
      word.replace(at, kMark.size(), root);
    }
  }
  return mine;
}

Result<Outcome> deploy(Call& call, Deploy each) {
  TRESTLE_ASSIGN_OR_RETURN(const auto addresses, login_addresses(call));
  if (call.args.has("url") && addresses.size() > 1) {
    return usage("--url names the agent of one host; leave it out, it is read from each host");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t at_once,
                           call.args.number("parallel", 1, kMostAtOnce, kAtOnce));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::DeployOptions options, options_of(call, addresses.front()));
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kDeployBudget));
  TRESTLE_ASSIGN_OR_RETURN(const auto roots, roots_of(call, addresses.size()));
  const auto budget = ctx.remaining();
  Talk talk;
  std::vector<Value> rows(addresses.size(), Value(Nil{}));
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t i = next++; i < addresses.size(); i = next++) {
      ovm3::DeployOptions mine = options_for(options, roots[i]);
      mine.on_step = [&](const ovm3::DeployStep& step) {
        talk.say(addresses[i].host + ":" + std::to_string(addresses[i].port) + ": " + step.step +
                 ": " + step.outcome + (step.detail.empty() ? "" : " (" + step.detail + ")"));
      };
      const auto begin = ctx.now();
      // Each host has all of the time: the last ones of a fleet would find theirs used up.
      CallContext own = ctx;
      own.deadline = begin + budget;
      const ovm3::DeployReport report = each(own, addresses[i], mine, call.log());
      if (report.error) failed = true;
      rows[i] = describe_report(
          report, std::chrono::duration_cast<std::chrono::milliseconds>(ctx.now() - begin));
      talk.one_done();
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min(addresses.size(), static_cast<std::size_t>(at_once));
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
    talk.show(addresses.size(), call.progress());
  }
  call.progress().finish();
  return Outcome{.document = Array(std::move(rows)),
                 .columns = {{"HOST", "host"},
                             {"OK", "ok"},
                             {"CHANGED", "changed"},
                             {"RELEASE", "release"},
                             {"MODULE", "module_version"},
                             {"AGENT", "agent_url"},
                             {"MS", "milliseconds"},
                             {"ERROR", "error.what"}},
                 .exit = failed ? 1 : 0};
}

Result<Outcome> prepare(Call& call) { return deploy(call, ovm3::prepare_host); }
Result<Outcome> unprepare(Call& call) { return deploy(call, ovm3::unprepare_host); }

std::vector<Option> deploy_options() {
  std::vector<Option> options = login_options();
  options.push_back({.name = "parallel", .value = "N", .help = "hosts at the same time (16)"});
  options.push_back({.name = "scripts",
                     .value = "DIR",
                     .help = "host scripts of another version, in place of the built-in ones",
                     .complete = Complete::kDirectory});
  options.push_back(
      {.name = "agent-restart",
       .value = "WORD",
       .help = "program, then its arguments, that restarts the agent; {root} is --host-root",
       .many = true});
  return options;
}

}  // namespace

std::vector<Verb> host_deploy_verbs() {
  std::vector<Option> prepare_options = deploy_options();
  prepare_options.push_back(
      {.name = "restart-xend", .value = {}, .help = "restart xend too if its patch was applied"});
  prepare_options.push_back({.name = "skip-patch",
                             .value = "NAME",
                             .help = "leave a patch out",
                             .many = true,
                             .words = {"nozeroconf", "vlan-bridge", "xend-restart-time"}});
  return {
      {.name = "prepare",
       .what = "Makes hosts ready over SSH: puts module, heartbeat and patches in",
       .operands = {login_operand(true)},
       .options = prepare_options,
       .schema = kDeploySchema,
       .examples = {"host prepare 127.0.1.1:2201 --ssh-key ssh-key --known-hosts known-hosts "
                    "--host-root $PWD/dom0",
                    "host prepare 127.0.1.1:2201 127.0.1.2:2201 --ssh-key ssh-key --known-hosts "
                    "known-hosts --host-root $PWD/dom0 --host-root $PWD/dom0-2 --json"},
       .run = prepare,
       .more =
           "Compares digests first: a host that is ready is only looked at. Port and TLS key of\n"
           "the agent are read from the host itself. When a step fails, all that was done on that\n"
           "host is undone; if even that cannot be, repeating the command goes on from there.\n"
           "Exit status 1 if a host is not ready in the end."},
      {.name = "unprepare",
       .what = "Gives hosts back byte for byte as they were before they were prepared",
       .operands = {login_operand(true)},
       .options = deploy_options(),
       .schema = kDeploySchema,
       .examples = {"host unprepare 127.0.1.1:2201 --ssh-key ssh-key --known-hosts known-hosts "
                    "--host-root $PWD/dom0",
                    "host unprepare 127.0.1.1:2201 127.0.1.2:2201 --ssh-key ssh-key --known-hosts "
                    "known-hosts --host-root $PWD/dom0 --host-root $PWD/dom0-2 --json"},
       .run = unprepare}};
}

}  // namespace trestle::cli
