// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/vm_spec.h"

#include <algorithm>
#include <array>
#include <utility>

#include "helpers/ovm3/vm_defaults.h"
#include "tools/cli/json_value.h"
#include "tools/cli/storage_place.h"

namespace trestle::cli {
namespace {

using ovm3::DiskConfig;
using ovm3::DiskMode;
using ovm3::VifConfig;
using ovm3::VmConfig;

constexpr std::int64_t kMostVcpus = 128;
/// "a.img" in the folder, or a whole path as it is.
Result<std::string> path_of(const ovm3::RepositoryPaths& paths, std::string_view folder,
                            const std::string& name) {
  if (name.starts_with('/')) return name;
  auto path = paths.file(folder, name);
  if (!path) return usage(path.error().what);
  return *std::move(path);
}

Result<DiskConfig> disk_of(const std::string& given, const VmConfig& config,
                           const std::vector<DiskConfig>& disks,
                           const ovm3::RepositoryPaths& paths) {
  const std::size_t comma = given.find(',');
  const std::string mode = comma == std::string::npos ? "w" : given.substr(comma + 1);
  DiskConfig disk;
  disk.backend = "file";
  constexpr std::array kModes = {DiskMode::kReadOnly, DiskMode::kReadWrite,
                                 DiskMode::kSharedReadOnly, DiskMode::kSharedReadWrite};
  const auto* const known = std::ranges::find_if(
      kModes, [&](DiskMode candidate) { return to_string(candidate) == mode; });
  if (known == kModes.end()) {
    return usage("--disk wants NAME or NAME,MODE with a mode of r, w, r!, w!, not '" + given + "'");
  }
  disk.mode = *known;
  TRESTLE_ASSIGN_OR_RETURN(disk.path, path_of(paths, ovm3::kVirtualDisks, given.substr(0, comma)));
  TRESTLE_ASSIGN_OR_RETURN(disk.dev, ovm3::next_disk_device(config, disks));
  return disk;
}

Result<VmConfig> with_new_disks(const VmConfig& config, const Arguments& args,
                                const ovm3::RepositoryPaths& paths) {
  auto disks = config.disks();
  if (!disks) return usage(disks.error().what);
  // The CD first: emulated machines have it at hdc, whatever disks there are.
  if (const auto iso = args.maybe("iso")) {
    DiskConfig cd;
    cd.backend = "file";
    cd.cdrom = true;
    cd.mode = DiskMode::kReadOnly;
    TRESTLE_ASSIGN_OR_RETURN(cd.path, path_of(paths, ovm3::kIsos, *iso));
    TRESTLE_ASSIGN_OR_RETURN(cd.dev, ovm3::next_cd_device(config, *disks));
    disks->push_back(std::move(cd));
  }
  for (const std::string& given : args.list("disk")) {
    TRESTLE_ASSIGN_OR_RETURN(DiskConfig disk, disk_of(given, config, *disks, paths));
    disks->push_back(std::move(disk));
  }
  auto changed = config.with_disks(*disks);
  if (!changed) return usage(changed.error().what);
  return *std::move(changed);
}

/// An address of the vendor's range that depends on VM and place only.
std::string mac_of(const VmId& id, std::size_t place) {
  const std::string digits = stable_id("", id.key() + "#" + std::to_string(place));
  return "00:21:f6:" + digits.substr(0, 2) + ":" + digits.substr(2, 2) + ":" + digits.substr(4, 2);
}

Result<VmConfig> with_new_nics(const VmConfig& config, const Arguments& args, const VmId& id) {
  std::vector<VifConfig> vifs = config.vifs();
  for (const std::string& given : args.list("nic")) {
    const std::size_t comma = given.find(',');
    VifConfig vif;
    vif.bridge = given.substr(0, comma);
    if (vif.bridge.empty()) return usage("--nic wants BRIDGE or BRIDGE,MAC");
    vif.mac = comma == std::string::npos ? mac_of(id, vifs.size()) : given.substr(comma + 1);
    vifs.push_back(std::move(vif));
  }
  auto changed = config.with_vifs(vifs);
  if (!changed) return usage(changed.error().what);
  return *std::move(changed);
}

/// Memory, CPUs, name: what create and configure share.
Result<VmConfig> with_sizes(VmConfig config, const Arguments& args) {
  if (args.has("name")) {
    config = config.with("name", args.text("name")).with("OVM_simple_name", args.text("name"));
  }
  if (args.has("memory")) {
    TRESTLE_ASSIGN_OR_RETURN(const MiB memory, args.mebibytes("memory"));
    const auto amount = static_cast<std::int64_t>(memory.count);
    if (config.maxmem().value_or(MiB{}) < memory) config = config.with("maxmem", amount);
    config = config.with("memory", amount);
  }
  if (args.has("vcpus")) {
    TRESTLE_ASSIGN_OR_RETURN(const std::int64_t vcpus, args.number("vcpus", 1, kMostVcpus));
    if (config.maxvcpus().value_or(0) < vcpus) config = config.with("maxvcpus", vcpus);
    config = config.with("vcpus", vcpus);
  }
  return config;
}

Result<VmConfig> checked(VmConfig config) {
  const auto fits = config.check();
  if (!fits) return usage(fits.error().what);
  return config;
}

}  // namespace

Result<VmConfig> read_spec(const std::string& json) {
  auto value = from_json(json);
  if (!value) return usage("--spec: " + value.error().what);
  const auto* const members = value->get_if<Struct>();
  if (members == nullptr) return usage("--spec wants one JSON object with keys of vm.cfg");
  return checked(VmConfig(*members));
}

Result<VmConfig> complete_spec(VmConfig base, const Arguments& args, const VmId& id,
                               const ovm3::RepositoryPaths& paths) {
  TRESTLE_ASSIGN_OR_RETURN(VmConfig config, with_sizes(std::move(base), args));
  if (config.name().empty()) return usage("a VM needs a name: give --name, or name in --spec");
  if (!config.memory()) return usage("a VM needs memory: give --memory, or memory in --spec");
  if (args.has("type")) config = config.with("OVM_domain_type", args.text("type"));
  config = ovm3::or_else(config, "OVM_high_availability", args.has("ha"));
  // A VNC server that only the host itself can reach: whoever wants more says so in --spec.
  auto complete = ovm3::with_usual_values(std::move(config), id, {}, args.has("iso"));
  if (!complete) return usage(complete.error().what);
  config = *std::move(complete);
  TRESTLE_ASSIGN_OR_RETURN(config, with_new_disks(config, args, paths));
  TRESTLE_ASSIGN_OR_RETURN(config, with_new_nics(config, args, id));
  return checked(std::move(config));
}

Result<VmConfig> changed_spec(VmConfig base, const Arguments& args, const VmId& id,
                              const ovm3::RepositoryPaths& paths) {
  TRESTLE_ASSIGN_OR_RETURN(VmConfig config, with_sizes(std::move(base), args));
  if (args.has("remove-disk")) {
    auto disks = config.disks();
    if (!disks) return usage(disks.error().what);
    for (const std::string& dev : args.list("remove-disk")) {
      if (std::erase_if(*disks, [&](const DiskConfig& d) { return d.dev == dev; }) == 0) {
        return usage("--remove-disk: the VM has no disk " + dev + "; see 'trestle vm config'");
      }
    }
    TRESTLE_ASSIGN_OR_RETURN(config, config.with_disks(*disks));
  }
  if (args.has("remove-nic")) {
    std::vector<VifConfig> vifs = config.vifs();
    for (const std::string& mac : args.list("remove-nic")) {
      const auto is_it = [&](const VifConfig& vif) { return ovm3::same_mac(vif.mac, mac); };
      if (std::erase_if(vifs, is_it) == 0) {
        return usage("--remove-nic: the VM has no NIC " + mac + "; see 'trestle vm config'");
      }
    }
    TRESTLE_ASSIGN_OR_RETURN(config, config.with_vifs(vifs));
  }
  if (args.has("disk") || args.has("iso")) {
    TRESTLE_ASSIGN_OR_RETURN(config, with_new_disks(config, args, paths));
  }
  if (args.has("nic")) {
    TRESTLE_ASSIGN_OR_RETURN(config, with_new_nics(config, args, id));
  }
  return checked(std::move(config));
}

}  // namespace trestle::cli
