// SPDX-License-Identifier: Apache-2.0
// copy_file copies real bytes, holes stay holes, a piece at a time so that other calls go on.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "objects/ovm3/api/linux.h"
#include "tools/simulator/host_services.h"

namespace trestle::simulator {
namespace {

/// Bytes that are copied before other calls get their turn.
constexpr std::uint64_t kPiece = std::uint64_t{16} << 20U;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;

class Descriptor {
 public:
  Descriptor(const char* path, int flags) : fd_(::open(path, flags | O_CLOEXEC, 0644)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct Copy {
  Descriptor from;
  Descriptor to;
  std::string shown;  ///< the destination, for faults
  std::uint64_t size = 0;
  std::uint64_t at = 0;
};

/// Copies data up to kPiece bytes from `at` on, skipping holes. 0 or errno.
int copy_piece(Copy& copy) {
  const off_t data = ::lseek(copy.from.get(), static_cast<off_t>(copy.at), SEEK_DATA);
  if (data < 0) {
    copy.at = copy.size;  // ENXIO: only a hole is left
    return errno == ENXIO ? 0 : errno;
  }
  const off_t hole = ::lseek(copy.from.get(), data, SEEK_HOLE);
  auto in = data;
  auto out = data;
  std::uint64_t left = std::min(static_cast<std::uint64_t>(hole - data), kPiece);
  while (left > 0) {
    const ssize_t moved = ::copy_file_range(copy.from.get(), &in, copy.to.get(), &out, left, 0);
    if (moved < 0) return errno;
    if (moved == 0) break;  // the source was cut short meanwhile
    left -= static_cast<std::uint64_t>(moved);
  }
  copy.at = left > 0 ? copy.size : static_cast<std::uint64_t>(in);
  return 0;
}

Answer go_on(const Call& call, const std::shared_ptr<Copy>& copy) {
  if (copy->at >= copy->size) {
    call.estate.touch();
    return Answer::nil();
  }
  const std::uint64_t before = copy->at;
  if (const int error = copy_piece(*copy); error != 0) return os_error(error, copy->shown);
  const auto bytes = static_cast<double>(copy->at - before);
  const Span duration(static_cast<Span::rep>(
      static_cast<double>(call.estate.durations.copy_per_gib.count()) * bytes / kGiB));
  return Answer::later(duration, [copy](const Call& again) { return go_on(again, copy); });
}

Answer copy_file(const Call& call, const std::string& source, const std::string& destination,
                 std::optional<bool> sparse, const std::optional<Value>& /*update_period*/) {
  const auto from = call.estate.local_path(call.host, source);
  if (!from) return Fault{"exceptions.IOError", from.error().text};
  const auto to = call.estate.local_path(call.host, destination);
  if (!to) return Fault{"exceptions.IOError", to.error().text};
  struct stat facts {};
  if (::stat(from->c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return Fault{"exceptions.IOError", os_error(ENOENT, source).text};
  }
  if (*from == *to) return exception("Invalid destination: " + source + " is the source");
  auto copy =
      std::shared_ptr<Copy>(new Copy{{from->c_str(), O_RDONLY},
                                     {to->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW},
                                     destination,
                                     static_cast<std::uint64_t>(facts.st_size)});
  if (copy->from.get() < 0 || copy->to.get() < 0 ||
      ::ftruncate(copy->to.get(), facts.st_size) != 0) {
    return os_error(errno, destination);
  }
  if (!sparse.value_or(true) && facts.st_size > 0) {
    const int error = ::posix_fallocate(copy->to.get(), 0, facts.st_size);
    if (error != 0) return os_error(error, destination);
  }
  return go_on(call, copy);
}

}  // namespace

void register_copy_file(Services& services) {
  services.on(ovm3::api::linux_host::copy_file, copy_file);
}

}  // namespace trestle::simulator
