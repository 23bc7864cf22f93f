// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/storage_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <limits>
#include <system_error>

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBlock = std::size_t{64} << 10U;
constexpr std::uint64_t kStatBlock =
    512;  // st_blocks counts these, whatever the file system's block
constexpr std::string_view kMountOptions =
    "rw,relatime,vers=3,rsize=524288,wsize=524288,namlen=255,hard,proto=tcp,port=65535,timeo=600,"
    "retrans=2,sec=sys,"
    "local_lock=none,addr=127.0.0.1";

std::uint64_t used_bytes(const fs::path& directory) {
  std::uint64_t used = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    struct stat info {};
    if (lstat(at->path().c_str(), &info) == 0)
      used += static_cast<std::uint64_t>(info.st_blocks) * kStatBlock;
  }
  return used;
}

bool is_below(std::string_view path, std::string_view dir) {
  return path.starts_with(dir) && (path.size() == dir.size() || path[dir.size()] == '/');
}

std::string_view without_slash(std::string_view dir) {
  while (dir.size() > 1 && dir.back() == '/') dir.remove_suffix(1);
  return dir;
}

std::string_view path_of(const Disk& disk) {
  const std::string_view uname = disk.uname;
  return uname.substr(uname.find(':') + 1);
}

/// What is left of the export that holds `file`; a file elsewhere is not limited.
std::uint64_t room_for(const Estate& estate, const fs::path& file) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(file, error);
  for (const auto& one : estate.exports) {
    if (!is_below(real.native(), fs::weakly_canonical(one->directory, error).native())) continue;
    const std::uint64_t used = used_bytes(one->directory);
    return one->size_bytes - std::min(used, one->size_bytes);
  }
  return std::numeric_limits<std::uint64_t>::max();
}

std::optional<Fault> pump(std::ifstream& in, std::ofstream& out, const fs::path& shown,
                          std::uint64_t room) {
  std::array<char, kCopyBlock> block{};
  std::uint64_t offset = 0;
  while (in) {
    in.read(block.data(), block.size());
    const auto size = static_cast<std::size_t>(in.gcount());
    if (size == 0) break;
    if (std::any_of(block.data(), block.data() + size, [](char c) { return c != 0; })) {
      if (size > room) return os_error(ENOSPC, shown.filename().native());
      room -= size;
      out.seekp(static_cast<std::streamoff>(offset));
      out.write(block.data(), static_cast<std::streamsize>(size));
      if (!out) return os_error(ENOSPC, shown.filename().native());
    }
    offset += size;
  }
  if (in.bad()) return os_error(EIO, shown.filename().native());
  return std::nullopt;
}

}  // namespace

Try<Space> space_of(Estate& estate, std::string_view device) {
  const Export* found = estate.find_export(device);
  if (found == nullptr) return tl::unexpected(os_error(ENOENT, device));
  const std::uint64_t used = used_bytes(found->directory);
  return Space{found->size_bytes, found->size_bytes - std::min(used, found->size_bytes)};
}

std::optional<Fault> copy_sparse(Estate& estate, const fs::path& from, const fs::path& to) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(from, error);
  if (error) return os_error(error.value(), from.filename().native());
  const fs::path part = to.native() + ".part";
  const std::uint64_t room = room_for(estate, to);
  std::optional<Fault> fault;
  {
    std::ifstream in(from, std::ios::binary);
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (!in) return os_error(EACCES, from.filename().native());
    if (!out) return os_error(EACCES, to.filename().native());
    fault = pump(in, out, to, room);
  }
  if (!fault) fs::resize_file(part, size, error);  // a hole at the end was not written
  if (!fault && !error) fs::rename(part, to, error);
  if (!fault && error) fault = os_error(error.value(), to.filename().native());
  if (fault) fs::remove(part, error);
  return fault;
}

Span copy_time(const Estate& estate, const fs::path& file) {
  constexpr double kGib = 1024.0 * 1024.0 * 1024.0;
  std::error_code error;
  const auto size = fs::file_size(file, error);
  const double gib = error ? 0.0 : static_cast<double>(size) / kGib;
  return Span(
      static_cast<Span::rep>(static_cast<double>(estate.durations.copy_per_gib.count()) * gib));
}

std::optional<Fault> mount_device(const Call& call, std::string_view device, std::string_view dir) {
  if (dir.empty() || dir.front() != '/') return os_error(ENOENT, dir);
  const auto directory = call.estate.device_directory(device);
  if (!directory) return directory.error();
  if (const Mount* there = call.host.find_mount(dir)) {
    const auto same = call.estate.device_directory(there->device);
    if (same && *same == *directory) return std::nullopt;
    return os_error(EBUSY, dir);
  }
  call.host.mounts.push_back({.dir = std::string(without_slash(dir)),
                              .device = std::string(device),
                              .options = std::string(kMountOptions)});
  call.estate.touch();
  return std::nullopt;
}

std::optional<Fault> unmount_dir(const Call& call, std::string_view dir) {
  Mount* mount = call.host.find_mount(dir);
  if (mount == nullptr) return os_error(EINVAL, dir);
  for (const Domain& domain : call.host.domains) {
    for (const Disk& disk : domain.disks) {
      if (is_below(path_of(disk), mount->dir)) return os_error(EBUSY, dir);
    }
  }
  std::erase_if(call.host.mounts, [&](const Mount& one) { return &one == mount; });
  call.estate.touch();
  return std::nullopt;
}

bool is_in_use(Estate& estate, const fs::path& real) {
  for (const auto& host : estate.hosts) {
    for (const Domain& domain : host->domains) {
      for (const Disk& disk : domain.disks) {
        const auto file = estate.local_path(*host, path_of(disk));
        if (file && is_below(file->native(), real.native())) return true;
      }
    }
  }
  return false;
}

}  // namespace trestle::simulator
