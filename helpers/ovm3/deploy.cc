// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/deploy.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "helpers/ovm3/digest.h"
#include "helpers/ovm3/script_upload.h"
#include "objects/core/poll.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

/// Where install.py puts its own files (hypervisor-scripts/README.md).
constexpr const char* kScriptFolder = "/opt/cloudstack/bin/";
constexpr std::size_t kLongestScript = 4U << 20U;
/// One question to an agent that may be restarting just then; the next one follows at once. Each
/// one that was not answered in time gives the next twice as long: a busy agent still works at
/// those that were given up, and more of them would only keep it from ever answering.
constexpr std::chrono::seconds kOneQuestion{1};
constexpr std::chrono::seconds kLongestQuestion{16};
constexpr std::chrono::milliseconds kInstallerPause{500};
// Exit statuses of install.py (hypervisor-scripts/README.md).
constexpr int kDone = 0;
constexpr int kDiffers = 3;
/// What it says if another one holds its lock.
constexpr std::string_view kAtWork = "another install.py is at work";

/// What is wrong with the connection and not with the host: worth a second connection.
bool of_the_line(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kCancelled;
}

}  // namespace

Result<std::string> ask_module(const CallContext& ctx, const Agent& agent) {
  auto version = HostModule(agent).version(ctx);
  // The agent answers; it is the module that is not there.
  if (!version && version.error().code == Code::kFailedPrecondition) return std::string();
  return version;
}

namespace {

/// One run on one host.
class Deployment {
 public:
  Deployment(const SshAddress& address, const DeployOptions& options, Log& log)
      : address_(address), options_(options), log_(log), root_(options.root) {
    while (root_.ends_with('/')) root_.pop_back();
    upload_ = ScriptUpload(root_);
    report_.host = address.name();
  }

  DeployReport prepare(const CallContext& ctx) {
    finish(ctx, put_in(ctx));
    return std::move(report_);
  }
  DeployReport unprepare(const CallContext& ctx) {
    finish(ctx, take_out(ctx));
    return std::move(report_);
  }

 private:
  Result<void> put_in(const CallContext& ctx) {
    TRESTLE_RETURN_IF_ERROR(connect(ctx));
    TRESTLE_RETURN_IF_ERROR(look(ctx));
    TRESTLE_RETURN_IF_ERROR(knock(ctx));
    TRESTLE_ASSIGN_OR_RETURN(const bool same, same_files(ctx));
    if (same) {
      TRESTLE_ASSIGN_OR_RETURN(const bool ready, nothing_differs(ctx));
      if (ready) {
        if (served_.empty()) {
          TRESTLE_RETURN_IF_ERROR(wait_for_agent(ctx, true));
        } else {  // it has just said so, and nothing was restarted since
          agent_answers(served_);
        }
        return clean_up(ctx);  // what a run left that was cut off at its very end
      }
    }
    TRESTLE_RETURN_IF_ERROR(keep_old_scripts(ctx));
    TRESTLE_RETURN_IF_ERROR(upload(ctx, options_.scripts));
    touched_ = true;
    TRESTLE_RETURN_IF_ERROR(install(ctx, {}));
    TRESTLE_RETURN_IF_ERROR(wait_for_agent(ctx, true));
    touched_ = false;
    return clean_up(ctx);
  }

  Result<void> take_out(const CallContext& ctx) {
    TRESTLE_RETURN_IF_ERROR(connect(ctx));
    TRESTLE_RETURN_IF_ERROR(look(ctx));
    if (!facts_.installed) {
      note("remove", "already", "nothing of ours is installed");
      return clean_up(ctx);
    }
    TRESTLE_RETURN_IF_ERROR(knock(ctx));
    TRESTLE_RETURN_IF_ERROR(upload(ctx, options_.scripts));
    removing_ = true;
    TRESTLE_RETURN_IF_ERROR(install(ctx, {"--remove"}));
    TRESTLE_RETURN_IF_ERROR(wait_for_agent(ctx, module_there_));
    return clean_up(ctx);
  }

  // --- the steps -----------------------------------------------------------------------------

  Result<void> connect(const CallContext& ctx) {
    auto opened = open_ssh(ctx, address_, options_.ssh, log_);
    if (!opened) return failed("connect", std::move(opened).error());
    ssh_ = std::move(*opened);
    note("connect", "done", address_.name());
    return {};
  }

