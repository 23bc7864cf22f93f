// SPDX-License-Identifier: Apache-2.0
#include "systemvm/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <linux/fs.h>

namespace trestle::systemvm {
namespace {

constexpr mode_t kMode = 0644;  // the web server and the NFS clients of a zone read templates
/// As much as a disk of 20 MB/s writes in the time that a person waits after Ctrl-C.
constexpr std::uint64_t kFlushStep = 4U << 20U;

std::string advice(int errno_value) {
  switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
      return "; free space there or choose another place, and run it again";
    case EFBIG:
      return "; raise the limit on file sizes (ulimit -f) or choose another file system";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; run it as a user who may, or choose another place";
    case ENOENT:
    case ENOTDIR:
      return "; check the path";
    case EIO:
      return "; the disk or the share fails there: look at the kernel log";
    default:
      return "";
  }
}

Code code_of(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      return Code::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENOMEM:
      return Code::kResourceExhausted;
    case EEXIST:
      return Code::kAlreadyExists;
    default:
      return Code::kUnavailable;
  }
}

tl::unexpected<Error> exists(const std::string& target) {
  return fail(Code::kAlreadyExists,
              target + " is there already; remove it, choose another name, or give --force");
}

/// The size of a regular file or of a block device.
Result<std::uint64_t> size_of(int descriptor, const std::string& path) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) return fail(system_error("cannot examine " + path, errno));
  if (S_ISREG(facts.st_mode)) return static_cast<std::uint64_t>(facts.st_size);
  std::uint64_t bytes = 0;
  if (S_ISBLK(facts.st_mode) && ::ioctl(descriptor, BLKGETSIZE64, &bytes) == 0) return bytes;
  return fail(Code::kInvalidArgument,
              path + " is no file and no block device; give the path of an image");
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

int Descriptor::release() { return std::exchange(number_, -1); }

void Descriptor::close() {
  if (number_ >= 0) ::close(release());
}

Error system_error(const std::string& what, int errno_value) {
  return {.code = code_of(errno_value),
          .what = what + ": " + std::generic_category().message(errno_value) + advice(errno_value)};
}

Result<void> still_wanted(const CallContext& ctx) {
  if (ctx.stop.stop_requested()) {
    return fail(Code::kCancelled, "stopped on request; nothing was left behind");
  }
  if (ctx.remaining().count() <= 0) {
    return fail(Code::kDeadlineExceeded, "the time given for it is over; nothing was left behind");
  }
  return {};
}

Result<ReadFile> ReadFile::open(const std::string& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor.open()) return fail(system_error("cannot open " + path, errno));
  return adopt(std::move(descriptor), path);
}

Result<ReadFile> ReadFile::adopt(Descriptor descriptor, std::string path) {
  TRESTLE_ASSIGN_OR_RETURN(const std::uint64_t size, size_of(descriptor.number(), path));
  return ReadFile(std::move(descriptor), std::move(path), size);
}

