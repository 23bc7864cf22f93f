// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <utility>

#include "objects/ovm3/api/all.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/vm_list.h"
#include "tools/cli/call.h"
#include "tools/cli/error_text.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/schemas.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

/// What one host answered; filled on the loop's thread, read after the last one is in.
struct Answer {
  std::string url;
  std::string peer;
  std::optional<Result<Reply>> reply;
  std::chrono::duration<double, std::milli> took{};
};

/// Calls that are still out.
class Outstanding {
 public:
  explicit Outstanding(std::size_t count) : count_(count) {}
  void one_less() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) all_in_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    all_in_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_in_;
  std::size_t count_;  // guarded by mutex_
};

Struct describe_answer(const Answer& answer) {
  Struct row{{"url", answer.url}};
  auto vms = answer.reply->has_value()
                 ? ovm3::read_vms((*answer.reply)->root())
                 : Result<std::vector<ovm3::VmInfo>>(fail(answer.reply->error()));
  std::int64_t guests = 0;
  std::int64_t running = 0;
  if (vms) {
    for (const ovm3::VmInfo& vm : *vms) {
      if (vm.is_control_domain()) continue;
      ++guests;
      if (vm.power() == ovm3::VmState::kRunning) ++running;
    }
  }
  row.push_back({"answered", vms.has_value()});
  row.push_back({"vms", vms ? Value(guests) : Value(Nil{})});
  row.push_back({"running", vms ? Value(running) : Value(Nil{})});
  row.push_back({"milliseconds", answer.took.count()});
  row.push_back({"error", vms ? Value(Nil{}) : describe_error(vms.error())});
  return row;
}

Result<std::vector<std::string>> urls_of(Call& call) {
  std::vector<std::string> urls = call.args.list("URL");
  if (const auto file = call.args.maybe("file")) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string text, call.read_file(*file));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      if (end > at && text[at] != '#') urls.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  if (urls.empty()) return usage("no host is named: give URLs, or --file with one a line");
  return urls;
}

/// list_vms to all hosts at once over the asynchronous door of the transport.
Result<Outcome> poll_hosts(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const auto urls, urls_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context());
  std::vector<Answer> answers(urls.size());
  std::vector<Transport*> transports;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    TRESTLE_ASSIGN_OR_RETURN(Transport* const transport, call.transport_at(urls[i]));
    transports.push_back(transport);
    answers[i].url = urls[i];
  }
  call.progress().step("asking " + std::to_string(urls.size()) + " hosts");
  Outstanding outstanding(urls.size());
  const Request request{.method = ovm3::api::hypervisor::list_vms.name,
                        .params = {},
                        .effect = ovm3::api::hypervisor::list_vms.effect};
  const auto begin = ctx.now();
  for (std::size_t i = 0; i < urls.size(); ++i) {
    call.world().start(*transports[i], ctx, request, [&, i](Result<Reply> reply) {
      answers[i].took = ctx.now() - begin;
      answers[i].reply.emplace(std::move(reply));
      outstanding.one_less();
    });
  }
  outstanding.wait();
  Outcome outcome{.document = Nil{},
                  .columns = {{"HOST", "url"},
                              {"ANSWERED", "answered"},
                              {"VMS", "vms"},
                              {"RUNNING", "running"},
                              {"MS", "milliseconds"},
                              {"ERROR", "error.what"}}};
  Array rows;
  for (const Answer& answer : answers) {
    rows.push_back(describe_answer(answer));
    if (*rows.back().find("answered") == Value(false)) outcome.exit = 1;
  }
  outcome.document = std::move(rows);
  return outcome;
}

}  // namespace

std::vector<Verb> host_poll_verbs() {
  return {{.name = "poll",
           .what = "Asks many hosts at once what runs on them",
           .operands = {{.name = "URL", .help = "agents to ask", .required = false, .many = true}},
           .options = {{.name = "file",
                        .value = "FILE",
                        .help = "further URLs, one a line; # begins a comment",
                        .complete = Complete::kFile}},
           .schema = kPollSchema,
           .examples = {"host poll https://127.0.1.1 https://127.0.1.2",
                        "host poll --file hosts.txt --json"},
           .run = poll_hosts,
           .more = "Exit status 1 if a host did not answer."}};
}

}  // namespace trestle::cli
