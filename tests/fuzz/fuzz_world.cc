// SPDX-License-Identifier: Apache-2.0
// Worlds of the simulator: any text is a world or an error with a place. What is read can be
// written, and what is written is read as the same world.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tools/simulator/world.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trestle::simulator;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto world = read_world(text);
  if (!world) {
    require(world.error().code == trestle::Code::kInvalidArgument, "a bad world is the caller's");
    require(!world.error().what.empty(), "an error has words");
  } else {
    const std::string written = write_world(*world);
    const auto again = read_world(written);
    require(again.has_value(), "what was written can be read");
    require(write_world(*again) == written, "a world comes back as it was written");
  }
  // The control socket takes rules, and a state may have been damaged on disk.
  if (const auto rule = read_rule(text))
    require(!write_rules({*rule}).empty(), "a rule is written");
  if (const auto state = read_state(text)) {
    const std::string written = write_state(*state);
    const auto again = read_state(written);
    require(again.has_value() && write_state(*again) == written, "a state comes back");
  }
  return 0;
}
