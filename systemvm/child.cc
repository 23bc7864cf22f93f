// SPDX-License-Identifier: Apache-2.0
#include "systemvm/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

extern char** environ;  // what posix_spawn hands on

namespace trestle::systemvm {
namespace {

/// How long a wait for a child goes on before the context is looked at again.
constexpr int kLookMilliseconds = 50;
constexpr std::size_t kMostWords = 2000;
constexpr std::uint64_t kMostOutput = 64U << 20U;

/// Owns the file actions of one start.
class Actions {
 public:
  Actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void lead(int from, int to, int flags) {
    if (from >= 0) {
      ::posix_spawn_file_actions_adddup2(&actions_, from, to);
    } else {
      ::posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", flags, 0);
    }
  }
  void keep(int number) { ::posix_spawn_file_actions_adddup2(&actions_, number, number); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Signals of this program are blocked in all its threads; the child must hear them as usual.
class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t defaults;
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    // Its own group: Ctrl-C goes to us, and we end it.
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

bool has_program(const std::string& name) {
  const char* const given = std::getenv("PATH");
  const std::string path = given == nullptr ? "/usr/bin:/bin" : given;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    if (::access((path.substr(at, end - at) + "/" + name).c_str(), X_OK) == 0) return true;
    at = end + 1;
  }
  return false;
}

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
  // As long as the system lets us: fewer changes between the two programs.
  constexpr int kLong = 1 << 20;
  static_cast<void>(::fcntl(ends[0], F_SETPIPE_SZ, kLong));
  return Pipe{.read = Descriptor(ends[0]), .write = Descriptor(ends[1])};
}

Result<Child> Child::start(const std::vector<std::string>& words, const ChildStreams& streams,
                           const std::string& package) {
  if (!has_program(words.front())) {
    return fail(Code::kFailedPrecondition,
                "the program " + words.front() + " is missing; install the package " + package);
  }
  Descriptor errors(::memfd_create("errors", MFD_CLOEXEC));
  if (!errors.open()) return fail(system_error("cannot start " + words.front(), errno));
  Actions actions;
  actions.lead(streams.in, STDIN_FILENO, O_RDONLY);
  actions.lead(streams.out, STDOUT_FILENO, O_WRONLY);
  actions.lead(errors.number(), STDERR_FILENO, O_WRONLY);
  for (const int number : streams.kept) actions.keep(number);
  const Attributes attributes;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int failed =
      ::posix_spawnp(&pid, argv[0], actions.get(), attributes.get(), argv.data(), environ);
  if (failed != 0) return fail(system_error("cannot start " + words.front(), failed));
  return Child(pid, std::move(errors), words.front());
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      errors_(std::move(other.errors_)),
      name_(std::move(other.name_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, -1);
    errors_ = std::move(other.errors_);
    name_ = std::move(other.name_);
  }
  return *this;
}

Child::~Child() { kill(); }

void Child::kill() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);  // its group: some decompressors start helpers of their own
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

std::string Child::last_words() {
  std::string text(kMostWords, '\0');
  const off_t size = ::lseek(errors_.number(), 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(kMostWords));
  const ssize_t got = ::pread(errors_.number(), text.data(), text.size(), from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  while (text.ends_with('\n')) text.pop_back();
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

Result<void> Child::wait(const CallContext& ctx) {
  // A descriptor of the process can be waited for together with a time.
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  for (;;) {
    int status = 0;
    const pid_t done = ::waitpid(pid_, &status, WNOHANG);
    if (done == pid_) {
      pid_ = -1;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
      const std::string words = last_words();
      if (WIFSIGNALED(status)) {
        return fail(Code::kUnavailable,
                    name_ + " was ended by signal " + std::to_string(WTERMSIG(status)) +
                        (words.empty() ? "" : ": " + words) +
                        "; look in the kernel log whether memory ran out, and run it again");
      }
      return fail(Code::kCorruptImage,
                  name_ + " failed" + (words.empty() ? "" : ": " + words) +
                      "; check that the image is whole and that there is space for it");
    }
    if (auto wanted = still_wanted(ctx); !wanted) {
      kill();
      return wanted;
    }
    pollfd watched{.fd = process.number(), .events = POLLIN, .revents = 0};
    static_cast<void>(::poll(&watched, process.open() ? 1 : 0, kLookMilliseconds));
  }
}

Result<std::string> output_of(const CallContext& ctx, const std::vector<std::string>& words,
                              const std::vector<int>& kept, const std::string& package) {
  Descriptor out(::memfd_create("output", MFD_CLOEXEC));
  if (!out.open()) return fail(system_error("cannot start " + words.front(), errno));
  TRESTLE_ASSIGN_OR_RETURN(
      Child child, Child::start(words, {.in = -1, .out = out.number(), .kept = kept}, package));
  TRESTLE_RETURN_IF_ERROR(child.wait(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile file,
                           ReadFile::adopt(std::move(out), "the output of " + words.front()));
  if (file.size() > kMostOutput) {
    return fail(Code::kResourceExhausted, words.front() + " said more than 64 MiB");
  }
  std::string text(file.size(), '\0');
  TRESTLE_RETURN_IF_ERROR(file.read(0, std::as_writable_bytes(std::span(text))));
  return text;
}

}  // namespace trestle::systemvm
