// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "objects/wire/codec.h"
#include "tests/support/http_server.h"
#include "tests/support/mock_transport.h"

namespace trestle {
namespace {

using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// What becomes of a reply that arrives in two parts and then, if need be, ends.
Result<std::string> read(const std::string& text, std::size_t split) {
  HttpReplyReader reader;
  for (const std::string& part : {text.substr(0, split), text.substr(split)}) {
    if (part.empty()) continue;
    TRESTLE_ASSIGN_OR_RETURN(const bool complete, reader.feed(part));
    if (complete) return reader.take_body();
  }
  TRESTLE_RETURN_IF_ERROR(reader.end("closed by the host"));
  return reader.take_body();
}

struct GoodReply {
  std::string name;
  std::string text;
  bool keeps = false;
};
void PrintTo(const GoodReply& c, std::ostream* out) { *out << c.name; }

class ReadsReply : public ::testing::TestWithParam<GoodReply> {};

TEST_P(ReadsReply, WhereverItIsCut) {
  const std::string& text = GetParam().text;
  for (std::size_t split = 0; split <= text.size(); ++split) {
    const auto body = read(text, split);
    ASSERT_TRUE(body) << split << ": " << body.error().message();
    ASSERT_EQ(*body, "0123456789") << split;
  }
}

TEST_P(ReadsReply, AByteAtATime) {
  HttpReplyReader reader;
  bool complete = false;
  for (const char byte : GetParam().text) {
    const auto result = reader.feed({&byte, 1});
    ASSERT_TRUE(result) << result.error().message();
    complete = *result;
  }
  if (!complete) {
    ASSERT_TRUE(reader.end("closed"));
  }
  EXPECT_EQ(*reader.take_body(), "0123456789");
  EXPECT_EQ(reader.can_reuse_connection(), GetParam().keeps);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ReadsReply,
    ::testing::Values(
        GoodReply{"OldWithLength", testing::old_reply("0123456789")},
        GoodReply{"OldUntilTheEnd", "HTTP/1.0 200 OK\r\nServer: x\r\n\r\n0123456789"},
        GoodReply{"NewUntilTheEnd", "HTTP/1.1 200 OK\r\n\r\n0123456789"},
        GoodReply{"OldKeptByWord",
                  "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: "
                  "10\r\n\r\n0123456789",
                  true},
        GoodReply{"NewKept", testing::kept_reply("0123456789"), true},
        GoodReply{"NewClosedByWord",
                  "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n0123456789"},
        GoodReply{"Chunked", testing::chunked_reply("0123456789", 3), true},
        GoodReply{"ChunkedWithExtensionAndTrailer",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                  "chunked\r\n\r\na;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
                  true},
        GoodReply{"AfterContinue",
                  "HTTP/1.1 100 Continue\r\n\r\n" + testing::kept_reply("0123456789"), true}),
    [](const auto& tested) { return tested.param.name; });

TEST(HttpReplyReader, DoesNotReuseAConnectionThatSaysMore) {
  HttpReplyReader reader;
  const auto complete = reader.feed(testing::kept_reply("0123456789") + "HTTP/1.1 200 OK\r\n");
  ASSERT_TRUE(complete);
  EXPECT_TRUE(*complete);
  EXPECT_FALSE(reader.can_reuse_connection());
}

TEST(HttpReplyReader, SaysAfterHowManyBytesOfHowMany) {
  const std::string text = testing::old_reply("0123456789");
  for (std::size_t kept = 0; kept < 10; ++kept) {
    const std::string cut = text.substr(0, text.size() - 10 + kept);
    const auto body = read(cut, cut.size() / 2);
    ASSERT_THAT(body, FailsWith(Code::kBadReply));
    EXPECT_THAT(body.error().what,
                HasSubstr("cut off after " + std::to_string(kept) + " of 10 bytes"));
  }
}

TEST(HttpReplyReader, SaysThatAChunkedReplyWasCutOff) {
  const std::string text = testing::chunked_reply("0123456789", 4);
  // All cuts behind the head, the last chunk "0\r\n\r\n" included.
  for (std::size_t size = text.find("\r\n\r\n") + 4; size < text.size(); ++size) {
    const auto body = read(text.substr(0, size), size);
    ASSERT_THAT(body, FailsWith(Code::kBadReply)) << size;
    EXPECT_THAT(body.error().what, HasSubstr("cut off after "));
  }
}

TEST(HttpReplyReader, SaysThatTheHeadWasCutOff) {
  const std::string text = "HTTP/1.0 200 OK\r\nServer: x\r\n\r\n";
  for (std::size_t size = 1; size < text.size(); ++size) {
    const auto body = read(text.substr(0, size), size);
    ASSERT_THAT(body, FailsWith(Code::kBadReply)) << size;
    EXPECT_THAT(body.error().what, HasSubstr("cut off within its HTTP headers"));
  }
}

struct BadReply {
  std::string name;
  std::string text;
  Code code;
  std::string says;
};
void PrintTo(const BadReply& c, std::ostream* out) { *out << c.name; }

class RefusesReply : public ::testing::TestWithParam<BadReply> {};

TEST_P(RefusesReply, AndSaysWhatToDo) {
  const auto body = read(GetParam().text, GetParam().text.size() / 2);
  ASSERT_THAT(body, FailsWith(GetParam().code));
  EXPECT_THAT(body.error().what, HasSubstr(GetParam().says));
  EXPECT_THAT(body.error().what, Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RefusesReply,
    ::testing::Values(
        BadReply{"Status401", testing::old_reply("no", "401 Unauthorized"), Code::kUnauthenticated,
                 "TRESTLE_PASSWORD"},
        BadReply{"Status403", testing::old_reply("no", "403 Forbidden"), Code::kPermissionDenied,
                 "TRESTLE_PASSWORD"},
        BadReply{"Status404", testing::old_reply("no", "404 Not Found"), Code::kUnimplemented,
                 "another path"},
        BadReply{"Status500", testing::old_reply("no", "500 Internal"), Code::kInternal,
                 "ovs-agent.log"},
        BadReply{"Status302", testing::old_reply("no", "302 Found"), Code::kBadReply,
                 "HTTP status 302"},
        BadReply{"Status204", "HTTP/1.1 204 No Content\r\n\r\n", Code::kBadReply,
                 "HTTP status 204"},
        BadReply{"Garbage", "220 mail.example ESMTP\r\n", Code::kBadReply, "220 mail."},
        BadReply{"Binary", std::string("\0\1\2\xff\n\x1b[2J", 8), Code::kBadReply, "not in HTTP"},
        BadReply{"OtherVersion", "HTTP/3.0 200 OK\r\n\r\n", Code::kBadReply, "not in HTTP"},
        BadReply{"StatusLetters", "HTTP/1.1 abc OK\r\n\r\n", Code::kBadReply, "not in HTTP"},
        BadReply{"LengthNoNumber", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Code::kBadReply,
                 "not in HTTP"},
        BadReply{"LengthOverflows",
                 "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                 Code::kBadReply, "not in HTTP"},
        BadReply{"LengthTooLarge", "HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n",
                 Code::kResourceExhausted, "larger than 64 MiB"},
        BadReply{"TwoLengths",
                 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                 Code::kBadReply, "not in HTTP"},
        BadReply{"ChunkNoNumber",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
                 Code::kBadReply, "chunks"},
        BadReply{"ChunkTooLarge",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000001\r\nab",
                 Code::kResourceExhausted, "larger than 64 MiB"},
        BadReply{"HeadTooLong",
                 "HTTP/1.1 200 OK\r\nX: " + std::string(kMaxHeaderBytes, 'x') + "\r\n\r\n",
                 Code::kBadReply, "64 KiB"},
        BadReply{"HeadNeverEnds", "HTTP/1.1 200 OK\r\n" + std::string(2 * kMaxHeaderBytes, 'x'),
                 Code::kBadReply, "64 KiB"},
        BadReply{"TlsAlert", std::string("\x15\x03\x01\x00\x02\x02\x28", 7),
                 Code::kFailedPrecondition, "https://"}),
    [](const auto& tested) { return tested.param.name; });

TEST(HttpReplyReader, RefusesABodyThatGrowsPastTheLimit) {
  HttpReplyReader reader;
  ASSERT_TRUE(reader.feed("HTTP/1.0 200 OK\r\n\r\n"));
  const std::string part(std::size_t{1} << 20U, 'x');
  Result<bool> more = false;
  for (std::size_t sent = 0; sent <= wire::kMaxReplyBytes && more; sent += part.size()) {
    more = reader.feed(part);
  }
  ASSERT_THAT(more, FailsWith(Code::kResourceExhausted));
  EXPECT_THAT(more.error().what, HasSubstr("64 MiB"));
}

TEST(HttpReplyReader, TakesABodyOfExactlyTheLimit) {
  HttpReplyReader reader;
  ASSERT_TRUE(reader.feed("HTTP/1.0 200 OK\r\n\r\n"));
  const std::string part(std::size_t{1} << 20U, 'x');
  for (std::size_t sent = 0; sent < wire::kMaxReplyBytes; sent += part.size()) {
    const auto more = reader.feed(part);
    ASSERT_TRUE(more) << more.error().message();
  }
  ASSERT_TRUE(reader.end("closed"));
  EXPECT_EQ(reader.take_body()->size(), wire::kMaxReplyBytes);
}

Endpoint an_endpoint(std::string user) {
  Endpoint endpoint;
  endpoint.user = std::move(user);
  endpoint.host = "ovs1";
  endpoint.port = 8899;
  endpoint.path = "/RPC2";
  return endpoint;
}

TEST(RequestText, SendsUserAndPasswordWithTheFirstRequest) {
  const std::string text =
      request_text(request_head(an_endpoint("oracle"), Secret("geheim")), "<xml/>");
  EXPECT_THAT(text, StartsWith("POST /RPC2 HTTP/1.1\r\nHost: ovs1:8899\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nAuthorization: Basic b3JhY2xlOmdlaGVpbQ==\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Type: text/xml\r\n"));
  EXPECT_THAT(text, ::testing::EndsWith("\r\nContent-Length: 6\r\n\r\n<xml/>"));
}

// The test vectors of RFC 4648, chapter 10, as user names without a password.
TEST(RequestText, EncodesAnyLength) {
  const auto head = [](const std::string& user) {
    return request_head(an_endpoint(user), Secret()).reveal();
  };
  EXPECT_THAT(head("f"), HasSubstr("Basic Zjo=\r\n"));
  EXPECT_THAT(head("fo"), HasSubstr("Basic Zm86\r\n"));
  EXPECT_THAT(head("foo"), HasSubstr("Basic Zm9vOg==\r\n"));
}

TEST(RequestText, SendsNoCredentialsWithoutAUser) {
  EXPECT_THAT(request_head(an_endpoint(""), Secret("geheim")).reveal(),
              Not(HasSubstr("Authorization")));
}

}  // namespace
}  // namespace trestle
