// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_TLS_SESSION_H_
#define TRESTLE_OBJECTS_WIRE_TLS_SESSION_H_

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "objects/core/result.h"
#include "objects/core/thread_annotations.h"
#include "objects/wire/tls_policy.h"

namespace trestle {

/// What a read, a write or a step of a handshake on a non-blocking connection came to.
enum class IoStatus : unsigned char {
  kOk,
  kWantRead,   ///< try again when the socket is readable
  kWantWrite,  ///< try again when the socket is writable
  kClosed,     ///< the other side ended in order
  kBroken,     ///< reset, or bytes that are no TLS
};

/// OpenSSL's settings for one kind of policy. Shared by all hosts under it; thread-safe.
class TlsContext {
 public:
  /// Errors: kInvalidArgument if the policy's certificates cannot be used.
  static Result<std::shared_ptr<TlsContext>> create(const TlsPolicy& policy);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  struct Handles;
  [[nodiscard]] const Handles& handles() const { return *handles_; }

 private:
  explicit TlsContext(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
};

/// One context for all policies that differ only in their pins: a context is tens of kilobytes,
/// and a fleet has a pin per host. Thread-safe.
class TlsContexts {
 public:
  Result<std::shared_ptr<TlsContext>> get(const TlsPolicy& policy) TRESTLE_EXCLUDES(mutex_);

 private:
  using Key = std::pair<std::string, bool>;  // certificates in PEM form, TLS 1.0 allowed
  Mutex mutex_;
  std::map<Key, std::shared_ptr<TlsContext>> contexts_ TRESTLE_GUARDED_BY(mutex_);
};

/// What a host gave us to shorten the next handshake. One for each transport, so that a session
/// made under one policy is never used under another. Thread-safe.
class TlsMemory {
 public:
  TlsMemory();
  ~TlsMemory();
  TlsMemory(const TlsMemory&) = delete;
  TlsMemory& operator=(const TlsMemory&) = delete;

  struct Slot;
  [[nodiscard]] Slot& slot() { return *slot_; }
  void forget();

 private:
  std::unique_ptr<Slot> slot_;
};

/// TLS on one connected, non-blocking socket. The socket, the policy and the memory must outlive
/// it. Not thread-safe.
class TlsSession {
 public:
  /// `host` is checked against the certificate under a CA file, and sent as server name if it is a
  /// name.
  TlsSession(const TlsContext& context, const TlsPolicy& policy, TlsMemory& memory,
             const std::string& host, int socket);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  IoStatus handshake();
  /// Why the handshake failed, in words that say what to do. After kClosed or kBroken only.
  [[nodiscard]] Error handshake_error() const;
  [[nodiscard]] bool resumed() const;

  /// Writes some of `bytes`; `count` says how many.
  IoStatus write(std::string_view bytes, std::size_t& count);
  IoStatus read(std::span<char> into, std::size_t& count);
  /// To be called when everything was written: the reply may be hours away.
  void release_buffers();
  /// True if the other side has neither sent anything nor closed: fit for another request.
  [[nodiscard]] bool is_idle();
  /// True if what the other side sent first looks like TLS, whatever became of the handshake.
  [[nodiscard]] bool peer_speaks_tls() const;

  struct Handles;

 private:
  IoStatus status_of(int result);
  std::unique_ptr<Handles> handles_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_TLS_SESSION_H_
