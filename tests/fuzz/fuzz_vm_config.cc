// SPDX-License-Identifier: Apache-2.0
// vm.cfg texts and the device texts inside them: what can be read can be written, and reads back as
// the same; nothing else happens than a value or a typed error.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "objects/ovm3/vm_config.h"
#include "objects/ovm3/vm_config_text.h"
#include "objects/ovm3/vm_list.h"

namespace {

using namespace trestle;
using namespace trestle::ovm3;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

void read_config(const std::string& text) {
  const auto members = parse_vm_config_text(text);
  if (!members) {
    require(members.error().code == Code::kCorruptImage ||
                members.error().code == Code::kResourceExhausted,
            "a text that cannot be read is a damaged document or too big");
    return;
  }
  const auto written = to_vm_config_text(*members);
  require(written.has_value(), "what was read can be written");
  // Escapes make a text up to four times as long, so the limit may be met on the way back.
  if (written->size() > kMaxConfigBytes) return;
  const auto again = parse_vm_config_text(*written);
  require(again.has_value() && *again == *members, "what was written reads back as the same");

  const VmConfig config(*members);
  const VmConfig bigger = config.with("memory", 1024);
  require(changes(config, config).empty(), "nothing differs from itself");
  require(changes(config, bigger).set.size() <= 1, "one change sends one key");
  static_cast<void>(config.check());
  static_cast<void>(config.disks());
  static_cast<void>(describe(config));
  static_cast<void>(describe(config, Passwords::kShow));
}

void read_devices(const std::string& text) {
  if (const auto disk = parse_disk(text)) {
    if (const auto written = to_text(*disk)) {
      require(parse_disk(*written).value() == *disk, "a disk reads back as the same");
    }
  }
  const VifConfig vif = parse_vif(text);
  if (const auto written = to_text(vif)) {
    const auto again = to_text(parse_vif(*written));
    require(again.has_value() && *again == *written, "a vif is written the same again");
  }
  const VfbConfig vfb = parse_vfb(text);
  if (const auto written = to_text(vfb)) {
    const auto again = to_text(parse_vfb(*written));
    require(again.has_value() && *again == *written, "a vfb is written the same again");
  }
  static_cast<void>(vm_state(parse_state(text)));
  const auto vnc = parse_vnc_location(text);
  require(!vnc || (vnc->port != 0 && !vnc->address.empty()), "a location has address and port");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_config(text);
  read_devices(text);
  return 0;
}
