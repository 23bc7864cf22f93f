// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_VM_LIST_H_
#define TRESTLE_OBJECTS_OVM3_VM_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/core/units.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/field_table.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// What a domain is doing, out of the six flags of list_vms (see vm_state).
enum class VmState : std::uint8_t {
  kRunning,   ///< on a CPU, runnable or idle
  kPaused,    ///< frozen
  kShutDown,  ///< the guest has stopped; its domain is being taken down, or was migrated away
  kCrashed,
  kDying,    ///< the domain is being removed
  kUnknown,  ///< the flags are blank or not the six known ones
};

/// "running", "paused", "shut_down", "crashed", "dying", "unknown".
std::string_view to_string(VmState state);

/// The flags of a state text, by position: running, blocked, paused, shut down, crashed, dying.
struct StateFlags {
  bool running = false;
  bool blocked = false;
  bool paused = false;
  bool shut_down = false;
  bool crashed = false;
  bool dying = false;
  friend bool operator==(const StateFlags&, const StateFlags&) = default;
};

/// Reads "-b----": six places, each '-' or its own letter of "rbpscd". Absent for anything else.
/// known defect 94 was to look for a letter anywhere in the text.
[[nodiscard]] std::optional<StateFlags> parse_state(std::string_view text);

/// Several flags may be set at once; d, c, s, p decide in this order. The rest is running, "------"
/// (runnable, not on a CPU at this moment) too.
[[nodiscard]] VmState vm_state(const std::optional<StateFlags>& flags);

/// Where the VNC server of a guest listens. The address is that of the host's own interface, and
/// "0.0.0.0" if it listens on all of them.
struct VncLocation {
  std::string address;
  std::uint16_t port = 0;
  friend bool operator==(const VncLocation&, const VncLocation&) = default;
};

/// "ADDRESS:PORT", IPv6 with or without brackets. Absent if there is no such port.
[[nodiscard]] std::optional<VncLocation> parse_vnc_location(std::string_view text);

/// A virtual disk or CD of a living domain. Texts that the agent left blank are empty.
struct Vbd {
  std::string uuid;
  std::string dev;    ///< "xvda:disk", "hdc:cdrom"
  std::string uname;  ///< "file:/OVS/Repositories/<repository>/VirtualDisks/<file>"
  std::string mode;   ///< "r", "w", "w!"
  std::optional<bool> bootable;
  std::string vdi;
  std::optional<std::int64_t> backend;  ///< domain that serves it
  std::string protocol;                 ///< "x86_64-abi"

  [[nodiscard]] bool is_cdrom() const;
  /// The path behind the first part of uname: "/OVS/Repositories/...".
  [[nodiscard]] std::string_view path() const;
  friend bool operator==(const Vbd&, const Vbd&) = default;
};

/// A network interface of a living domain.
struct Vif {
  std::string uuid;
  std::string mac;
  std::string bridge;
  std::string script;
  std::string type;
  std::string model;
  std::optional<std::int64_t> backend;
  friend bool operator==(const Vif&, const Vif&) = default;
};

/// A frame buffer of a living domain: the only place that tells the real VNC port.
struct Vfb {
  std::string uuid;
  std::string type;
  std::optional<VncLocation> location;
  std::string vnclisten;
  Secret vncpasswd;
  std::optional<bool> vncunused;
  std::optional<bool> vnc;
  std::string keymap;
  std::string xauthority;
  friend bool operator==(const Vfb&, const Vfb&) = default;
};

struct VmConsole {
  std::string uuid;
  std::string protocol;  ///< "vt100"
  std::string location;
  friend bool operator==(const VmConsole&, const VmConsole&) = default;
};

struct VmKeyboard {
  std::optional<std::int64_t> backend;
  friend bool operator==(const VmKeyboard&, const VmKeyboard&) = default;
};

/// What the domain was built from.
struct VmImage {
  std::string kernel;
  std::string device_model;
  std::optional<MiB> videoram;
  std::optional<std::int64_t> tsc_mode;
  std::optional<std::int64_t> superpages;
  std::optional<bool> nomigrate;
  std::optional<bool> expose_host_uuid;
  std::vector<std::string> pci;  ///< plain items only
  std::vector<std::pair<std::string, std::string>> notes;
  friend bool operator==(const VmImage&, const VmImage&) = default;
};

