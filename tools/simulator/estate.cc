// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "objects/core/ids.h"
#include "tools/simulator/model.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

/// A device as a folder name: "nfs-1:/a/b" is "nfs-1_a_b".
std::string folder_name(std::string_view device) {
  std::string name;
  for (const char c : device) {
    if (c == ':') continue;
    name += c == '/' ? '_' : c;
  }
  return name;
}

std::string_view without_slash(std::string_view text) {
  while (text.size() > 1 && text.back() == '/') text.remove_suffix(1);
  return text;
}

/// True if `path` is `dir` or lies below it.
bool is_below(std::string_view path, std::string_view dir) {
  return path.starts_with(dir) && (path.size() == dir.size() || path[dir.size()] == '/');
}

bool has_dots(std::string_view path) {
  return std::ranges::any_of(fs::path(path),
                             [](const fs::path& part) { return part == ".." || part == "."; });
}

/// `base`/`rest` with links resolved, refused when it leaves `base`.
Try<fs::path> inside(const fs::path& base, std::string_view rest, std::string_view shown) {
  if (has_dots(rest) || rest.find('\0') != std::string_view::npos) {
    return tl::unexpected(os_error(EACCES, shown));
  }
  std::error_code error;
  const fs::path root = fs::weakly_canonical(base, error);
  if (error) return tl::unexpected(os_error(error.value(), shown));
  while (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  if (rest.empty()) return root;
  const fs::path full = fs::weakly_canonical(root / rest, error);
  if (error) return tl::unexpected(os_error(error.value(), shown));
  // A link that points nowhere is not resolved above; writing would follow it.
  if (!is_below(full.native(), root.native()) || fs::is_symlink(fs::symlink_status(full, error))) {
    return tl::unexpected(os_error(EACCES, shown));
  }
  return full;
}

bool later(const auto& a, const auto& b) {
  return a.due != b.due ? a.due > b.due : a.order > b.order;
}

bool same_id(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const std::string key = trestle::detail::uuid_key(a);
  return !key.empty() && key == trestle::detail::uuid_key(b);
}

}  // namespace

std::string interface_name(const Vlan& vlan) { return vlan.parent + "." + std::to_string(vlan.id); }

Domain* Host::find_domain(std::string_view vm_id) {
  const auto found = std::ranges::find_if(domains, [&](const Domain& domain) {
    return domain.vm_id == vm_id || domain.name == vm_id || same_id(domain.uuid, vm_id);
  });
  return found == domains.end() ? nullptr : &*found;
}

Mount* Host::find_mount(std::string_view dir) {
  const auto found = std::ranges::find(mounts, without_slash(dir), &Mount::dir);
  return found == mounts.end() ? nullptr : &*found;
}

RepositoryRecord* Host::find_repository(std::string_view uuid) {
  const auto found = std::ranges::find_if(
      repositories, [&](const RepositoryRecord& record) { return same_id(record.uuid, uuid); });
  return found == repositories.end() ? nullptr : &*found;
}

std::uint64_t Host::free_memory_mib() const {
  std::uint64_t used = hardware.dom0_memory_mib;
  for (const Domain& domain : domains) used += domain.memory_mib;
  return used < hardware.memory_mib ? hardware.memory_mib - used : 0;
}

bool Host::is_master() const {
  if (!pool) return false;
  if (pool->virtual_ip.empty()) return pool->leads;
  return network.virtual_ip == pool->virtual_ip;
}

Estate::Estate(fs::path root) : root_(std::move(root)) {}

Host* Estate::find_host(std::string_view name_or_address) {
  const auto found = std::ranges::find_if(hosts, [&](const auto& host) {
    return host->name == name_or_address || host->address == name_or_address;
  });
  if (found != hosts.end()) return found->get();
  const std::size_t colon = name_or_address.rfind(':');
  if (colon == std::string_view::npos) return nullptr;
  std::uint16_t port = 0;
  const std::string_view digits = name_or_address.substr(colon + 1);
  const char* end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, port).ptr != end) return nullptr;
  return find_host(name_or_address.substr(0, colon), port);
}