  Result<void> look(const CallContext& ctx) {
    FactsWanted wanted;
    for (const HostScript& script : options_.scripts) {
      wanted.files.push_back(kScriptFolder + script.name);
    }
    auto facts = read_host_facts(ctx, *ssh_, options_.pythons, options_.root, wanted);
    if (!facts) return failed("inspect", std::move(facts).error());
    facts_ = std::move(*facts);
    upload_.found(facts_.uploads);
    report_.python = facts_.python;
    if (!facts_.root_user) {
      return failed("inspect",
                    {.code = Code::kPermissionDenied,
                     .what = "the login is not root's; scripts and agent belong to root"});
    }
    auto place = agent_place(address_.host, facts_);
    if (!place) return failed("inspect", std::move(place).error());
    report_.agent = std::move(*place);
    note("inspect", "done",
         "Python " + facts_.python_version + ", agent at " + report_.agent->url());
    return {};
  }

  /// A wrong password of the agent is found before anything is changed. An agent that does not
  /// answer may just be stopped.
  Result<void> knock(const CallContext& ctx) {
    auto version = options_.ask(with_budget(ctx, kOneQuestion), *report_.agent);
    if (version) {
      served_ = std::move(*version);
      return {};
    }
    if (of_the_line(version.error().code)) {
      if (ctx.stop.stop_requested()) return failed("agent", version.error());
      return {};
    }
    return failed("agent", std::move(version).error());
  }

  Result<bool> same_files(const CallContext& ctx) {
    if (!facts_.installed) return false;
    for (const HostScript& script : options_.scripts) {
      const auto found = facts_.files.find(kScriptFolder + script.name);
      if (found == facts_.files.end() || !found->second) return false;
      std::string digest = found->second->sha256;
      if (digest.empty() && found->second->size.count == script.content.size()) {
        // Python 2.4 has no SHA-256.
        auto content = ssh_->read_file(ctx, root_ + kScriptFolder + script.name, kLongestScript);
        if (!content) return failed("inspect", std::move(content).error());
        digest = sha256_hex(*content);
      }
      if (digest != sha256_hex(script.content)) return false;
    }
    return true;
  }

  Result<bool> nothing_differs(const CallContext& ctx) {
    auto ran = installer(ctx, root_ + kScriptFolder, {"--check"});
    if (!ran) return failed("check", std::move(ran).error());
    if (ran->status != kDone && ran->status != kDiffers) return false;  // the installation says why
    auto told = parse_install_report(ran->out);
    if (!told) return failed("check", std::move(told).error());
    report_.release = told->release;
    if (ran->status == kDiffers) return false;
    note("install", "already", "every file has the digest that it should have");
    return true;
  }

  /// An upgrade that fails is undone by installing the former version again.
  Result<void> keep_old_scripts(const CallContext& ctx) {
    if (!facts_.installed) return {};
    for (const HostScript& script : options_.scripts) {
      const std::string path = root_ + kScriptFolder + script.name;
      auto content = ssh_->read_file(ctx, path, kLongestScript);
      if (!content && content.error().code == Code::kNotFound) {
        if (&script != &options_.scripts.front()) continue;  // an older version has fewer files
        return {};  // without install.py there is nothing to go back to but the bare host
      }
      if (!content) return failed("inspect", std::move(content).error());
      old_.push_back({script.name, std::move(*content)});
    }
    return {};
  }

  Result<void> upload(const CallContext& ctx, const std::vector<HostScript>& scripts) {
    auto done = upload_.send(ctx, *ssh_, scripts);
    if (!done) return failed("upload", std::move(done).error());
    note("upload", "done", std::to_string(scripts.size()) + " files, read back and compared");
    return {};
  }

