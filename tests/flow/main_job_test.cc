// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/flow/main_job.h"

namespace trestle::flow {
namespace {

using simulator::Release;
using testing::IsEmpty;

class MainJobOn : public testing::TestWithParam<Release> {};

TEST_P(MainJobOn, IsDoneAndGivenBack) {
  MainJob job(GetParam());
  const auto done = job.run();
  ASSERT_TRUE(done) << job.last_step() << ": " << done.error().message();
  EXPECT_THAT(job.left_over(), IsEmpty());
  EXPECT_THAT(job.scene.doubled_vms(), IsEmpty());
}

TEST_P(MainJobOn, CanBeDoneAgainOnTheSameHosts) {
  MainJob job(GetParam());
  ASSERT_TRUE(job.run()) << job.last_step();
  const auto again = job.run();
  ASSERT_TRUE(again) << job.last_step() << ": " << again.error().message();
}

TEST_P(MainJobOn, SendsTheSameCallsEveryTime) {
  MainJob one(GetParam());
  MainJob two(GetParam());
  ASSERT_TRUE(one.run()) << one.last_step();
  ASSERT_TRUE(two.run()) << two.last_step();
  EXPECT_EQ(one.scene.changing_calls(), two.scene.changing_calls());
  ASSERT_EQ(one.scene.sent.size(), two.scene.sent.size());
  for (std::size_t i = 0; i < one.scene.sent.size(); ++i) {
    EXPECT_EQ(one.scene.sent[i].method, two.scene.sent[i].method) << i;
  }
}

TEST_P(MainJobOn, IsNotDoneTwiceAtOnce) {
  MainJob job(GetParam());
  ASSERT_TRUE(job.run()) << job.last_step();
  job.scene.sim.with_estate([](simulator::Estate& estate) {
    estate.find_host("ovm-2")->ownership.manager_uuid = "0004fb0000010000ffffffffffffffff";
  });
  const auto refused = job.run();
  ASSERT_FALSE(refused) << "another manager has taken a host meanwhile";
  EXPECT_EQ(job.last_step(), "discover");
}

INSTANTIATE_TEST_SUITE_P(Release, MainJobOn,
                         testing::Values(Release::k321, Release::k331, Release::k34),
                         [](const auto& test) {
                           std::string name = "Of" + std::string(to_string(test.param));
                           std::erase(name, '.');
                           return name;
                         });

}  // namespace
}  // namespace trestle::flow