Host* Estate::find_host(std::string_view address, std::uint16_t port) {
  const auto found = std::ranges::find_if(hosts, [&](const auto& host) {
    return (host->address == address || host->name == address) && host->port == port;
  });
  return found == hosts.end() ? nullptr : found->get();
}

Export* Estate::find_export(std::string_view device) {
  device = without_slash(device);
  Export* best = nullptr;
  for (const auto& candidate : exports) {
    if (is_below(device, candidate->device) &&
        (best == nullptr || candidate->device.size() > best->device.size())) {
      best = candidate.get();
    }
  }
  return best;
}

Export& Estate::add_export(std::string device, fs::path directory) {
  device = without_slash(device);
  if (directory.empty()) directory = root_ / "exports" / folder_name(device);
  fs::create_directories(directory);
  exports.push_back(std::make_unique<Export>(
      Export{.device = std::move(device), .directory = std::move(directory)}));
  return *exports.back();
}

Try<fs::path> Estate::device_directory(std::string_view device) {
  device = without_slash(device);
  Export* found = find_export(device);
  if (found == nullptr) return tl::unexpected(os_error(ENOENT, device));
  auto directory = inside(found->directory, device.substr(found->device.size()), device);
  if (directory && !fs::is_directory(*directory)) {
    return tl::unexpected(os_error(ENOENT, device));
  }
  return directory;
}

Try<fs::path> Estate::local_path(const Host& host, std::string_view path) {
  if (path.empty() || path.front() != '/') return tl::unexpected(os_error(ENOENT, path));
  if (has_dots(path)) return tl::unexpected(os_error(EACCES, path));
  const Mount* best = nullptr;
  for (const Mount& mount : host.mounts) {
    if (is_below(path, mount.dir) && (best == nullptr || mount.dir.size() > best->dir.size())) {
      best = &mount;
    }
  }
  fs::path base = host_root(host);
  std::string_view rest = path;
  if (best != nullptr) {
    auto directory = device_directory(best->device);
    if (!directory) return directory;
    base = *std::move(directory);
    rest = path.substr(best->dir.size());
  } else {
    std::error_code ignored;  // a root that cannot be made shows as ENOENT of the path
    fs::create_directories(base, ignored);
  }
  auto full = inside(base, rest, path);
  if (full && !fs::exists(full->parent_path())) return tl::unexpected(os_error(ENOENT, path));
  return full;
}

fs::path Estate::host_root(const Host& host) const { return root_ / "hosts" / host.name; }

void Estate::after(Span delay, Host& host, std::function<void()> work) {
  work_.push_back({.due = now_ + std::max(delay, Span::zero()),
                   .order = next_order_++,
                   .host = &host,
                   .power_epoch = host.power_epoch,
                   .run = std::move(work)});
  std::ranges::push_heap(work_, later<Work, Work>);
}

void Estate::after(Span delay, std::function<void()> work) {
  work_.push_back({.due = now_ + std::max(delay, Span::zero()),
                   .order = next_order_++,
                   .run = std::move(work)});
  std::ranges::push_heap(work_, later<Work, Work>);
}

void Estate::run_until(Instant now) {
  while (!work_.empty() && work_.front().due <= now) {
    std::ranges::pop_heap(work_, later<Work, Work>);
    const Work work = std::move(work_.back());
    work_.pop_back();
    now_ = std::max(now_, work.due);
    if (work.host == nullptr || work.host->power_epoch == work.power_epoch) work.run();
  }
  now_ = std::max(now_, now);
}

bool Estate::lock(const Host& host, std::string_view name) {
  return locks_.emplace(&host, std::string(name)).second;
}

void Estate::unlock(const Host& host, std::string_view name) {
  locks_.erase({&host, std::string(name)});
}

void Estate::drop_locks(const Host& host) {
  std::erase_if(locks_, [&](const auto& held) { return held.first == &host; });
}

std::optional<Instant> Estate::next_due() const {
  if (work_.empty()) return std::nullopt;
  return work_.front().due;
}

}  // namespace trestle::simulator
