// SPDX-License-Identifier: Apache-2.0
#include "objects/core/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace trestle {
namespace {

std::string line_of(std::initializer_list<Field> fields) {
  std::ostringstream out;
  StreamLog(out, Level::kDebug).write(Level::kInfo, "EVENT", fields);
  return out.str();
}

struct QuoteCase {
  const char* name;
  std::string value;
  const char* want;
};

class LogQuotes : public ::testing::TestWithParam<QuoteCase> {};

TEST_P(LogQuotes, KeepOneEventOnOneLine) {
  EXPECT_EQ(line_of({{"key", GetParam().value}}),
            "info EVENT key=" + std::string(GetParam().want) + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Values, LogQuotes,
    ::testing::Values(QuoteCase{"Plain", "start_vm", "start_vm"}, QuoteCase{"Empty", "", "\"\""},
                      QuoteCase{"Blank", "a b", "\"a b\""},
                      QuoteCase{"Quote", "a\"b", "\"a\\\"b\""},
                      QuoteCase{"Backslash", "a\\b", "\"a\\\\b\""},
                      QuoteCase{"Equals", "a=b", "\"a=b\""},
                      QuoteCase{"LineBreak", "a\nerror FORGED", "\"a\\nerror FORGED\""},
                      QuoteCase{"CarriageReturn", "a\rb", "\"a\\x0db\""},
                      QuoteCase{"Escape", "\x1b[2J", "\"\\x1b[2J\""},
                      QuoteCase{"NulByte", std::string("a\0b", 3), "\"a\\x00b\""},
                      QuoteCase{"Delete", "\x7f", "\"\\x7f\""},
                      QuoteCase{"Utf8", "r\xc3\xa9seau", "r\xc3\xa9seau"}),
    [](const auto& c) { return std::string(c.param.name); });

TEST(StreamLog, WritesFieldsInOrder) {
  EXPECT_EQ(line_of({{"service", "start_vm"}, {"ms", 12}, {"code", std::string("ok")}}),
            "info EVENT service=start_vm ms=12 code=ok\n");
  EXPECT_EQ(line_of({}), "info EVENT\n");
}

TEST(StreamLog, LeavesOutWhatIsBelowItsLevel) {
  std::ostringstream out;
  StreamLog log(out, Level::kWarn);
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kWarn, Level::kError}) {
    log.write(level, "E", {});
  }
  EXPECT_EQ(out.str(), "warn E\nerror E\n");
  EXPECT_FALSE(log.enabled(Level::kInfo));
  EXPECT_TRUE(log.enabled(Level::kError));
}

TEST(StreamLog, KeepsLinesWholeBetweenThreads) {
  std::ostringstream out;
  StreamLog log(out, Level::kDebug);
  std::vector<std::jthread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&log] {
      for (int n = 0; n < 200; ++n) log.write(Level::kDebug, "EVENT", {{"key", "value"}});
    });
  }
  writers.clear();  // joins
  std::istringstream lines(out.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    ASSERT_EQ(line, "debug EVENT key=value");
  }
  EXPECT_EQ(count, 800);
}

TEST(NoLog, KeepsNothing) {
  EXPECT_FALSE(no_log().enabled(Level::kError));
  no_log().write(Level::kError, "E", {{"a", "b"}});
}

}  // namespace
}  // namespace trestle
