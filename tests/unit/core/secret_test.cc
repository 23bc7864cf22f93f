// SPDX-License-Identifier: Apache-2.0
#include "objects/core/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "objects/core/error.h"
#include "objects/core/log.h"

namespace trestle {
namespace {

// known defect 7: a password cannot get into an exception, an error or a log by accident, because
// the compiler refuses every way there but one that is called reveal.
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<Secret, const char*>);
static_assert(!std::is_constructible_v<std::string, Secret>);
static_assert(!std::is_constructible_v<std::string_view, Secret>);
static_assert(!std::is_constructible_v<Field, std::string_view, Secret>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_convertible_v<const char*, Secret>);

template <class T>
concept Addable = requires(T secret, std::string text) {
  text + secret;
};
template <class T>
concept Appendable = requires(T secret, std::string text) {
  text += secret;
};
template <class T>
concept StdFormattable = requires(T secret) {
  std::to_string(secret);
};
template <class T>
concept PlainError = requires(T secret) {
  Error{Code::kInternal, secret};
};
static_assert(!Addable<Secret> && !Appendable<Secret> && !StdFormattable<Secret>);
static_assert(!PlainError<Secret> && PlainError<std::string>);

TEST(Secret, PrintsAsStars) {
  std::ostringstream out;
  out << Secret("Top5ecret") << Secret();
  EXPECT_EQ(out.str(), "****************");
}

TEST(Secret, PrintsTheSameWhateverItsLength) {
  std::ostringstream a;
  std::ostringstream b;
  a << Secret("x");
  b << Secret(std::string(100, 'x'));
  EXPECT_EQ(a.str(), b.str());
}

TEST(Secret, PrintsAsStarsInAFailedTest) {
  EXPECT_EQ(::testing::PrintToString(Secret("Top5ecret")), "********");
}

TEST(Secret, IsRevealedByName) {
  EXPECT_EQ(Secret("Top5ecret").reveal(), "Top5ecret");
  EXPECT_TRUE(Secret().empty());
  EXPECT_FALSE(Secret("x").empty());
}

TEST(Secret, ComparesByContent) {
  EXPECT_EQ(Secret("a"), Secret("a"));
  EXPECT_NE(Secret("a"), Secret("b"));
}

TEST(Secret, IsWipedWhereItWasMovedFrom) {
  Secret first("Top5ecret that does not fit into a short string");
  const Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(second.reveal(), "Top5ecret that does not fit into a short string");
  Secret third("other");
  third = second;
  EXPECT_EQ(third, second);
  Secret fourth;
  fourth = std::move(third);
  EXPECT_TRUE(third.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(fourth, second);
}

TEST(Secret, SurvivesAssigningItToItself) {
  Secret secret("Top5ecret");
  Secret& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal(), "Top5ecret");
  secret = std::move(same);
  EXPECT_EQ(secret.reveal(), "Top5ecret");
}

}  // namespace
}  // namespace trestle
