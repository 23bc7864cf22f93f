// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SSH_LINE_H_
#define TRESTLE_HELPERS_OVM3_SSH_LINE_H_

#include <memory>
#include <string>

#include "helpers/ovm3/ssh.h"
#include "objects/core/call_context.h"
#include "objects/core/error.h"
#include "objects/core/log.h"
#include "objects/core/result.h"

struct ssh_session_struct;  // of libssh, whose headers stay behind the door

namespace trestle::ovm3 {

struct SessionEnd {
  void operator()(ssh_session_struct* session) const;
};

/// A session of libssh, not blocking, and the address that its errors name. For the files that make
/// up `Ssh` alone. Not thread-safe.
struct Line {
  std::unique_ptr<ssh_session_struct, SessionEnd> session;
  std::string name;

  [[nodiscard]] Error lost(const std::string& doing) const;
  /// Until the socket has something for libssh, or takes what libssh has for it.
  [[nodiscard]] Result<void> wait(const CallContext& ctx, const std::string& doing) const;
  /// Repeats a call of libssh until it no longer says "again".
  template <class F>
  [[nodiscard]] Result<int> until(const CallContext& ctx, const std::string& doing, int again,
                                  F call) const {
    while (true) {
      const int rc = call();
      if (rc != again) return rc;
      TRESTLE_RETURN_IF_ERROR(wait(ctx, doing));
    }
  }
};

/// Connects and exchanges keys; nothing of ours is sent yet. Errors: kUnavailable, and of the wait.
[[nodiscard]] Result<Line> greet(const CallContext& ctx, const SshAddress& address,
                                 const SshOptions& options);
/// Whether the host is the one it should be. Errors: kUnauthenticated if not or not known,
/// kFailedPrecondition if the file of known hosts cannot be read or written.
[[nodiscard]] Result<void> check_host_key(const Line& line, const HostKeyTrust& trust, Log& log);
/// After the host has proved itself. Errors: kUnauthenticated, kInvalidArgument (no way given, or
/// an unreadable key file), kUnavailable, and of the wait.
[[nodiscard]] Result<void> log_in(const CallContext& ctx, const Line& line, const SshLogin& login);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SSH_LINE_H_
