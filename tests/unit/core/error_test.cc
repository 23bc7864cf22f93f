// SPDX-License-Identifier: Apache-2.0
#include "objects/core/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "objects/core/result.h"

namespace trestle {
namespace {

constexpr Code kAllCodes[] = {
    Code::kCancelled,       Code::kInvalidArgument,   Code::kDeadlineExceeded,
    Code::kNotFound,        Code::kAlreadyExists,     Code::kPermissionDenied,
    Code::kUnauthenticated, Code::kResourceExhausted, Code::kFailedPrecondition,
    Code::kAborted,         Code::kUnavailable,       Code::kUnimplemented,
    Code::kInternal,        Code::kAgentFault,        Code::kBadReply,
    Code::kCorruptImage};

TEST(Code, HasAStableNameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Code code : kAllCodes) {
    const std::string_view name = to_string(code);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
  EXPECT_EQ(to_string(Code::kAlreadyExists), "already_exists");
  EXPECT_EQ(to_string(Code::kDeadlineExceeded), "deadline_exceeded");
  EXPECT_EQ(to_string(Code::kBadReply), "bad_reply");
}

Error sample() {
  return {.code = Code::kNotFound,
          .what = "no such VM",
          .host = "host1:8899",
          .service = "start_vm",
          .fault = AgentFault{
              .code = 1, .class_name = "exceptions.OSError", .errno_value = 2, .text = "raw"}};
}

TEST(Error, SaysWhatServiceAndHost) {
  EXPECT_EQ(sample().message(), "no such VM (start_vm on host1:8899)");
  EXPECT_EQ((Error{.code = Code::kInternal, .what = "a", .host = "h"}).message(), "a (h)");
  EXPECT_EQ((Error{.code = Code::kInternal, .what = "a", .service = "s"}).message(), "a (s)");
  EXPECT_EQ((Error{.code = Code::kInternal, .what = "a"}).message(), "a");
}

TEST(Error, KeepsEverythingWhenItIsWrapped) {
  const Error outer = wrap("cannot start web1", sample());
  EXPECT_EQ(outer.code, Code::kNotFound);
  EXPECT_EQ(outer.host, "host1:8899");
  EXPECT_EQ(outer.service, "start_vm");
  EXPECT_EQ(outer.fault, sample().fault);
  ASSERT_NE(outer.cause, nullptr);
  EXPECT_EQ(outer.cause->what, "no such VM");
}

TEST(Error, NamesTheHostOnceHoweverOftenItIsWrapped) {
  const Error outer = wrap("cannot deploy", wrap("cannot start web1", sample()));
  EXPECT_EQ(outer.message(),
            "cannot deploy: cannot start web1: no such VM (start_vm on host1:8899)");
}

TEST(Error, SharesItsCauseBetweenCopies) {
  const Error outer = wrap("a", sample());
  const Error copy = outer;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.cause, outer.cause);
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Code::kInvalidArgument, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRESTLE_ASSIGN_OR_RETURN(const int first, half(n));
  TRESTLE_ASSIGN_OR_RETURN(const int second, half(first));
  return second;
}

Result<void> check(int n) {
  TRESTLE_RETURN_IF_ERROR(half(n));
  return {};
}

TEST(Result, HoldsAValueOrTheError) {
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_EQ(half(3).error().code, Code::kInvalidArgument);
}

TEST(Result, GivesBackTheFirstError) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).error().what, "odd");
  EXPECT_EQ(quarter(3).error().what, "odd");
  EXPECT_TRUE(check(2).has_value());
  EXPECT_FALSE(check(1).has_value());
}

TEST(Result, CarriesValuesThatOnlyMove) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  const auto use = [&]() -> Result<int> {
    TRESTLE_ASSIGN_OR_RETURN(const std::unique_ptr<int> owned, make());
    return *owned;
  };
  EXPECT_EQ(*use(), 7);
}

}  // namespace
}  // namespace trestle
