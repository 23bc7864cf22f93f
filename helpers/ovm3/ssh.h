// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SSH_H_
#define TRESTLE_HELPERS_OVM3_SSH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"

namespace trestle::ovm3 {

/// Where an SSH server listens and as whom to log in.
struct SshAddress {
  std::string host;
  std::uint16_t port = 22;
  std::string user = "root";

  /// "[user@]host[:port]", an IPv6 address in brackets if a port follows. Parts that the text does
  /// not give are those of `otherwise`. Errors: kInvalidArgument.
  static Result<SshAddress> parse(std::string_view text, const SshAddress& otherwise);
  /// "root@ovm1:22"
  [[nodiscard]] std::string name() const;
};

/// How the host proves who it is. A key that differs from the one known is refused whatever
/// `accept_new` says.
struct HostKeyTrust {
  /// Any of these, with ',' between: "SHA256:BASE64" as ssh-keygen -l prints. Then no file is read.
  std::string pins = {};
  std::string known_hosts = {};  ///< file; empty: ~/.ssh/known_hosts and the one of the machine
  bool accept_new = false;       ///< a host without a key in the file is believed, and written down
};

/// How to log in. Both may be given; the key is tried first. No SSH agent is asked and no
/// configuration of the user is read.
struct SshLogin {
  std::optional<Secret> password = std::nullopt;
  std::string key_file = {};  ///< private key, empty for none
  std::optional<Secret> key_passphrase = std::nullopt;
};

struct SshOptions {
  HostKeyTrust trust = {};
  SshLogin login = {};
  /// Key exchange, host keys and checksums with SHA-1 as well: the servers of releases 3.2 and 3.3
  /// (OpenSSH 4.3 and 5.3) have nothing newer. Off by default.
  bool allow_sha1 = false;
};

/// How a remote command ended.
struct RemoteResult {
  int status = 0;  ///< exit status; 128 + signal as shells count it if a signal ended it
  std::string out = {};
  std::string err = {};
};

/// A login on one host: commands and files. Calls wait until the context's deadline or stop and not
/// longer; after either the connection is of no more use. Not thread-safe: one at a time.
///
/// Errors of all calls: kUnavailable once the connection is gone, kDeadlineExceeded, kCancelled,
/// and for files those of Sftp. Errors name the host; none has content, password or input in it.
class Ssh {
 public:
  virtual ~Ssh() = default;

  /// Runs a program; words are data to the shell that SSH puts between. `input` is its standard
  /// input. An exit status other than 0 is no error. kResourceExhausted above 16 MiB of output.
  [[nodiscard]] virtual Result<RemoteResult> run(const CallContext& ctx,
                                                 const std::vector<std::string>& words,
                                                 std::string_view input = {}) = 0;
  /// The same with standard output handed on as it comes; `take` says false to end it.
  [[nodiscard]] virtual Result<RemoteResult> stream(
      const CallContext& ctx, const std::vector<std::string>& words,
      const std::function<bool(std::string_view)>& take) = 0;

  /// Makes a file that must not be there yet.
  [[nodiscard]] virtual Result<void> create_file(const CallContext& ctx, const std::string& path,
                                                 std::string_view content, std::uint32_t mode) = 0;
  [[nodiscard]] virtual Result<std::string> read_file(const CallContext& ctx,
                                                      const std::string& path,
                                                      std::size_t limit) = 0;
  /// Gives a file or folder another name, in the place of what has that name.
  [[nodiscard]] virtual Result<void> rename(const CallContext& ctx, const std::string& from,
                                            const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove_file(const CallContext& ctx,
                                                 const std::string& path) = 0;
  /// kFailedPrecondition if there is something of that name.
  [[nodiscard]] virtual Result<void> make_folder(const CallContext& ctx, const std::string& path,
                                                 std::uint32_t mode) = 0;
  [[nodiscard]] virtual Result<void> remove_folder(const CallContext& ctx,
                                                   const std::string& path) = 0;
};

/// Logs in over SSH. Nothing is sent to a host that does not prove itself first. Errors:
/// kUnauthenticated (unknown or changed host key, refused login), kInvalidArgument (unreadable key
/// file, malformed pin), kUnavailable, kDeadlineExceeded, kCancelled.
[[nodiscard]] Result<std::unique_ptr<Ssh>> open_ssh(const CallContext& ctx,
                                                    const SshAddress& address,
                                                    const SshOptions& options, Log& log);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SSH_H_
