// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_VM_DEVICE_TEXT_H_
#define TRESTLE_OBJECTS_OVM3_VM_DEVICE_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/core/secret.h"

/// The texts in which vm.cfg names the devices of a VM. Plain values; what they do not know they
/// keep and write back.
namespace trestle::ovm3 {

/// What a guest may do with a disk.
enum class DiskMode : std::uint8_t {
  kReadOnly,         ///< "r"
  kReadWrite,        ///< "w": the hypervisor refuses a second writer
  kSharedReadOnly,   ///< "r!"
  kSharedReadWrite,  ///< "w!": no protection against a second writer; only if sharing is asked for
};
std::string_view to_string(DiskMode mode);

/// One item of `disk`: "BACKEND:PATH,DEV,MODE", e.g. "file:/OVS/Repositories/../x.img,xvda,w".
struct DiskConfig {
  std::string backend = {};  ///< "file", "phy"; empty for an empty CD drive
  std::string path = {};     ///< empty for an empty CD drive
  std::string dev = {};      ///< "xvda", "hdc", without ":cdrom"
  bool cdrom = false;
  DiskMode mode = DiskMode::kReadWrite;

  /// "file:/path": what the live list calls uname.
  [[nodiscard]] std::string uname() const;
  friend bool operator==(const DiskConfig&, const DiskConfig&) = default;
};

/// Errors: kInvalidArgument that shows the text.
[[nodiscard]] Result<DiskConfig> parse_disk(std::string_view text);
/// The text of a disk. parse_disk reads back what it is given.
/// Errors: kInvalidArgument if a part holds a character that separates parts, dev is empty, or a CD
/// is to be written.
[[nodiscard]] Result<std::string> to_text(const DiskConfig& disk);

/// A name and its value in a list such as "mac=..,bridge=..".
struct TextPair {
  std::string name = {};
  std::string value = {};
  friend bool operator==(const TextPair&, const TextPair&) = default;
};

/// The pairs of "a=1,b=2" in their order; white space around names and values is dropped, an item
/// without '=' is a name without a value.
[[nodiscard]] std::vector<TextPair> parse_pairs(std::string_view text);

/// One item of `vif`: pairs in any order, so they are parsed and never compared as a text
/// (known defect 101).
struct VifConfig {
  std::string mac = {};
  std::string bridge = {};
  std::string type = {};              ///< "ioemu", "netfront"; empty if not said
  std::string model = {};             ///< "e1000", "rtl8139"; empty if not said
  std::vector<TextPair> others = {};  ///< all other pairs, e.g. script

  friend bool operator==(const VifConfig&, const VifConfig&) = default;
};
[[nodiscard]] VifConfig parse_vif(std::string_view text);
/// "type=..,mac=..,bridge=..,model=..,others": what is empty is left out.
/// Errors: kInvalidArgument if a part holds a comma, an '=' in a name or a control character.
[[nodiscard]] Result<std::string> to_text(const VifConfig& vif);
/// True if both are the same interface: MAC addresses in any case.
[[nodiscard]] bool same_mac(std::string_view a, std::string_view b);

/// The item of `vfb`: "type=vnc,vncunused=1,vnclisten=127.0.0.1,keymap=en-us[,vncpasswd=..]".
struct VfbConfig {
  std::string type = "vnc";
  /// True: the first free port from 5900 on. The key is vncunused (known defect 105: vncused).
  std::optional<bool> vncunused = {};
  std::string vnclisten = {};
  std::string keymap = {};
  std::optional<Secret> vncpasswd = {};
  std::optional<std::int64_t> vncdisplay = {};  ///< port minus 5900
  std::vector<TextPair> others = {};

  friend bool operator==(const VfbConfig&, const VfbConfig&) = default;
};
[[nodiscard]] VfbConfig parse_vfb(std::string_view text);
/// Errors: as for a vif. The text holds the password: keep it out of logs.
[[nodiscard]] Result<std::string> to_text(const VfbConfig& vfb);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_VM_DEVICE_TEXT_H_
