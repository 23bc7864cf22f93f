// SPDX-License-Identifier: Apache-2.0
// Calls of the CloudStack module that go on into a system VM: what they do there is written down in
// the estate, where tests look at it.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/module.h"
#include "tools/simulator/module_services.h"

namespace trestle::simulator {
namespace {

namespace module = ovm3::api::module;
using Optional = std::optional<Value>;

bool runs(const Domain& domain) {
  return domain.state == DomainState::kBlocked || domain.state == DomainState::kRunning;
}

/// Which address a guest has is known to itself only, so unless a test says which one it is, any
/// guest of this host will do.
bool answers(const Call& call, const SystemVm& vm) {
  if (!vm.ssh_answers || call.estate.now() < vm.answers_from) return false;
  return std::ranges::any_of(call.host.domains, [&](const Domain& domain) {
    return runs(domain) && (vm.name.empty() || domain.name == vm.name);
  });
}

SystemVm& system_vm(const Call& call, const Value& ip) {
  return call.estate.system_vms[text_of(ip)];
}

Answer command_result(std::int64_t rc, std::string_view out, std::string_view err) {
  ReplyWriter reply;
  reply.begin_struct().text_member("out", out);
  reply.text_member("err", err);
  reply.member("rc").wide(rc).end_member().end_struct();
  return reply;
}

/// "a 'b c' d" as words; only what our own callers write.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool any = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\'') {
      quoted = !quoted;
      any = true;
    } else if (c == '\\' && !quoted && i + 1 < line.size()) {
      word += line[++i];
    } else if (c == ' ' && !quoted) {
      if (any || !word.empty()) words.push_back(std::move(word));
      word.clear();
      any = false;
    } else {
      word += c;
    }
  }
  if (any || !word.empty()) words.push_back(std::move(word));
  return words;
}

/// What the programs say that every system VM has.
Answer usual_reply(const SystemVm& vm, const std::string& line) {
  if (line.starts_with("echo ")) return command_result(0, line.substr(5), "");
  const std::vector<std::string> words = words_of(line);
  const auto stat = std::ranges::find(words, "stat");
  if (stat == words.end()) return command_result(0, "", "");
  const auto file = vm.files.find(words.back());
  if (file == vm.files.end()) {
    return command_result(1, "",
                          "stat: cannot stat '" + words.back() + "': No such file or directory\n");
  }
  return command_result(0, std::to_string(file->second.size()) + "\n", "");
}

Answer exec_domr(const Call& call, const Value& ip, const Value& command, const Optional& timeout) {
  SystemVm& vm = system_vm(call, ip);
  if (!answers(call, vm)) {
    return command_result(255, "",
                          "ssh: connect to host " + text_of(ip) + " port 3922: No route to host");
  }
  const std::string line = text_of(command);
  vm.runs.push_back({call.host.name, line, timeout ? text_of(*timeout) : ""});
  const auto reply = std::ranges::find_if(
      vm.replies, [&](const DomrReply& one) { return line.find(one.part) != std::string::npos; });
  if (reply != vm.replies.end()) return command_result(reply->rc, reply->out, reply->err);
  return usual_reply(vm, line);
}

Answer upload(const Call& call, const Value& ip, const Value& folder, const Value& name,
              const Value& content) {
  SystemVm& vm = system_vm(call, ip);
  // The old module says true even when scp fails; callers look for themselves.
  if (!answers(call, vm) || vm.loses_files) return Answer::boolean(true);
  std::string path = text_of(folder);
  if (!path.ends_with('/')) path += '/';
  vm.files[path + text_of(name)] = text_of(content);
  return Answer::boolean(true);
}

Answer check_ssh(const Call& call, const Value& ip) {
  if (answers(call, system_vm(call, ip))) return Answer::boolean(true);
  return Fault{"paramiko.SSHException", "Unable to connect to port 3922 on " + text_of(ip)};
}

}  // namespace

void register_module_domr(Services& services) {
  services.on(module::exec_domr,
              [](const Call& call, const Value& ip, const Value& command, const Optional& timeout,
                 const Optional&, const Optional&,
                 const Optional&) { return exec_domr(call, ip, command, timeout); });
  services.on(module::check_domr_port,
              [](const Call& call, const Value& ip, const Optional&, const Optional&) {
                return Answer::boolean(answers(call, system_vm(call, ip)));
              });
  services.on(module::check_domr_ssh, [](const Call& call, const Value& ip, const Optional&,
                                         const Optional&) { return check_ssh(call, ip); });
  services.on(module::ovs_domr_upload_file, upload);
}

}  // namespace trestle::simulator