/// One domain as list_vms and list_vm tell it. A number that the agent leaves blank is absent,
/// never 0; a text that it leaves blank is empty. Members that nobody has documented are not kept.
/// A plain value. Source: recordings list_vms.xml and list_vm.xml of 3.2.1.
struct VmInfo {
  std::string name;
  std::string uuid;  ///< as it came, with dashes on every release seen
  std::optional<std::int64_t> domid;
  std::string state;  ///< the six flags as they came
  std::optional<StateFlags> state_flags;
  /// Power state of the hypervisor daemon: 0 halted, 1 paused, 2 running, 3 suspended, 4 shut down,
  /// 5 crashed, 6 unknown. Kept for show; `power()` goes by the flags.
  std::optional<std::int64_t> status;
  std::optional<MiB> memory;
  std::optional<MiB> maxmem;
  std::optional<MiB> shadow_memory;
  std::optional<std::uint64_t> vcpus;
  std::optional<std::uint64_t> online_vcpus;
  std::optional<std::uint64_t> cpu_weight;
  std::optional<std::uint64_t> cpu_cap;  ///< percent of one CPU, 0 is no limit
  /// Per vcpu the CPUs it may use; empty if it is not pinned. A blank number keeps its place.
  std::vector<std::vector<std::optional<std::uint64_t>>> cpus;
  std::optional<Seconds> cpu_time;
  std::optional<Seconds> start_time;  ///< since 1970
  std::string builder;                ///< "linux", "hvm"
  std::string bootloader;
  std::string bootloader_args;
  std::string features;
  std::string description;
  std::string pool_name;
  std::string on_poweroff;
  std::string on_reboot;
  std::string on_crash;
  std::string on_xend_start;
  std::string on_xend_stop;
  std::optional<std::uint64_t> store_mfn;
  std::optional<std::uint64_t> console_mfn;
  VmImage image;
  std::vector<Vbd> vbds;
  std::vector<Vif> vifs;
  std::vector<Vfb> vfbs;
  std::vector<VmConsole> consoles;
  std::vector<VmKeyboard> keyboards;

  /// True for dom0, which has the zero UUID. Its name is no proof: a guest may bear it.
  [[nodiscard]] bool is_control_domain() const;
  [[nodiscard]] VmState power() const { return vm_state(state_flags); }
  /// The first VNC location there is.
  [[nodiscard]] std::optional<VncLocation> vnc() const;
  /// Repositories that the disk paths name, each once, in the order of the disks. There is no other
  /// link from a VM to a repository, and vm.cfg may lie in yet another one.
  [[nodiscard]] std::vector<std::string> repository_ids() const;
  /// The uuid as an identity. Errors: kInvalidArgument if it is none.
  [[nodiscard]] Result<VmId> id() const { return VmId::parse(uuid); }

  friend bool operator==(const VmInfo&, const VmInfo&) = default;
};

/// Reads the reply of list_vms. Errors: kBadReply naming VM and member if a member is of another
/// kind than it can be, or a domain has no name or no uuid.
[[nodiscard]] Result<std::vector<VmInfo>> read_vms(ValueView reply);

/// Reads the reply of list_vm; nil is absent: there is no such VM. Errors: as read_vms.
[[nodiscard]] Result<std::optional<VmInfo>> read_vm(ValueView reply);

/// All domains of the host, dom0 among them: one round trip, which is a proof of life as well.
/// Errors: those of the call, and of read_vms. Thread-safe.
[[nodiscard]] Result<std::vector<VmInfo>> list_vms(const CallContext& ctx, const Agent& agent);

/// The domain that bears this identity as its uuid or, on hosts where names are chosen by an
/// orchestrator, as its name. Null if there is none. It lies in `vms`.
[[nodiscard]] const VmInfo* find_vm(const std::vector<VmInfo>& vms, const VmId& id);

/// The JSON form: names as in the recordings' index, numbers as numbers, blanks nil. Passwords are
/// left out; "vncpasswd_set" tells whether there is one.
[[nodiscard]] Value describe(const VncLocation& location);
[[nodiscard]] Value describe(const VmInfo& vm);
/// {"count", "vms"}.
[[nodiscard]] Value describe_vms(const std::vector<VmInfo>& vms);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_VM_LIST_H_
