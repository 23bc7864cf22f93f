// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "state.json";
constexpr const char* kPrevious = "state.json.previous";
/// Storing takes at most one part in this many of the time.
constexpr int kShareOfTime = 20;
/// A state up to this size (some hundred hosts) is written after every change, whatever it takes:
/// what was answered is then on disk.
constexpr std::size_t kAlwaysBytes = std::size_t{1} << 20U;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> failed(const fs::path& file, int error) {
  return fail(Code::kFailedPrecondition, "cannot write " + file.string() + ": " +
                                             std::generic_category().message(error) +
                                             "; check the folder of --state");
}

std::optional<std::string> read_whole(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

StoredState snapshot(Simulator& simulator, bool follows_real_time, std::uint64_t& changes) {
  StoredState state;
  state.follows_real_time = follows_real_time;
  simulator.with_estate([&](const Estate& estate) {
    state.now = estate.now();
    state.durations = estate.durations;
    state.guests = estate.guests;
    for (const auto& present : estate.exports) {
      state.exports.push_back(*present);
      fs::path& directory = state.exports.back().directory;
      const fs::path relative = directory.lexically_relative(estate.root());
      // Exports of our own are stored relative to the root, so that the folder can be moved.
      if (!relative.empty() && *relative.begin() != "..") directory = relative;
    }
    for (const auto& host : estate.hosts) state.hosts.push_back(*host);
    changes = estate.changes();
  });
  simulator.with_rules([&](const RuleBook& rules) { state.rules = rules.rules(); });
  return state;
}

}  // namespace

Result<void> write_durably(const fs::path& file, std::string_view text, unsigned mode) {
  const fs::path part = file.string() + ".new";
  {
    const Descriptor out(
        ::open(part.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (out.get() < 0) return failed(part, errno);
    while (!text.empty()) {
      const ssize_t written = ::write(out.get(), text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed(part, errno);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(out.get()) != 0) return failed(part, errno);
  }
  if (::rename(part.c_str(), file.c_str()) != 0) return failed(file, errno);
  const fs::path parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failed(file, errno);
  return {};
}

StateFile::StateFile(fs::path folder) : folder_(std::move(folder)) {}

Result<std::optional<StoredState>> StateFile::load() const {
  std::string reason;
  bool found = false;
  for (const char* name : {kFile, kPrevious}) {
    const auto text = read_whole(folder_ / name);
    if (!text) continue;
    found = true;
    auto state = read_state(*text);
    if (state) {
      if (!reason.empty()) warning_ = reason + "; went on with the state before it";
      return std::optional(*std::move(state));
    }
    reason += (reason.empty() ? "" : "; ") + (folder_ / name).string() + ": " + state.error().what;
  }
  if (!found) return std::optional<StoredState>();
  return fail(Code::kCorruptImage, reason + "; remove the folder to start anew");
}

Result<void> StateFile::save(Simulator& simulator, bool follows_real_time) {
  const std::scoped_lock lock(mutex_);
  const auto begun = std::chrono::steady_clock::now();
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failed(folder_, error.value());
  std::uint64_t changes = 0;
  const std::string text = write_state(snapshot(simulator, follows_real_time, changes));
  const fs::path file = folder_ / kFile;
  const fs::path previous = folder_ / kPrevious;
  // The present state keeps its name until the new one replaces it; the link only adds a second.
  fs::remove(previous, error);
  fs::create_hard_link(file, previous, error);
  TRESTLE_RETURN_IF_ERROR(write_durably(file, text, 0600));
  saved_changes_ = changes;
  const auto now = std::chrono::steady_clock::now();
  const auto took = now - begun;
  not_before_ = text.size() <= kAlwaysBytes ? now : now + took * kShareOfTime;
  return {};
}

Result<bool> StateFile::save_if_due(Simulator& simulator, bool follows_real_time) {
  const auto changes = simulator.with_estate([](const Estate& estate) { return estate.changes(); });
  {
    const std::scoped_lock lock(mutex_);
    if (changes == saved_changes_) return true;
    if (std::chrono::steady_clock::now() < not_before_) return false;
  }
  TRESTLE_RETURN_IF_ERROR(save(simulator, follows_real_time));
  return true;
}

std::optional<std::string> StateFile::read_secret(const std::string& name) const {
  return read_whole(folder_ / name);
}

Result<void> StateFile::write_secret(const std::string& name, const std::string& text) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failed(folder_, error.value());
  return write_durably(folder_ / name, text, 0600);
}

void restore(Simulator& simulator, StoredState state) {
  simulator.with_rules([&](RuleBook& rules) {
    for (Rule& rule : state.rules) rules.set(std::move(rule));
  });
  simulator.with_estate([&](Estate& estate) {
    estate.durations = state.durations;
    estate.guests = std::move(state.guests);
    for (const Export& stored : state.exports) {
      const fs::path directory =
          stored.directory.is_absolute() ? stored.directory : estate.root() / stored.directory;
      Export& made = estate.add_export(stored.device, directory);
      made.size_bytes = stored.size_bytes;
      made.lock_service = stored.lock_service;
    }
    for (Host& stored : state.hosts) {
      auto host = std::make_unique<Host>(std::move(stored));
      if (host->power == Power::kBooting) host->power = Power::kOn;
      for (Domain& domain : host->domains) {
        if (domain.state == DomainState::kRunning) domain.state = DomainState::kBlocked;
      }
      estate.hosts.push_back(std::move(host));
    }
  });
}

}  // namespace trestle::simulator
