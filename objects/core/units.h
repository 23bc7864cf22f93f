// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_UNITS_H_
#define TRESTLE_OBJECTS_CORE_UNITS_H_

#include <compare>
#include <cstdint>

namespace trestle {

/// A number of bytes.
struct Bytes {
  std::uint64_t count = 0;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

/// A number of mebibytes, the agent's unit of memory.
struct MiB {
  std::uint64_t count = 0;

  /// Rounds up: a guest never gets less than was asked for.
  static constexpr MiB ceil(Bytes bytes) {
    constexpr std::uint64_t kMask = (1U << 20U) - 1;
    return {(bytes.count >> 20U) + ((bytes.count & kMask) != 0 ? 1 : 0)};
  }
  [[nodiscard]] constexpr Bytes bytes() const { return {count << 20U}; }
  friend auto operator<=>(const MiB&, const MiB&) = default;
};
static_assert(MiB::ceil(Bytes{536'870'912}) == MiB{512});
static_assert(MiB::ceil(Bytes{536'870'913}) == MiB{513});
static_assert(MiB::ceil(Bytes{0}) == MiB{0});

/// A CPU clock rate. The agent counts in kHz, orchestrators in MHz: the type keeps them apart.
struct KiloHertz {
  std::uint64_t count = 0;
  [[nodiscard]] constexpr std::uint64_t megahertz() const { return count / 1000; }
  friend auto operator<=>(const KiloHertz&, const KiloHertz&) = default;
};

/// Pages of the hypervisor's memory, 4096 bytes each (ovm3-agent, Discover_Hardware_Result).
struct Pages {
  static constexpr std::uint64_t kPageBytes = 4096;
  std::uint64_t count = 0;
  [[nodiscard]] constexpr Bytes bytes() const { return {count * kPageBytes}; }
  friend auto operator<=>(const Pages&, const Pages&) = default;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_UNITS_H_