Result<std::size_t> ReadFile::read_some(std::uint64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  if (offset > size_) return done;  // also what no offset of the system can say
  while (done < out.size()) {
    const ssize_t got = ::pread(descriptor_.number(), out.data() + done, out.size() - done,
                                static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail(system_error(
          "cannot read " + path_ + " at offset " + std::to_string(offset + done), errno));
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<void> ReadFile::read(std::uint64_t offset, std::span<std::byte> out) const {
  TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, read_some(offset, out));
  if (got == out.size()) return {};
  const std::uint64_t end = offset + got;
  std::string what = path_ + " ends at offset " + std::to_string(end) +
                     ", but bytes up to offset " + std::to_string(offset + out.size()) +
                     " are needed";
  what += end < size_
              ? "; it became shorter while it was read: wait for its writer and run it again"
              : "; the image is cut off: fetch it again";
  return fail(Code::kCorruptImage, std::move(what));
}

std::uint64_t ReadFile::next_data(std::uint64_t offset, std::uint64_t end) const {
  const off_t found = ::lseek(descriptor_.number(), static_cast<off_t>(offset), SEEK_DATA);
  if (found < 0) {
    // "Nothing more": a hole up to the end, unless the file was cut meanwhile. Then it is no hole,
    // and reading there tells what happened.
    const bool hole = errno == ENXIO && offset < size_;
    const auto now = hole ? size_of(descriptor_.number(), path_) : Result<std::uint64_t>(0);
    return now && *now >= size_ ? end : std::min(offset, end);
  }
  return std::min(static_cast<std::uint64_t>(found), end);
}

namespace {

/// The file that is written under a name until it is whole.
std::string part_name(const std::string& target) {
  return folder_of(target) + "/." + name_of(target) + ".part";
}

/// Held as long as the file is written, so that nobody takes a leftover for it or it for one. Not
/// having it is an error: without, two writers could publish each other's halves.
Result<void> lock(const Descriptor& file, const std::string& target) {
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK) {
    return fail(Code::kAborted, "another process writes " + target + " now; wait for its end");
  }
  return fail(system_error("cannot lock the file that becomes " + target, errno));
}

bool same_file(const Descriptor& open, const std::string& name) {
  struct stat a {};
  struct stat b {};
  return ::fstat(open.number(), &a) == 0 && ::lstat(name.c_str(), &b) == 0 &&
         a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Removes what a killed process left under that name. It may be another name of a finished file
/// (killed between two steps of publishing), so it is never written to. Errors: kAborted if its
/// writer lives, those of the system.
Result<void> clear_leftover(const std::string& name, const std::string& target) {
  const Descriptor old(::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!old.open()) {
    if (errno == ENOENT) return {};
    return fail(system_error("cannot look at the leftover " + name, errno));
  }
  TRESTLE_RETURN_IF_ERROR(lock(old, target));
  // Whoever held the lock until now may have put something new there.
  if (!same_file(old, name) || ::unlink(name.c_str()) == 0 || errno == ENOENT) return {};
  return fail(system_error("cannot remove the leftover " + name, errno));
}

Result<Descriptor> create_named(const std::string& name, const std::string& target) {
  constexpr int kTries = 20;  // each one is lost to another process that did something meanwhile
  for (int i = 0; i < kTries; ++i) {
    Descriptor named(::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kMode));
    if (named.open()) {
      TRESTLE_RETURN_IF_ERROR(lock(named, target));
      if (same_file(named, name)) return named;
    } else if (errno != EEXIST) {
      return fail(system_error("cannot create " + name, errno));
    } else {
      TRESTLE_RETURN_IF_ERROR(clear_leftover(name, target));
    }
  }
  return fail(Code::kAborted, "other processes write " + target + " now; wait for their end");
}

}  // namespace

Result<PendingFile> PendingFile::create(const std::string& target, Replace replace) {
  if (target.empty() || target.ends_with('/')) {
    return fail(Code::kInvalidArgument, "\"" + target + "\" is no name of a file; give one");
  }
  struct stat there {};
  if (::lstat(target.c_str(), &there) == 0) {
    if (replace == Replace::kNever) return exists(target);
    if (!S_ISREG(there.st_mode)) {
      return fail(Code::kInvalidArgument,
                  target + " is no plain file and is not replaced; choose another name");
    }
  }
  const std::string folder = folder_of(target);
  Descriptor nameless(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode));
  if (nameless.open()) {
    TRESTLE_RETURN_IF_ERROR(lock(nameless, target));
    return PendingFile(std::move(nameless), target, "", replace);
  }
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
    return fail(system_error("cannot create a file in " + folder, errno));
  }
  std::string name = part_name(target);
  TRESTLE_ASSIGN_OR_RETURN(Descriptor named, create_named(name, target));
  return PendingFile(std::move(named), target, std::move(name), replace);
}

Result<PendingFile> PendingFile::scratch(const std::string& near, const std::string& what) {
  const std::string folder = folder_of(near);
  std::string name = folder + "/.trestle-" + what + "-XXXXXX";
  Descriptor nameless(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode));
  if (!nameless.open() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    nameless = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (nameless.open()) ::unlink(name.c_str());  // the open file stays until we end
  }
  if (!nameless.open()) return fail(system_error("cannot create a file in " + folder, errno));
  return PendingFile(std::move(nameless), std::move(name), "", Replace::kNever);
}

