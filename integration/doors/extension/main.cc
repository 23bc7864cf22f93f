// SPDX-License-Identifier: Apache-2.0
// trestle-extension ACTION PAYLOAD WAIT: one call of CloudStack's extension framework.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "integration/doors/extension/by_hand.h"
#include "integration/doors/extension/output.h"
#include "integration/doors/extension/payload.h"
#include "integration/doors/extension/run_log.h"
#include "integration/ovm3/extension.h"
#include "objects/core/call_context.h"

namespace {

using namespace trestle;             // NOLINT(google-build-using-namespace): the program itself
using namespace trestle::extension;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;

constexpr int kFailed = 1;
/// Longest wait that is believed: a week.
constexpr std::int64_t kMostWaitSeconds = 7 * 24 * 3600;
/// The program ends this much earlier than it is killed, or a tenth of the wait.
constexpr milliseconds kMargin{2000};
/// Room to take back what failed, at most, or a quarter of the time.
constexpr milliseconds kUndoRoom{15'000};

/// The answer goes out once, whoever has it first: the work or the alarm.
class Mouth {
 public:
  bool take() { return !taken_.test_and_set(); }
  /// The text and a line end in one piece, as far as the pipe takes it.
  static void say(std::string text) {
    text += '\n';
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }

 private:
  std::atomic_flag taken_;
};

struct Times {
  milliseconds work{};
  milliseconds undo{};
  milliseconds alarm{};
};

Times times_for(std::string_view action, std::int64_t wait_seconds) {
  milliseconds whole = std::chrono::seconds(wait_seconds);
  if (ovm3::is_ping(action)) whole = std::min<milliseconds>(whole, ovm3::kPingLimit);
  const milliseconds margin = std::min(kMargin, whole / 10);
  Times times{.undo = whole - margin, .alarm = whole - margin / 2};
  times.work = times.undo - std::min(kUndoRoom, times.undo / 4);
  return times;
}

Result<std::int64_t> parse_wait(std::string_view text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size() && seconds > 0) {
    return std::min(seconds, kMostWaitSeconds);
  }
  return fail(Code::kInvalidArgument,
              "WAIT is the time limit in whole seconds above 0, not '" + std::string(text) + "'");
}

/// The name of the payload file, which CloudStack makes anew for each call.
std::string request_id(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  if (path.ends_with(".json")) path.remove_suffix(5);
  std::string id(path.substr(0, 64));
  std::ranges::replace_if(
      id, [](char c) { return c <= ' ' || c == 0x7f; }, '_');
  return id.empty() ? "-" : id;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): set by nobody
  return value == nullptr ? "" : value;
}

/// A ping comes every minute for every VM: its calls are told only on demand.
Level log_level(std::string_view action) {
  if (environment("TRESTLE_EXTENSION_LOG_LEVEL") == "debug") return Level::kDebug;
  return ovm3::is_ping(action) ? Level::kWarn : Level::kDebug;
}

struct Run {
  std::string action;
  std::string payload;
  std::int64_t wait = 0;
  Clock::TimePoint began{};
};

CallContext until(const Run& run, milliseconds after, const std::string& flow) {
  return CallContext{.deadline = run.began + after, .stop = {}, .flow = flow};
}

/// Everything between the arguments and the answer.
Result<std::string> answer_to(const Run& run, RunLog& log, std::vector<std::string>& secrets) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, read_payload_file(run.payload));
  TRESTLE_ASSIGN_OR_RETURN(Payload payload, parse_payload(run.action, text));
  secrets = payload.secrets;
  log.hide(payload.secrets);
  const ovm3::ExtensionRequest& request = payload.request;
  log.write(Level::kInfo, "BEGIN",
            {{"action", run.action},
             {"vm", request.vm_name},
             {"uuid", request.vm_uuid},
             {"caller", request.caller},
             {"role", request.caller_role},
             {"wait", run.wait}});
  const Times times = times_for(run.action, run.wait);
  const std::string flow = request_id(run.payload);
  const ovm3::ExtensionTime time{.work = until(run, times.work, flow),
                                 .undo = until(run, times.undo, flow)};
  TRESTLE_ASSIGN_OR_RETURN(const auto answer, ovm3::run_extension(time, log, request));
  return success_json(request, answer, payload.secrets);
}

/// Ends the program when its time is up, whatever it is doing: the caller's kill cannot be caught.
void ring(const std::stop_token& stop, const Run& run, Mouth& mouth) {
  const auto when = run.began + times_for(run.action, run.wait).alarm;
  if (!Clock::steady().wait_until(when, stop) || !mouth.take()) return;
  Mouth::say(error_json(
      {.code = Code::kDeadlineExceeded,
       .what = "action " + run.action + " did not end within " + std::to_string(run.wait) +
               " s; what it did on the host is unknown: repeat it, or give it "
               "more time (global setting wait, timeout of a custom action)"},
      {}));
  ::_exit(kFailed);
}

int run_action(const Run& run) {
  Mouth mouth;
  // Before the log and the payload are opened: their file systems may hang.
  const std::jthread alarm([&](const std::stop_token& stop) { ring(stop, run, mouth); });
  std::string file = environment("TRESTLE_EXTENSION_LOG");
  if (file.empty()) file = kDefaultLogFile;
  RunLog log(file, request_id(run.payload), log_level(run.action));
  std::vector<std::string> secrets;
  const auto text = answer_to(run, log, secrets);
  const auto took =
      std::chrono::duration_cast<milliseconds>(Clock::steady().now() - run.began).count();
  if (text) {
    log.write(Level::kInfo, "END", {{"action", run.action}, {"ms", took}, {"result", "success"}});
  } else {
    log.write(Level::kError, "END",
              {{"action", run.action}, {"ms", took}, {"result", text.error().message()}});
  }
  if (!mouth.take()) return kFailed;
  Mouth::say(text ? *text : error_json(text.error(), secrets));
  return text ? 0 : kFailed;
}

int refuse(const std::string& why) {
  Mouth::say(error_json({.code = Code::kInvalidArgument, .what = why}, {}));
  return kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  const auto began = Clock::steady().now();
  ::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): a closed pipe is met when writing
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() != 3 || args[0].starts_with("--")) return run_by_hand(args, TRESTLE_VERSION);
  const auto wait = parse_wait(args[2]);
  if (!wait) return refuse(wait.error().message());
  return run_action({.action = args[0], .payload = args[1], .wait = *wait, .began = began});
}
