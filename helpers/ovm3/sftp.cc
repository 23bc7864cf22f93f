// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/sftp.h"

#include <optional>
#include <utility>

namespace trestle::ovm3 {
namespace {

// Packet types, status codes and flags of draft-ietf-secsh-filexfer-02, sections 3 to 7.
constexpr std::uint8_t kInit = 1;
constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kOpen = 3;
constexpr std::uint8_t kClose = 4;
constexpr std::uint8_t kRead = 5;
constexpr std::uint8_t kWrite = 6;
constexpr std::uint8_t kLstat = 7;
constexpr std::uint8_t kFsetstat = 10;
constexpr std::uint8_t kRemove = 13;
constexpr std::uint8_t kMkdir = 14;
constexpr std::uint8_t kRmdir = 15;
constexpr std::uint8_t kStatus = 101;
constexpr std::uint8_t kHandle = 102;
constexpr std::uint8_t kData = 103;
constexpr std::uint8_t kAttributes = 105;
constexpr std::uint8_t kExtended = 200;
constexpr std::uint32_t kProtocol = 3;
constexpr std::uint32_t kOk = 0;
constexpr std::uint32_t kEof = 1;
constexpr std::uint32_t kNoSuchFile = 2;
constexpr std::uint32_t kDenied = 3;
constexpr std::uint32_t kForRead = 1;
constexpr std::uint32_t kForWrite = 2;
constexpr std::uint32_t kCreate = 8;
constexpr std::uint32_t kExclusive = 32;
constexpr std::uint32_t kHasPermissions = 4;
constexpr std::string_view kPosixRename = "posix-rename@openssh.com";
/// What every server takes in one packet.
constexpr std::size_t kChunk = 32 * 1024;
/// OpenSSH's own limit of a packet (SFTP_MAX_MSG_LENGTH).
constexpr std::uint32_t kLongestPacket = 256 * 1024;

std::string number(std::uint32_t value) {
  std::string bytes(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<char>((value >> (24 - 8 * i)) & 255U);
  return bytes;
}

std::string long_number(std::uint64_t value) {
  return number(static_cast<std::uint32_t>(value >> 32U)) +
         number(static_cast<std::uint32_t>(value));
}

std::string text(std::string_view value) {
  return number(static_cast<std::uint32_t>(value.size())).append(value);
}

std::string permissions(std::uint32_t mode) { return number(kHasPermissions) + number(mode); }

/// Takes fields off the front of a packet; absent where it ends too early.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::uint32_t> number() {
    if (rest_.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : rest_.substr(0, 4)) value = (value << 8U) | static_cast<unsigned char>(c);
    rest_.remove_prefix(4);
    return value;
  }
  std::optional<std::string> text() {
    const auto size = number();
    if (!size || *size > rest_.size()) return std::nullopt;
    std::string value(rest_.substr(0, *size));
    rest_.remove_prefix(*size);
    return value;
  }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

Error unreadable() {
  return {.code = Code::kBadReply,
          .what =
              "the host's file server (sftp) answers something unreadable; does its login shell "
              "print text, or is the subsystem sftp not set up?"};
}

/// Whether this is the server's own no, after which the next answer can be read.
bool refused(Code code) {
  return code == Code::kNotFound || code == Code::kPermissionDenied ||
         code == Code::kFailedPrecondition;
}

}  // namespace

struct Sftp::Answer {
  std::uint8_t type = 0;
  std::uint32_t id = 0;
  std::uint32_t status = kOk;  ///< of type kStatus
  std::string text;            ///< the server's words, a handle, or data

  [[nodiscard]] bool done() const { return type == kStatus && status == kOk; }
  [[nodiscard]] Error error() const {
    if (type != kStatus) return unreadable();
    const Code code = status == kNoSuchFile ? Code::kNotFound
                      : status == kDenied   ? Code::kPermissionDenied
                                            : Code::kFailedPrecondition;
    return {.code = code, .what = text.empty() ? "status " + std::to_string(status) : text};
  }
};

Result<void> Sftp::send(const CallContext& ctx, std::uint8_t type, std::string_view body) {
  std::string packet = number(static_cast<std::uint32_t>(body.size() + 1));
  packet += static_cast<char>(type);
  packet += body;
  return channel_->write(ctx, packet);
}

Result<Sftp::Answer> Sftp::receive(const CallContext& ctx) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string head, channel_->read(ctx, 5));
  const std::uint32_t size = *Fields(head).number();
  if (size < 5 || size > kLongestPacket) return fail(unreadable());
  TRESTLE_ASSIGN_OR_RETURN(const std::string body, channel_->read(ctx, size - 1));
  Answer answer{.type = static_cast<std::uint8_t>(head[4]), .id = 0, .status = kOk, .text = {}};
  Fields fields(body);
  answer.id = *fields.number();
  if (answer.type == kVersion) {
    answer.text = body.substr(4);
  } else if (answer.type == kStatus) {
    const auto status = fields.number();
    if (!status) return fail(unreadable());
    answer.status = *status;
    answer.text = fields.text().value_or("");
  } else if (answer.type == kHandle || answer.type == kData) {
    auto value = fields.text();
    if (!value) return fail(unreadable());
    answer.text = std::move(*value);
  } else if (answer.type != kAttributes) {
    return fail(unreadable());
  }
  return answer;
}