  Result<void> install(const CallContext& ctx, const std::vector<std::string>& more) {
    auto ran = installer(ctx, upload_.folder(), more);
    if (!ran) return failed("install", std::move(ran).error());
    auto told = parse_install_report(ran->out);
    if (!told) {
      Error error = std::move(told).error();
      error.code = Code::kFailedPrecondition;
      error.what = "install.py ends with status " + std::to_string(ran->status) +
                   " and says: " + (ran->err.empty() ? error.what : ran->err.substr(0, 400));
      return failed("install", std::move(error));
    }
    for (const InstallStep& step : told->steps) note(step.step, step.outcome, step.detail);
    report_.release = told->release;
    module_there_ = told->module_there.value_or(false);
    if (ran->status != kDone) {
      // It has undone what it did by itself; nothing is left for us but the upload.
      touched_ = removing_ = false;
      return failed("install",
                    {.code = Code::kFailedPrecondition,
                     .what = "install.py could not do it and undid its steps: " + told->error});
    }
    report_.changed = report_.changed || told->changed;
    note("install", told->changed ? "done" : "already", "");
    return {};
  }

  Result<RemoteResult> installer(const CallContext& ctx, const std::string& folder,
                                 const std::vector<std::string>& more) {
    // It needs the standard library only; what `site` adds would take most of its start.
    std::vector<std::string> words = {facts_.python, "-S", folder + "install.py", "--json"};
    if (!root_.empty()) words.insert(words.end(), {"--root", root_});
    words.insert(words.end(), more.begin(), more.end());
    const bool removes = std::ranges::find(more, "--remove") != more.end();
    for (const std::string& patch : options_.skip) {
      if (!removes) words.insert(words.end(), {"--skip", patch});
    }
    if (options_.restart_xend) words.emplace_back("--restart-xend");
    if (!options_.restart_command.empty()) {
      words.emplace_back("--restart-command");
      words.insert(words.end(), options_.restart_command.begin(), options_.restart_command.end());
    }
    return ssh_->run(ctx, words);
  }

  /// Asks until the agent answers with (or without) the module; it restarts for some seconds.
  Result<void> wait_for_agent(const CallContext& ctx, bool with_module) {
    std::string version;
    std::string last;
    std::chrono::seconds patience = kOneQuestion;
    auto answered = poll(
        ctx, kAgentPause, "the agent to answer", [&](const CallContext& until) -> Result<bool> {
          auto told = options_.ask(with_budget(until, patience), *report_.agent);
          if (!told) {
            last = told.error().message();
            if (told.error().code == Code::kDeadlineExceeded) {
              patience = std::min(patience * 2, kLongestQuestion);
            }
            if (of_the_line(told.error().code) && !until.stop.stop_requested()) return false;
            return fail(std::move(told).error());
          }
          version = std::move(*told);
          last = version.empty() ? "it answers without the module" : "it answers with the module";
          return version.empty() != with_module;
        });
    if (!answered) {
      Error error = std::move(answered).error();
      if (!last.empty()) error.what += "; last: " + last;
      return failed("agent", std::move(error));
    }
    agent_answers(version);
    return {};
  }

  void agent_answers(const std::string& version) {
    report_.module_version = version;
    note("agent", "done",
         version.empty() ? "answers without the module" : "answers, module " + version);
  }

  /// The work is done by now, so a lost connection is no reason to undo it: a new one cleans up.
  Result<void> clean_up(const CallContext& ctx) {
    auto removed = upload_.remove(ctx, *ssh_);
    if (!removed && of_the_line(removed.error().code)) {
      auto opened = open_ssh(ctx, address_, options_.ssh, log_);
      if (opened) {
        ssh_ = std::move(*opened);
        removed = upload_.remove(ctx, *ssh_);
      }
    }
    if (removed) return {};
    upload_.forget();  // nothing else is left to undo
    Error error = std::move(removed).error();
    error.what = "all is done, but the upload in /var/tmp is still there (" + error.what +
                 "); repeat the command to have it removed";
    return failed("clean up", std::move(error));
  }

  // --- the end -------------------------------------------------------------------------------

  void finish(const CallContext& ctx, Result<void> done) {
    if (!done) {
      report_.error = std::move(done).error();
      if (touched_ || upload_.any()) undo(ctx);
      report_.changed = false;
    }
    log_.write(report_.error ? Level::kError : Level::kInfo, "deployment ends",
               {{"host", report_.host},
                {"outcome", report_.error ? to_string(report_.error->code) : "ok"},
                {"changed", report_.changed ? "yes" : "no"},
                {"flow", ctx.flow}});
  }