PendingFile& PendingFile::operator=(PendingFile&& other) noexcept {
  if (this != &other) {
    forget();
    descriptor_ = std::move(other.descriptor_);
    target_ = std::move(other.target_);
    name_ = std::exchange(other.name_, {});
    replace_ = other.replace_;
  }
  return *this;
}

PendingFile::~PendingFile() { forget(); }

void PendingFile::forget() {
  if (descriptor_.open() && !name_.empty()) ::unlink(name_.c_str());
  descriptor_.close();
}

Result<void> PendingFile::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t put =
        ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      return fail(system_error("cannot write " + target_ + " at offset " + std::to_string(offset),
                               put < 0 ? errno : EIO));
    }
    offset += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> PendingFile::resize(std::uint64_t bytes) const {
  if (::ftruncate(descriptor_.number(), static_cast<off_t>(bytes)) == 0) return {};
  return fail(
      system_error("cannot make " + target_ + " " + std::to_string(bytes) + " bytes long", errno));
}

void PendingFile::start_flush(std::uint64_t offset, std::uint64_t length) const {
  // Only a hint: what it cannot do, flush() does.
  static_cast<void>(::sync_file_range(descriptor_.number(), static_cast<off_t>(offset),
                                      static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE));
}

Result<void> PendingFile::flush(const CallContext& ctx) const {
  constexpr unsigned kWait =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  TRESTLE_ASSIGN_OR_RETURN(const std::uint64_t end, size_of(descriptor_.number(), target_));
  start_flush(0, 0);
  // In steps: a single fsync of a big file could not be left for minutes.
  for (std::uint64_t at = 0; at < end; at += kFlushStep) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    if (::sync_file_range(descriptor_.number(), static_cast<off_t>(at), kFlushStep, kWait) != 0 &&
        errno != EINVAL && errno != ENOSYS && errno != ESPIPE) {
      return fail(system_error("cannot write " + target_ + " to its disk", errno));
    }
  }
  TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
  if (::fsync(descriptor_.number()) == 0) return {};
  return fail(system_error("cannot write " + target_ + " to its disk", errno));
}

Result<void> PendingFile::link_to(const std::string& name) const {
  const std::string now = path_now();
  if (::linkat(AT_FDCWD, now.c_str(), AT_FDCWD, name.c_str(),
               name_.empty() ? AT_SYMLINK_FOLLOW : 0) == 0) {
    return {};
  }
  if (errno == EEXIST) return exists(name);
  return fail(system_error("cannot give the finished file its name " + name, errno));
}

Result<void> PendingFile::publish() {
  if (replace_ == Replace::kNever) {
    // A link never replaces anything, whoever came first.
    TRESTLE_RETURN_IF_ERROR(link_to(target_));
    if (!name_.empty()) ::unlink(name_.c_str());
  } else {
    if (name_.empty()) {
      std::string name = part_name(target_);
      auto linked = link_to(name);
      if (!linked && linked.error().code == Code::kAlreadyExists) {
        TRESTLE_RETURN_IF_ERROR(clear_leftover(name, target_));
        linked = link_to(name);
      }
      TRESTLE_RETURN_IF_ERROR(linked);
      name_ = std::move(name);
    }
    if (::rename(name_.c_str(), target_.c_str()) != 0) {
      return fail(system_error("cannot give the finished file its name " + target_, errno));
    }
  }
  name_.clear();
  return flush_folder(folder_of(target_));
}

std::string PendingFile::path_now() const {
  return name_.empty() ? "/proc/self/fd/" + std::to_string(descriptor_.number()) : name_;
}

Result<ReadFile> PendingFile::reader() const {
  Descriptor again(::open(path_now().c_str(), O_RDONLY | O_CLOEXEC));
  if (!again.open()) return fail(system_error("cannot read " + target_ + " back", errno));
  return ReadFile::adopt(std::move(again), target_);
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

Result<void> flush_folder(const std::string& folder) {
  const Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!open.open()) return fail(system_error("cannot open the folder " + folder, errno));
  if (::fsync(open.number()) != 0 && errno != EINVAL) {
    return fail(system_error("cannot flush the folder " + folder, errno));
  }
  return {};
}

}  // namespace trestle::systemvm