Result<Sftp::Answer> Sftp::ask(const CallContext& ctx, std::uint8_t type, std::string_view body) {
  const std::uint32_t id = next_id_++;
  TRESTLE_RETURN_IF_ERROR(send(ctx, type, number(id).append(body)));
  TRESTLE_ASSIGN_OR_RETURN(Answer answer, receive(ctx));
  if (answer.id != id || answer.type == kVersion) return fail(unreadable());
  return answer;
}

Result<void> Sftp::tell(const CallContext& ctx, std::uint8_t type, std::string_view body) {
  TRESTLE_ASSIGN_OR_RETURN(const Answer answer, ask(ctx, type, body));
  if (!answer.done()) return fail(answer.error());
  return {};
}

Result<void> Sftp::expect_done(const CallContext& ctx, std::uint32_t id) {
  TRESTLE_ASSIGN_OR_RETURN(const Answer answer, receive(ctx));
  if (answer.id != id) return fail(unreadable());
  if (!answer.done()) return fail(answer.error());
  return {};
}

Result<void> Sftp::start(const CallContext& ctx) {
  TRESTLE_RETURN_IF_ERROR(send(ctx, kInit, number(kProtocol)));
  TRESTLE_ASSIGN_OR_RETURN(const Answer answer, receive(ctx));
  if (answer.type != kVersion || answer.id < kProtocol) return fail(unreadable());
  Fields fields(answer.text);
  while (!fields.empty()) {
    const auto name = fields.text();
    const auto version = fields.text();
    if (!name || !version) return fail(unreadable());
    if (*name == kPosixRename) can_replace_ = true;
  }
  return {};
}

Result<void> Sftp::create(const CallContext& ctx, const std::string& path, std::string_view content,
                          std::uint32_t mode) {
  TRESTLE_ASSIGN_OR_RETURN(
      const Answer opened,
      ask(ctx, kOpen, text(path) + number(kForWrite | kCreate | kExclusive) + permissions(mode)));
  if (opened.type != kHandle) return fail(opened.error());
  // Sent in one go and answered in order: a round trip a file, not one a packet.
  const std::uint32_t first = next_id_;
  for (std::size_t at = 0; at < content.size(); at += kChunk) {
    TRESTLE_RETURN_IF_ERROR(send(ctx, kWrite,
                                 number(next_id_++) + text(opened.text) + long_number(at) +
                                     text(content.substr(at, kChunk))));
  }
  TRESTLE_RETURN_IF_ERROR(
      send(ctx, kFsetstat, number(next_id_++) + text(opened.text) + permissions(mode)));
  TRESTLE_RETURN_IF_ERROR(send(ctx, kClose, number(next_id_++) + text(opened.text)));
  Result<void> worst;
  for (std::uint32_t id = first; id != next_id_; ++id) {
    const Result<void> done = expect_done(ctx, id);
    // Without the channel, or with an answer out of order, the rest cannot be told apart.
    if (!done && !refused(done.error().code)) return done;
    if (!done && worst) worst = done;
  }
  return worst;
}

Result<std::string> Sftp::read(const CallContext& ctx, const std::string& path, std::size_t limit) {
  TRESTLE_ASSIGN_OR_RETURN(const Answer opened,
                           ask(ctx, kOpen, text(path) + number(kForRead) + number(0)));
  if (opened.type != kHandle) return fail(opened.error());
  std::string content;
  while (content.size() <= limit) {
    TRESTLE_ASSIGN_OR_RETURN(const Answer part,
                             ask(ctx, kRead,
                                 text(opened.text) + long_number(content.size()) +
                                     number(static_cast<std::uint32_t>(kChunk))));
    if (part.type == kStatus && part.status == kEof) break;
    if (part.type != kData || part.text.empty()) return fail(part.error());
    content += part.text;
  }
  TRESTLE_RETURN_IF_ERROR(tell(ctx, kClose, text(opened.text)));
  if (content.size() > limit) {
    return fail(Code::kResourceExhausted,
                path + " has more than " + std::to_string(limit) + " bytes");
  }
  return content;
}

Result<void> Sftp::replace(const CallContext& ctx, const std::string& from, const std::string& to) {
  return tell(ctx, kExtended, text(kPosixRename) + text(from) + text(to));
}

Result<void> Sftp::remove(const CallContext& ctx, const std::string& path) {
  return tell(ctx, kRemove, text(path));
}

Result<void> Sftp::make_folder(const CallContext& ctx, const std::string& path,
                               std::uint32_t mode) {
  return tell(ctx, kMkdir, text(path) + permissions(mode));
}

Result<void> Sftp::remove_folder(const CallContext& ctx, const std::string& path) {
  return tell(ctx, kRmdir, text(path));
}

Result<bool> Sftp::exists(const CallContext& ctx, const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(const Answer answer, ask(ctx, kLstat, text(path)));
  if (answer.type == kAttributes) return true;
  if (answer.type == kStatus && answer.status == kNoSuchFile) return false;
  return fail(answer.error());
}

}  // namespace trestle::ovm3
