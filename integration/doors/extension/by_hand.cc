// SPDX-License-Identifier: Apache-2.0
#include "integration/doors/extension/by_hand.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

#include "integration/doors/extension/output.h"
#include "integration/doors/extension/payload.h"
#include "integration/doors/extension/run_log.h"
#include "integration/ovm3/extension.h"
#include "integration/ovm3/extension_settings.h"

namespace trestle::extension {
namespace {

using ovm3::Finding;

constexpr int kWrong = 1;
constexpr int kUsage = 2;
/// A person waits.
constexpr std::chrono::seconds kPatience{60};

constexpr std::string_view kHelp =
    R"(trestle-extension: CloudStack's Orchestrator extension for Oracle VM 3 hosts.

  trestle-extension ACTION PAYLOAD WAIT   one call, as CloudStack makes it
  trestle-extension --check PAYLOAD       tries file, rights, login, repository, bridge and template
  trestle-extension --explain ACTION PAYLOAD
                                          the agent calls that it would make; changes nothing
  trestle-extension --details             the details that it knows, by level, with their defaults
  trestle-extension --version

PAYLOAD is a file as CloudStack writes it, or one by hand with externaldetails in it. The log goes to
the file that TRESTLE_EXTENSION_LOG names, else to /var/log/cloudstack/management/trestle-extension.log.
)";

Result<Payload> load(const std::string& action, const std::string& file) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, read_payload_file(file));
  return parse_payload(action, text);
}

ovm3::ExtensionTime time_by_hand() {
  const CallContext ctx = context_for(kPatience);
  return {.work = ctx, .undo = ctx};
}

/// The program's own file: CloudStack starts it only if it is a regular file that it may run, and
/// whoever may write to it runs what he likes as CloudStack.
Finding own_file() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  struct stat facts {};
  if (size <= 0 || ::stat(path.data(), &facts) != 0) {
    return {.what = "file", .good = false, .text = "the program's own file cannot be looked at"};
  }
  const std::string name(path.data());
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return {.what = "file",
            .good = false,
            .text = name + " may be written by others than its owner; chmod 0755 it"};
  }
  if ((facts.st_mode & S_IXOTH) == 0 && ::access(name.c_str(), X_OK) != 0) {
    return {.what = "file", .good = false, .text = name + " is not executable; chmod 0755 it"};
  }
  return {.what = "file", .good = true, .text = name};
}

Finding payload_folder(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : file.substr(0, slash + 1);
  struct stat facts {};
  const bool known = ::stat(folder.c_str(), &facts) == 0;
  if (known && (facts.st_mode & (S_IROTH | S_IXOTH)) != 0) {
    return {.what = "payloads",
            .good = false,
            .text = folder + " is open to all users and payloads hold passwords; chmod 0700 it"};
  }
  return {.what = "payloads", .good = true, .text = folder};
}

Finding log_file() {
  const char* const named = std::getenv("TRESTLE_EXTENSION_LOG");  // NOLINT(concurrency-mt-unsafe)
  const std::string file = named == nullptr || *named == '\0' ? kDefaultLogFile : named;
  if (RunLog(file, "check", Level::kError).is_open()) {
    return {.what = "log", .good = true, .text = file};
  }
  return {.what = "log",
          .good = false,
          .text = file + " cannot be written (" + std::strerror(errno) +
                  "), so runs leave no trace; set TRESTLE_EXTENSION_LOG or make its folder"};
}

int check(const std::string& file) {
  auto payload = load("check", file);
  std::vector<Finding> findings{own_file(), payload_folder(file), log_file()};
  std::vector<std::string> secrets;
  if (payload) {
    secrets = payload->secrets;
    const auto more = ovm3::check_extension(time_by_hand(), no_log(), payload->request);
    findings.insert(findings.end(), more.begin(), more.end());
  } else {
    findings.push_back({.what = "payload", .good = false, .text = payload.error().message()});
  }
  for (const Finding& finding : findings) {
    std::cout << (finding.good ? "ok   " : "FAIL ") << finding.what << ": "
              << one_line(without_secrets(finding.text, secrets)) << '\n';
  }
  return std::ranges::all_of(findings, &Finding::good) ? 0 : kWrong;
}

int explain(const std::string& action, const std::string& file) {
  const auto payload = load(action, file);
  const auto lines = payload ? ovm3::explain_extension(time_by_hand(), no_log(), payload->request)
                             : Result<std::vector<std::string>>(fail(payload.error()));
  if (!lines) {
    const std::vector<std::string> secrets =
        payload ? payload->secrets : std::vector<std::string>();
    std::cout << "error: " << one_line(without_secrets(lines.error().message(), secrets)) << '\n';
    return kWrong;
  }
  for (const std::string& line : *lines) {
    std::cout << without_secrets(line, payload->secrets) << '\n';
  }
  return 0;
}

int details() {
  for (const ovm3::DetailRow& row : ovm3::detail_rows()) {
    const bool admin = row.level == ovm3::DetailLevel::kAdmin;
    std::cout << row.name << '\t'
              << (admin ? "host, cluster, extension"
                        : "template, offering, VM, host, cluster, extension")
              << '\t' << (row.otherwise.empty() ? "-" : row.otherwise) << '\t' << row.what << '\n';
  }
  return 0;
}

}  // namespace

int run_by_hand(const std::vector<std::string>& args, const std::string& version) {
  const std::string form = args.empty() ? "" : args.front();
  if (args.size() == 2 && form == "--check") return check(args[1]);
  if (args.size() == 3 && form == "--explain") return explain(args[1], args[2]);
  if (args.size() == 1 && form == "--details") return details();
  if (args.size() == 1 && (form == "--help" || form == "-h")) {
    std::cout << kHelp;
    return 0;
  }
  if (args.size() == 1 && form == "--version") {
    std::cout << "trestle-extension " << version << '\n';
    return 0;
  }
  // On standard output as everything else: the other one is merged into it by the usual caller.
  std::cout << error_json({.code = Code::kInvalidArgument,
                           .what = "usage: trestle-extension ACTION PAYLOAD WAIT, as CloudStack "
                                   "calls it; see --help"},
                          {})
            << '\n';
  return kUsage;
}

}  // namespace trestle::extension
