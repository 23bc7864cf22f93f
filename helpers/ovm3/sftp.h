// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SFTP_H_
#define TRESTLE_HELPERS_OVM3_SFTP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// Two streams of bytes to a file server, as an SSH channel with the subsystem sftp is one. Waits
/// end with the context. Errors: kUnavailable once the other side is gone.
class ByteChannel {
 public:
  virtual ~ByteChannel() = default;
  /// All bytes are handed over.
  [[nodiscard]] virtual Result<void> write(const CallContext& ctx, std::string_view bytes) = 0;
  /// Exactly `count` bytes.
  [[nodiscard]] virtual Result<std::string> read(const CallContext& ctx, std::size_t count) = 0;
};

/// A file server's client: version 3 of the SSH file transfer protocol (draft-ietf-secsh-filexfer
/// 02), the one that every OpenSSH speaks. Of its own because the calls of libssh 0.10 block
/// without a limit (helpers/adr/0001). One request after the other; not thread-safe. The channel
/// outlives it.
///
/// Errors of all calls: those of the channel, kBadReply for an answer that is none, kNotFound,
/// kPermissionDenied, or kFailedPrecondition with the server's words (it tells a full disk no
/// other way).
class Sftp {
 public:
  explicit Sftp(ByteChannel& channel) : channel_(&channel) {}

  /// Says hello; to be called once, before anything else.
  [[nodiscard]] Result<void> start(const CallContext& ctx);
  /// Makes a file that must not be there yet, with these permission bits, whatever the umask.
  [[nodiscard]] Result<void> create(const CallContext& ctx, const std::string& path,
                                    std::string_view content, std::uint32_t mode);
  /// The whole file. kResourceExhausted if it has more than `limit` bytes.
  [[nodiscard]] Result<std::string> read(const CallContext& ctx, const std::string& path,
                                         std::size_t limit);
  /// Puts a file in the place of another one in one step.
  [[nodiscard]] Result<void> replace(const CallContext& ctx, const std::string& from,
                                     const std::string& to);
  /// Whether `replace` is there: OpenSSH has it since 4.8, hosts of release 3.2 have an older one.
  [[nodiscard]] bool can_replace() const { return can_replace_; }
  [[nodiscard]] Result<void> remove(const CallContext& ctx, const std::string& path);
  [[nodiscard]] Result<void> make_folder(const CallContext& ctx, const std::string& path,
                                         std::uint32_t mode);
  [[nodiscard]] Result<void> remove_folder(const CallContext& ctx, const std::string& path);
  /// Whether there is anything of this name, links not followed.
  [[nodiscard]] Result<bool> exists(const CallContext& ctx, const std::string& path);

 private:
  struct Answer;
  Result<Answer> receive(const CallContext& ctx);
  Result<Answer> ask(const CallContext& ctx, std::uint8_t type, std::string_view body);
  Result<void> tell(const CallContext& ctx, std::uint8_t type, std::string_view body);
  Result<void> send(const CallContext& ctx, std::uint8_t type, std::string_view body);
  Result<void> expect_done(const CallContext& ctx, std::uint32_t id);

  ByteChannel* channel_;
  std::uint32_t next_id_ = 1;
  bool can_replace_ = false;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SFTP_H_
