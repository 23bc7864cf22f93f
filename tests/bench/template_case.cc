// SPDX-License-Identifier: Apache-2.0
// Templates: trestle against qemu-img, openssl and bzip2 on one file of 2.5 GiB with 740 MiB of
// data in runs of 64 KiB to 4 MiB. Every contender ends with its data flushed to the disk.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/cases.h"

extern char** environ;

namespace trestle::bench {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;
constexpr std::uint64_t kVirtual = 2560 * kMiB;
constexpr std::uint64_t kContent = 740 * kMiB;
constexpr std::uint64_t kShortestRun = 65536;
constexpr std::uint64_t kLongestRun = 4 * kMiB;
constexpr int kRounds = 5;
constexpr int kSlowRounds = 3;

/// A folder on a disk (TMPDIR, else /var/tmp: /tmp may be memory) that goes at the end.
struct Scene {
  std::string folder;
  Scene() {
    const char* const given = std::getenv("TMPDIR");
    folder = std::string(given == nullptr ? "/var/tmp" : given) + "/trestle-bench-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr)
      give_up("no scratch folder; set TMPDIR to a disk with 8 GiB free");
  }
  ~Scene() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return folder + "/" + name; }
};

/// What a child needed while it ran, without its own children.
struct Needed {
  double resident_mib = 0;
  double nameless_mib = 0;  ///< on the disk, in files that have no name (yet)
};

/// VmHWM of a process: the most that it ever had resident since it was started.
double most_resident(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

/// Disk space of the files without a name that a process has open.
double nameless(pid_t pid) {
  std::map<ino_t, blkcnt_t> files;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/" + std::to_string(pid) + "/fd", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    struct stat facts {};
    if (stat(entry->path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
    const std::string link = std::filesystem::read_symlink(entry->path(), error);
    if (facts.st_nlink == 0 && !link.starts_with("/memfd:")) files[facts.st_ino] = facts.st_blocks;
  }
  double bytes = 0;
  for (const auto& [number, blocks] : files) bytes += 512.0 * static_cast<double>(blocks);
  return bytes / static_cast<double>(kMiB);
}

Needed run(const std::vector<std::string>& words, const std::string& out = "/dev/null") {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) give_up("cannot start " + words.front());
  Needed needed;
  std::atomic<bool> over{false};
  std::thread watch([&] {
    while (!over) {
      needed.resident_mib = std::max(needed.resident_mib, most_resident(pid));
      needed.nameless_mib = std::max(needed.nameless_mib, nameless(pid));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  int status = 0;
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT);  // its numbers stay readable
  over = true;
  watch.join();
  waitpid(pid, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) give_up(words.front() + " failed");
  return needed;
}

void flush(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 || fsync(file) != 0) give_up("cannot flush " + path);
  close(file);
}

void forget(const std::string& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
}

/// Bytes as a disk of a system has them: half of it repeats, half does not, so that bzip2 makes
/// about half of it.
std::string material(std::size_t bytes) {
  std::mt19937_64 random(740);
  std::string out(bytes, '\0');
  for (std::size_t at = 0; at + 8 <= bytes; at += 8) {
    const std::uint64_t word = at % 4096 < 2048 ? random() : 0x20666f7220656874ULL + at / 65536;
    for (std::size_t i = 0; i < 8; ++i) out[at + i] = static_cast<char>(word >> (8 * i));
  }
  return out;
}

/// The raw disk: runs of random length with gaps between them that add up to the rest.
void make_disk(const std::string& path) {
  const std::string bytes = material(kLongestRun + 512 * 1024);
  std::mt19937_64 random(25);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0 || ftruncate(file, static_cast<off_t>(kVirtual)) != 0)
    give_up("cannot make " + path);
  std::uint64_t at = 0;
  for (std::uint64_t left = kContent; left > 0;) {
    const std::uint64_t units = (kLongestRun - kShortestRun) / 4096 + 1;
    const std::uint64_t run = std::min(left, kShortestRun + random() % units * 4096);
    const std::uint64_t mean_gap = (kVirtual - at - left) * run / left;
    const std::uint64_t gap = std::min(mean_gap / 4096 * 4096, kVirtual - at - left);
    at += gap;
    const std::uint64_t from = random() % (512 * 1024);  // no two runs are alike
    if (pwrite(file, bytes.data() + from, run, static_cast<off_t>(at)) !=
        static_cast<ssize_t>(run)) {
      give_up("cannot write " + path);
    }
    at += run;
    left -= run;
  }
  close(file);
}

/// The contenders over one scene.
class Contest {
 public:
  Contest(const Scene& scene, std::string programs)
      : scene_(scene), programs_(std::move(programs)) {}

  void forget_ours() const {
    forget(scene_ / "out.raw");
    forget(scene_ / "out.raw.manifest.json");
  }
  Needed ours(const std::string& in, bool manifest) const {
    forget_ours();
    std::vector<std::string> words{programs_ + "/trestle", "template", "convert", scene_ / in,
                                   scene_ / "out.raw"};
    if (!manifest) words.emplace_back("--no-manifest");
    return run(words);
  }
  void qemu(const std::string& in) const {
    forget(scene_ / "peer.raw");
    run({"qemu-img", "convert", "-t", "writeback", "-W", "-m", "8", "-f", "vpc", "-O", "raw",
         scene_ / in, scene_ / "peer.raw"});
    flush(scene_ / "peer.raw");
  }
  void unpack_then_qemu() const {
    forget(scene_ / "unpacked.vhd");
    run({"bzip2", "-dc", scene_ / "in.vhd.bz2"}, scene_ / "unpacked.vhd");
    qemu("unpacked.vhd");
    forget(scene_ / "unpacked.vhd");
  }
  void hash() const { run({"openssl", "dgst", "-sha256", scene_ / "peer.raw"}); }
  void compare() const { run({"cmp", scene_ / "out.raw", scene_ / "peer.raw"}); }

 private:
  const Scene& scene_;
  std::string programs_;
};

}  // namespace

