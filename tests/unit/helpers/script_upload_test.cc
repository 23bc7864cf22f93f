// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/script_upload.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>

#include "tests/unit/helpers/sshd.h"

namespace trestle::ovm3 {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
namespace fs = std::filesystem;

CallContext a_minute() { return context_for(std::chrono::minutes(1)); }

/// A real host whose disk does something of its own to what is written.
class BadDisk final : public Ssh {
 public:
  using Spoil = std::function<std::string(const std::string& path, std::string content)>;
  BadDisk(std::unique_ptr<Ssh> host, Spoil spoil)
      : host_(std::move(host)), spoil_(std::move(spoil)) {}

  Result<RemoteResult> run(const CallContext& ctx, const std::vector<std::string>& words,
                           std::string_view input) override {
    return host_->run(ctx, words, input);
  }
  Result<RemoteResult> stream(const CallContext& ctx, const std::vector<std::string>& words,
                              const std::function<bool(std::string_view)>& take) override {
    return host_->stream(ctx, words, take);
  }
  Result<void> create_file(const CallContext& ctx, const std::string& path,
                           std::string_view content, std::uint32_t mode) override {
    return host_->create_file(ctx, path, spoil_(path, std::string(content)), mode);
  }
  Result<std::string> read_file(const CallContext& ctx, const std::string& path,
                                std::size_t limit) override {
    return host_->read_file(ctx, path, limit);
  }
  Result<void> rename(const CallContext& ctx, const std::string& from,
                      const std::string& to) override {
    return host_->rename(ctx, from, to);
  }
  Result<void> remove_file(const CallContext& ctx, const std::string& path) override {
    return host_->remove_file(ctx, path);
  }
  Result<void> make_folder(const CallContext& ctx, const std::string& path,
                           std::uint32_t mode) override {
    return host_->make_folder(ctx, path, mode);
  }
  Result<void> remove_folder(const CallContext& ctx, const std::string& path) override {
    return host_->remove_folder(ctx, path);
  }

 private:
  std::unique_ptr<Ssh> host_;
  Spoil spoil_;
};

class ScriptUploadTest : public testing::Test {
 protected:
  ScriptUploadTest() { fs::create_directories(root_ + "/var/tmp"); }

  /// What sending says of a host whose disk does that.
  Result<void> sent(const BadDisk::Spoil& spoil) {
    auto host = open_ssh(a_minute(), sshd_.address(), sshd_.options(), no_log());
    if (!host) return fail(host.error());
    ssh_ = std::make_unique<BadDisk>(std::move(*host), spoil);
    return upload_.send(a_minute(), *ssh_, scripts_);
  }
  [[nodiscard]] std::vector<std::string> uploads() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ + "/var/tmp")) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  Sshd sshd_;
  std::string root_ = sshd_.file("a root");
  ScriptUpload upload_{root_};
  std::unique_ptr<BadDisk> ssh_;
  // The second ends as the third begins: only the whole of each may count.
  std::vector<HostScript> scripts_ = {
      {"install.py", "first\n"}, {"b.py", std::string(100'000, 'b')}, {"c.py", "bbb\n"}};
};

TEST_F(ScriptUploadTest, PutsEveryByteUnderANameThatIsUsedAndTakesItAway) {
  const auto done = sent([](const std::string&, std::string content) { return content; });
  ASSERT_TRUE(done.has_value()) << done.error().message();
  for (const HostScript& script : scripts_) {
    std::ifstream in(upload_.folder() + script.name, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), script.content);
  }
  ASSERT_THAT(uploads(), SizeIs(1));
  EXPECT_EQ(uploads().front().find(".part"), std::string::npos);
  ASSERT_TRUE(upload_.remove(a_minute(), *ssh_).has_value());
  EXPECT_THAT(uploads(), SizeIs(0));
}

TEST_F(ScriptUploadTest, NeverUsesAnUploadThatTheHostReadsBackInAnotherWay) {
  struct Harm {
    std::string victim;
    std::function<void(std::string&)> what;
  };
  const std::vector<Harm> harms = {{"install.py", [](std::string& text) { text[0] = 'F'; }},
                                   {"b.py", [](std::string& text) { text.pop_back(); }},
                                   {"c.py", [](std::string& text) { text.clear(); }},
                                   {"c.py", [](std::string& text) { text += '\n'; }}};
  for (const Harm& harm : harms) {
    const auto spoil = [&harm](const std::string& path, std::string content) {
      if (fs::path(path).filename() == harm.victim) harm.what(content);
      return content;
    };
    const auto done = sent(spoil);
    ASSERT_FALSE(done.has_value()) << harm.victim;
    EXPECT_EQ(done.error().code, Code::kAborted);
    EXPECT_THAT(done.error().what, HasSubstr("try again")) << harm.victim;
    ASSERT_THAT(uploads(), SizeIs(1));
    EXPECT_TRUE(uploads().front().ends_with(".part")) << "it has the name that is used";
    ASSERT_TRUE(upload_.remove(a_minute(), *ssh_).has_value());
    EXPECT_THAT(uploads(), SizeIs(0));
  }
}

}  // namespace
}  // namespace trestle::ovm3
