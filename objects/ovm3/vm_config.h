// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_VM_CONFIG_H_
#define TRESTLE_OBJECTS_OVM3_VM_CONFIG_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/vm_device_text.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// What the agent lets a key of vm.cfg hold.
enum class ConfigType : std::uint8_t { kInt, kText, kList, kTextOrList, kBool };
/// "an integer", "a text", "a list", "a text or a list", "true or false".
std::string_view to_string(ConfigType type);

/// One key that the agent knows. `live`: it can change while the VM runs; the others take effect at
/// the next start.
struct ConfigKey {
  std::string_view name;
  ConfigType type;
  bool live = false;
};

/// All keys that the agent knows, each once, sorted by name.
[[nodiscard]] std::span<const ConfigKey> config_keys();
/// The key of that name, null for one that the agent does not know.
[[nodiscard]] const ConfigKey* find_config_key(std::string_view name);

/// The stored configuration of a VM: the keys of vm.cfg, in the order and with the types they came
/// with. Known and unknown keys are kept untouched, so what was read can be written back exactly.
/// Reading a key is lenient (a number may have come as a text), writing is strict (`check`). A
/// value: `with` gives a changed copy.
class VmConfig {
 public:
  VmConfig() = default;
  explicit VmConfig(Struct members) : members_(std::move(members)) {}

  [[nodiscard]] const Struct& members() const { return members_; }
  /// The value of a key, null if it is not there.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  /// A whole number, also out of a text; a blank text is absent, never 0.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
  /// The texts of a list; empty if the key is missing. Items that are no texts are left out.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;

  [[nodiscard]] std::string name() const { return text("name").value_or(""); }
  [[nodiscard]] std::string uuid() const { return text("uuid").value_or(""); }
  [[nodiscard]] std::optional<MiB> memory() const { return mib("memory"); }
  [[nodiscard]] std::optional<MiB> maxmem() const { return mib("maxmem"); }
  [[nodiscard]] std::optional<std::int64_t> vcpus() const { return number("vcpus"); }
  [[nodiscard]] std::optional<std::int64_t> maxvcpus() const { return number("maxvcpus"); }
  [[nodiscard]] std::string domain_type() const { return text("OVM_domain_type").value_or(""); }
  [[nodiscard]] bool high_availability() const {
    return flag("OVM_high_availability").value_or(false);
  }

  /// The disks in their order; none if the key is missing (known defect 103).
  /// Errors: kInvalidArgument that shows the first text that is no disk.
  [[nodiscard]] Result<std::vector<DiskConfig>> disks() const;
  [[nodiscard]] std::vector<VifConfig> vifs() const;
  [[nodiscard]] std::vector<VfbConfig> vfbs() const;

  /// A copy in which `key` has `value`, at its old place or at the end.
  [[nodiscard]] VmConfig with(std::string_view key, Value value) const;
  [[nodiscard]] VmConfig without(std::string_view key) const;
  /// Copies with the whole list replaced. Errors: those of to_text.
  [[nodiscard]] Result<VmConfig> with_disks(const std::vector<DiskConfig>& disks) const;
  [[nodiscard]] Result<VmConfig> with_vifs(const std::vector<VifConfig>& vifs) const;
  [[nodiscard]] Result<VmConfig> with_vfbs(const std::vector<VfbConfig>& vfbs) const;

  /// Whether the agent will take it. Errors: kInvalidArgument that names the first key whose value
  /// is of another type than the agent wants, that stands twice, or that is no name.
  [[nodiscard]] Result<void> check() const;

  friend bool operator==(const VmConfig&, const VmConfig&) = default;

 private:
  [[nodiscard]] std::optional<MiB> mib(std::string_view key) const;
  Struct members_;
};

/// What leads from one configuration to another. configure_vm leaves a key that it does not get as
/// it is, so only what differs is sent, and what another client changed meanwhile stays
/// (known defect 106).
struct ConfigChange {
  Struct set = {};  ///< new and changed keys, in the order of the new one
  std::vector<std::string> removed =
      {};  ///< configure_vm cannot take a key away; set_vm_config can

  [[nodiscard]] bool empty() const { return set.empty() && removed.empty(); }
  /// The changed keys that take effect only when the VM is started next.
  [[nodiscard]] std::vector<std::string> at_next_start() const;
  friend bool operator==(const ConfigChange&, const ConfigChange&) = default;
};
[[nodiscard]] ConfigChange changes(const VmConfig& before, const VmConfig& after);

/// Reads the reply of get_vm_config; nil is absent: there is no such VM (known defect 103).
/// Errors: kBadReply if it is anything but a struct.
[[nodiscard]] Result<std::optional<VmConfig>> read_vm_config(ValueView reply);

/// vm.cfg as it lies on disk (vm_config_text.h).
[[nodiscard]] Result<VmConfig> parse_vm_config(std::string_view text);
/// Errors: those of `check` and of to_vm_config_text.
[[nodiscard]] Result<std::string> to_text(const VmConfig& config);

/// Whether VNC passwords are part of a description.
enum class Passwords : std::uint8_t { kHide, kShow };

/// The JSON form: keys under their own names with numbers as numbers, but `disks`, `vifs` and `vfb`
/// as objects in place of the texts.
[[nodiscard]] Value describe(const VmConfig& config, Passwords passwords = Passwords::kHide);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_VM_CONFIG_H_