std::vector<Row> templates(const Stage& stage) {
  const Scene scene;
  const Contest contest(scene, stage.programs);
  make_disk(scene / "disk.raw");
  run({"qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=dynamic,force_size=on",
       scene / "disk.raw", scene / "in.vhd"});
  forget(scene / "disk.raw");
  run({"lbzip2", "-k", "-9", scene / "in.vhd"});
  sync();  // nobody pays for what was written before

  constexpr std::size_t kUnits = kVirtual / kMiB;
  double resident = 0;
  const Pair plain = median_rates(
      kRounds, kUnits,
      [&] { resident = std::max(resident, contest.ours("in.vhd", false).resident_mib); },
      [&] { contest.qemu("in.vhd"); });
  contest.compare();
  // Hashing alone leaves no file behind that the next round removes: that is no part of it.
  const Pair hashed = median_rates(
      kRounds, kUnits, [&] { contest.ours("in.vhd", true); }, [&] { contest.hash(); },
      [&] { contest.forget_ours(); });
  contest.compare();
  double disk = 0;
  const Pair packed = median_rates(
      kSlowRounds, kUnits,
      [&] { disk = std::max(disk, contest.ours("in.vhd.bz2", false).nameless_mib); },
      [&] { contest.unpack_then_qemu(); });
  contest.compare();
  constexpr double kFifteenPercentMore = 1 / 1.15;
  return {ratio_row("VHD to raw on disk, flushed, 2.5 GiB with 740 MiB of data", plain, "MiB/s",
                    "qemu-img convert -W -m 8", 1.0),
          ceiling_row("resident memory of it", resident, "MiB", 32),
          ratio_row("the same with SHA-256 manifest, against hashing alone", hashed, "MiB/s",
                    "openssl dgst -sha256", kFifteenPercentMore),
          ratio_row("VHD.bz2 to raw on disk", packed, "MiB/s", "bzip2 -dc, then qemu-img", 1.7),
          ceiling_row("disk space it needs meanwhile, result included", disk, "MiB", 800)};
}

}  // namespace trestle::bench
