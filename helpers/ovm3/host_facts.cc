// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_facts.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "helpers/ovm3/host_scripts.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::json;

/// Runs the first of these Pythons that is there with the script on standard input; the names and
/// all arguments are data. 127 if there is none. The script needs the standard library only; what
/// `site` adds would take most of its start.
constexpr const char* kWithPython =
    "while [ \"$1\" != -- ]; do "
    "if command -v \"$1\" >/dev/null 2>&1; then p=$1; while [ \"$1\" != -- ]; do shift; done; "
    "shift; exec \"$p\" -S - \"$@\"; fi; shift; done; exit 127";
constexpr int kNoPython = 127;

std::optional<std::string> maybe_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return found->get<std::string>();
}

std::vector<std::string> texts(const Json& object, const char* name) {
  return object.contains(name) ? object.at(name).get<std::vector<std::string>>()
                               : std::vector<std::string>{};
}

Json list(const Json& object, const char* name) {
  return object.contains(name) ? object.at(name) : Json::array();
}

void read_network(const Json& all, HostFacts& facts) {
  for (const Json& item : list(all, "bridges")) {
    facts.bridges.push_back({item.at("name"), item.at("up"), texts(item, "ports")});
  }
  for (const Json& item : list(all, "bonds")) {
    facts.bonds.push_back({item.at("name"), item.at("up"), texts(item, "slaves")});
  }
  for (const Json& item : list(all, "routes")) {
    facts.routes.push_back({item.at("device"), item.at("destination"), item.at("mask")});
  }
  for (const Json& item : list(all, "mounts")) {
    facts.mounts.push_back({item.at("device"), item.at("dir"), item.at("read_only")});
  }
  for (const Json& item : list(all, "space")) {
    facts.space.push_back({item.at("path"), Bytes{item.at("free_bytes").get<std::uint64_t>()}});
  }
  facts.nozeroconf = maybe_text(all, "nozeroconf");
  if (all.contains("own_name")) {
    facts.own_name = all.at("own_name").at("name");
    facts.own_address = maybe_text(all.at("own_name"), "address");
  }
}

HostFacts facts_of(const Json& all) {
  HostFacts facts;
  facts.python = all.at("python").at("executable");
  facts.python_version = all.at("python").at("version");
  facts.root_user = all.at("user").get<std::int64_t>() == 0;
  facts.release = maybe_text(all, "release");
  facts.installed = all.at("record");
  facts.uploads = texts(all, "uploads");
  for (const auto& [name, file] : all.at("files").items()) {
    if (file.is_null()) {
      facts.files[name] = std::nullopt;
    } else {
      facts.files[name] = FileFacts{file.at("sha256"), Bytes{file.at("size").get<std::uint64_t>()}};
    }
  }
  const Json& agent = all.at("agent");
  facts.agent_there = agent.at("ini");
  facts.agent_port = maybe_text(agent, "port");
  facts.agent_ssl = maybe_text(agent, "ssl");
  facts.agent_certificate = maybe_text(agent, "certificate");
  facts.logs = texts(all, "logs");
  read_network(all, facts);
  // The host's clock; the reader's is taken off where it is known.
  const auto seconds = std::chrono::duration<double>(all.at("time").get<double>());
  facts.clock_ahead = std::chrono::duration_cast<std::chrono::milliseconds>(seconds);
  return facts;
}

Error unreadable(const std::string& what, const std::string& why) {
  return {.code = Code::kBadReply, .what = what + " answers something unreadable: " + why};
}

}  // namespace

Result<HostFacts> parse_host_facts(std::string_view json) {
  try {
    return facts_of(Json::parse(json));
  } catch (const Json::exception& wrong) {
    return fail(unreadable("the script that looks at the host", wrong.what()));
  }
}

Result<InstallReport> parse_install_report(std::string_view json) {
  try {
    const Json all = Json::parse(json);
    InstallReport report;
    report.changed = all.at("changed");
    report.restarted = all.value("restart", false);
    report.release = maybe_text(all, "release").value_or("");
    report.error = maybe_text(all, "error").value_or("");
    if (all.contains("module")) report.module_there = all.at("module").get<bool>();
    for (const Json& step : all.at("steps")) {
      report.steps.push_back(
          {step.at("step"), step.at("outcome"), maybe_text(step, "detail").value_or("")});
    }
    return report;
  } catch (const Json::exception& wrong) {
    return fail(unreadable("install.py", wrong.what()));
  }
}

Result<HostFacts> read_host_facts(const CallContext& ctx, Ssh& ssh,
                                  const std::vector<std::string>& pythons, const std::string& root,
                                  const FactsWanted& wanted) {
  std::vector<std::string> words = {"sh", "-c", kWithPython, "sh"};
  words.insert(words.end(), pythons.begin(), pythons.end());
  words.insert(words.end(), {"--", "--root", root});
  if (wanted.doctor) words.emplace_back("--doctor");
  if (wanted.logs) words.emplace_back("--logs");
  words.insert(words.end(), wanted.files.begin(), wanted.files.end());
  const auto begin = std::chrono::system_clock::now();
  TRESTLE_ASSIGN_OR_RETURN(const RemoteResult ran, ssh.run(ctx, words, facts_script()));
  const auto end = std::chrono::system_clock::now();
  if (ran.status == kNoPython) {
    std::string tried;
    for (const std::string& python : pythons) tried += (tried.empty() ? "" : ", ") + python;
    return fail(Code::kFailedPrecondition,
                "the host has no Python (tried: " + tried + "); give --host-python PROGRAM");
  }
  if (ran.status != 0) {
    return fail(Code::kFailedPrecondition, "the host's Python cannot look at the host (status " +
                                               std::to_string(ran.status) +
                                               "): " + ran.err.substr(0, 400));
  }
  TRESTLE_ASSIGN_OR_RETURN(HostFacts facts, parse_host_facts(ran.out));
  // The script tells its time last, so the end of the call is the nearer one; what the answer may
  // have been under way is no difference.
  const auto ours = std::chrono::duration_cast<std::chrono::milliseconds>(end.time_since_epoch());
  const auto trip = std::chrono::duration_cast<std::chrono::milliseconds>(end - begin);
  facts.clock_ahead -= ours;
  if (facts.clock_ahead.count() < 0 && facts.clock_ahead >= -trip) facts.clock_ahead = {};
  return facts;
}

}  // namespace trestle::ovm3
