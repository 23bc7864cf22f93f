// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/real_world.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <utility>

#include "tools/cli/connect.h"

namespace trestle::cli {
namespace {

/// An open terminal whose echo is off as long as this lives.
class QuietTerminal {
 public:
  explicit QuietTerminal(const char* path) : descriptor_(::open(path, O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0 || ::tcgetattr(descriptor_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (changed_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  [[nodiscard]] bool usable() const { return changed_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  void say(std::string_view text) const {
    // A terminal that takes no question still gives an answer, so the count is of no use.
    [[maybe_unused]] const auto written = ::write(descriptor_, text.data(), text.size());
  }

 private:
  int descriptor_;
  bool changed_ = false;
  termios before_{};
};

Error become(const std::string& program, const std::vector<std::string>& args) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string path = (self.parent_path() / program).string();
  std::vector<std::string> words = {program};
  words.insert(words.end(), args.begin(), args.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  // The new program shall meet the signals as a shell would have given them to it.
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  ::execv(path.c_str(), pointers.data());
  return {.code = Code::kNotFound,
          .what = "cannot start " + path + ": " + std::strerror(errno) +
                  "; build or install trestle-sim beside trestle"};
}

}  // namespace

Result<Secret> ask_on_terminal(const std::string& question, const std::stop_token& stop) {
  constexpr int kStopCheckMilliseconds = 100;
  constexpr std::size_t kLongestPassword = 4096;
  const QuietTerminal terminal("/dev/tty");
  if (!terminal.usable()) {
    return fail(Code::kFailedPrecondition, "there is no terminal to ask for the password on");
  }
  terminal.say(question);
  std::string typed;
  for (;;) {
    if (stop.stop_requested()) {
      terminal.say("\n");
      return fail(Code::kCancelled, "stopped while asking for the password");
    }
    pollfd ready{.fd = terminal.descriptor(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kStopCheckMilliseconds) <= 0) continue;
    char letter = 0;
    if (::read(terminal.descriptor(), &letter, 1) != 1 || letter == '\n') break;
    if (typed.size() < kLongestPassword) typed += letter;
  }
  terminal.say("\n");
  return Secret(std::move(typed));
}

World real_world(IoLoop& loop, std::stop_token stop) {
  return {.in = std::cin,
          .out = std::cout,
          .err = std::cerr,
          .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
          .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
          .environment = [](const std::string& name) -> std::optional<std::string> {
            const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
            if (value == nullptr) return std::nullopt;
            return std::string(value);
          },
          .ask = ask_on_terminal,
          .connect = [&loop](const Connection& to, Log& log) { return connect(loop, to, log); },
          .start =
              [](Transport& transport, const CallContext& ctx, const Request& request,
                 std::function<void(Result<Reply>)> done) {
                // connect_http is the only maker of transports in this world.
                static_cast<HttpTransport&>(transport).start(ctx, request, std::move(done));
              },
          .become = become,
          .stop = std::move(stop)};
}

}  // namespace trestle::cli