  /// Back to what was there, in time of its own, even if the caller told us to stop.
  void undo(const CallContext& parent) {
    CallContext ctx = context_for(kUndoBudget, *parent.clock);
    ctx.flow = parent.flow;
    auto undone = go_back(ctx);
    if (undone && removing_) {
      // It may be half done, or done: putting everything in again is not what anybody asked for.
      note("undo", "undone", "the upload is gone; the removal is not undone");
      report_.error->what +=
          "; the removal may be done in part or in full: repeat the command, which goes on from "
          "whatever it finds";
      return;
    }
    if (undone) {
      note("undo", "undone",
           restored_ ? "the former version is installed again" : "the host is as it was");
      return;
    }
    note("undo", "failed", undone.error().message());
    report_.error->what +=
        "; undoing it failed as well (" + undone.error().what +
        "). Repeat the command when the host can be reached: it goes on from whatever it finds";
  }

  Result<void> go_back(const CallContext& ctx) {
    const bool alive = ssh_ != nullptr && !of_the_line(report_.error->code);
    if (!alive) {
      TRESTLE_ASSIGN_OR_RETURN(ssh_, open_ssh(ctx, address_, options_.ssh, log_));
    }
    if (touched_) {
      auto back = Result<void>(fail(Code::kNotFound, "no former version"));
      if (!old_.empty()) back = install_until_done(ctx, old_, {});
      if (!back && of_the_line(back.error().code)) return back;
      restored_ = back.has_value();
      // Half a version, as one leaves that was killed, cannot be gone back to.
      if (!restored_) {
        TRESTLE_RETURN_IF_ERROR(install_until_done(ctx, options_.scripts, {"--remove"}));
      }
    }
    return upload_.remove(ctx, *ssh_);
  }

  Result<void> install_until_done(const CallContext& ctx, const std::vector<HostScript>& scripts,
                                  const std::vector<std::string>& how) {
    TRESTLE_RETURN_IF_ERROR(upload(ctx, scripts));
    std::string said;
    auto done = poll(
        ctx, kInstallerPause, "install.py to undo", [&](const CallContext& until) -> Result<bool> {
          TRESTLE_ASSIGN_OR_RETURN(const RemoteResult ran, installer(until, upload_.folder(), how));
          said = ran.err + ran.out;
          if (ran.status == kDone) return true;
          // That of the lost connection may still be at work; it lets nobody else in meanwhile.
          if (said.find(kAtWork) != std::string::npos) return false;
          return fail(Code::kFailedPrecondition, "install.py cannot undo");
        });
    if (done) return {};
    Error error = std::move(done).error();
    if (!said.empty()) error.what += "; it says: " + said.substr(0, 400);
    return fail(std::move(error));
  }

  void note(const std::string& step, const std::string& outcome, const std::string& detail) {
    report_.steps.push_back({step, outcome, detail});
    log_.write(outcome == "failed" ? Level::kError : Level::kInfo, "deployment step",
               {{"host", report_.host}, {"step", step}, {"outcome", outcome}, {"detail", detail}});
    options_.on_step(report_.steps.back());
  }
  tl::unexpected<Error> failed(const std::string& step, Error error) {
    note(step, "failed", error.what);
    if (error.host.empty()) error.host = report_.host;
    return fail(std::move(error));
  }

  const SshAddress& address_;
  const DeployOptions& options_;
  Log& log_;
  std::string root_;  // without the final slash
  std::unique_ptr<Ssh> ssh_;
  HostFacts facts_;
  std::vector<HostScript> old_;  // the version that is installed, if it is ours
  ScriptUpload upload_;
  std::string served_;         // the module's version before anything was done, if it answered
  bool module_there_ = false;  // after install.py
  bool restored_ = false;      // the former version is there again
  bool touched_ = false;       // install.py may have begun to change the host
  bool removing_ = false;      // it may have begun to give the host back
  DeployReport report_;
};

}  // namespace

DeployReport prepare_host(const CallContext& ctx, const SshAddress& address,
                          const DeployOptions& options, Log& log) {
  return Deployment(address, options, log).prepare(ctx);
}

DeployReport unprepare_host(const CallContext& ctx, const SshAddress& address,
                            const DeployOptions& options, Log& log) {
  return Deployment(address, options, log).unprepare(ctx);
}

}  // namespace trestle::ovm3
