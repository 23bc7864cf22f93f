// SPDX-License-Identifier: Apache-2.0
// The file transfer client against a server that answers whatever a test says.
#include "helpers/ovm3/sftp.h"

#include <gmock/gmock.h>

#include <chrono>
#include <random>

namespace trestle::ovm3 {
namespace {

/// Answers with a fixed text; what is sent is kept.
class Script final : public ByteChannel {
 public:
  explicit Script(std::string answers) : answers_(std::move(answers)) {}
  Result<void> write(const CallContext& /*ctx*/, std::string_view bytes) override {
    sent += bytes;
    return {};
  }
  Result<std::string> read(const CallContext& /*ctx*/, std::size_t count) override {
    most_asked = std::max(most_asked, count);
    if (answers_.size() < count) return fail(Code::kUnavailable, "the connection is gone");
    std::string part = answers_.substr(0, count);
    answers_.erase(0, count);
    return part;
  }
  std::string sent;
  std::size_t most_asked = 0;

 private:
  std::string answers_;
};

std::string word(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U),
          static_cast<char>(value >> 8U), static_cast<char>(value)};
}
std::string text(const std::string& value) {
  return word(static_cast<std::uint32_t>(value.size())) + value;
}
std::string packet(char type, const std::string& body) {
  return word(static_cast<std::uint32_t>(body.size() + 1)) + type + body;
}
std::string status(std::uint32_t id, std::uint32_t code, const std::string& said) {
  return packet(101, word(id) + word(code) + text(said) + text(""));
}
std::string hello() { return packet(2, word(3) + text("posix-rename@openssh.com") + text("1")); }
CallContext soon() { return context_for(std::chrono::seconds(5)); }

TEST(Sftp, KnowsWhetherTheServerCanReplace) {
  Script modern(hello());
  Sftp with(modern);
  ASSERT_TRUE(with.start(soon()).has_value());
  EXPECT_TRUE(with.can_replace());
  Script old(packet(2, word(3)));
  Sftp without(old);
  ASSERT_TRUE(without.start(soon()).has_value());
  EXPECT_FALSE(without.can_replace());
}

TEST(Sftp, KeepsTheServersWordsOfAFullDiskAndReadsOn) {
  Script script(hello() + packet(102, word(1) + text("h")) +
                status(2, 4, "No space left on device") + status(3, 0, "") + status(4, 0, "") +
                status(5, 2, "No such file"));
  Sftp sftp(script);
  ASSERT_TRUE(sftp.start(soon()).has_value());
  const auto full = sftp.create(soon(), "/f", "content", 0600);
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(full.error().what, "No space left on device");
  // The next answer belongs to the next question.
  EXPECT_EQ(sftp.remove(soon(), "/f").error().code, Code::kNotFound);
}

TEST(Sftp, RefusesAnAnswerToAnotherQuestion) {
  Script script(hello() + status(9, 0, ""));
  Sftp sftp(script);
  ASSERT_TRUE(sftp.start(soon()).has_value());
  EXPECT_EQ(sftp.remove(soon(), "/f").error().code, Code::kBadReply);
}

struct Broken {
  const char* name;
  std::string bytes;
};
class BrokenHelloTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenHelloTest, IsABadReplyOrALostConnection) {
  Script script(GetParam().bytes);
  Sftp sftp(script);
  const auto refused = sftp.start(soon());
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().code == Code::kBadReply ||
              refused.error().code == Code::kUnavailable);
  EXPECT_LE(script.most_asked, 256U * 1024) << "a length from the wire must not be believed";
}

INSTANTIATE_TEST_SUITE_P(Forms, BrokenHelloTest,
                         testing::Values(Broken{"Nothing", ""},
                                         Broken{"Greeting", "Welcome to Oracle VM\n"},
                                         Broken{"HugeLength", word(0xFFFFFFFF) + "\x02"},
                                         Broken{"NoLength", word(0) + std::string(8, '\0')},
                                         Broken{"OldVersion", packet(2, word(2))},
                                         Broken{"HalfExtension", packet(2, word(3) + text("x"))},
                                         Broken{"LyingText", packet(2, word(3) + word(999) + "x")},
                                         Broken{"WrongType", packet(103, word(3) + text("x"))}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Sftp, SurvivesEveryTruncationAndManyChanges) {
  const std::string good = hello() + packet(102, word(1) + text("h")) + status(2, 0, "") +
                           packet(103, word(3) + text("data")) + status(4, 1, "eof") +
                           status(5, 0, "");
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    if (static_cast<std::size_t>(round) < good.size()) {
      bytes.resize(static_cast<std::size_t>(round));
    } else {
      for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Script script(bytes);
    Sftp sftp(script);
    if (!sftp.start(soon())) continue;
    (void)sftp.create(soon(), "/f", "", 0600).has_value();
    (void)sftp.read(soon(), "/f", 100).has_value();
  }
}

}  // namespace
}  // namespace trestle::ovm3
