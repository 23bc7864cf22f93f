// SPDX-License-Identifier: Apache-2.0
#include "objects/core/units.h"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

namespace trestle {
namespace {

static_assert(!std::is_convertible_v<Bytes, MiB>);
static_assert(!std::is_convertible_v<MiB, Bytes>);
static_assert(!std::is_convertible_v<std::uint64_t, MiB>);
static_assert(!std::is_convertible_v<KiloHertz, std::uint64_t>);

TEST(Units, RoundMemoryUpNeverDown) {
  EXPECT_EQ(MiB::ceil(Bytes{0}), MiB{0});
  EXPECT_EQ(MiB::ceil(Bytes{1}), MiB{1});
  EXPECT_EQ(MiB::ceil(Bytes{1048576}), MiB{1});
  EXPECT_EQ(MiB::ceil(Bytes{1048577}), MiB{2});
}

TEST(Units, RoundTheLargestNumberWithoutOverflow) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(MiB::ceil(Bytes{kMost}), MiB{std::uint64_t{1} << 44U});
}

TEST(Units, ConvertWithoutLoss) {
  EXPECT_EQ(MiB{512}.bytes(), Bytes{536870912});
  EXPECT_EQ(MiB::ceil(MiB{7}.bytes()), MiB{7});
  EXPECT_EQ(Pages{1048476}.bytes(), Bytes{4294557696});
  EXPECT_EQ(KiloHertz{3392400}.megahertz(), 3392U);
}

TEST(Units, Compare) {
  EXPECT_LT(MiB{1}, MiB{2});
  EXPECT_GT(Bytes{2}, Bytes{1});
  EXPECT_EQ(Pages{3}, Pages{3});
}

}  // namespace
}  // namespace trestle
