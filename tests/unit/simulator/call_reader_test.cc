// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/call_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle::simulator {
namespace {

std::string call_with(const std::string& value) {
  return "<?xml version='1.0'?><methodCall><methodName>echo</methodName><params><param><value>" +
         value + "</value></param></params></methodCall>";
}

TEST(CallReader, ReadsAWideNumber) {
  const auto call = read_call(call_with("<i8>9223372036854775807</i8>"));
  ASSERT_TRUE(call.has_value()) << call.error().message();
  EXPECT_EQ(call->method, "echo");
  EXPECT_EQ(call->params, Array{Value(std::int64_t{9223372036854775807})});
}

TEST(CallReader, RefusesWideNumbersThatWouldCrashXmlrpcC) {
  for (const char* text : {"<i8>x</i8>", "<i8></i8>", "<i8>99999999999999999999</i8>",
                           "<ex:i8>1 </ex:i8>", "<i8><![CDATA[x]]></i8>"}) {
    const auto call = read_call(call_with(text));
    ASSERT_FALSE(call.has_value()) << text;
    EXPECT_EQ(call.error().code, Code::kInvalidArgument) << text;
  }
}

TEST(CallReader, RefusesWhatIsNoCall) {
  for (const std::string text : {"", "<", "<methodCall>", "<methodResponse/>"}) {
    EXPECT_FALSE(read_call(text).has_value()) << text;
  }
  EXPECT_FALSE(read_call(std::string("<methodCall>\0</methodCall>", 26)).has_value());
}

}  // namespace
}  // namespace trestle::simulator
