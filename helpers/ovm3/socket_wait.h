// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SOCKET_WAIT_H_
#define TRESTLE_HELPERS_OVM3_SOCKET_WAIT_H_

#include <cstdint>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// A file descriptor that is closed with its owner. -1 is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int get() const { return fd_; }
  /// Gives it away; the caller closes it.
  [[nodiscard]] int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

/// Waits until the socket can be read (or written, if `write`), exactly until the deadline or the
/// stop. `for_what` ends the sentence "while waiting for ...". Errors: kDeadlineExceeded,
/// kCancelled.
[[nodiscard]] Result<void> wait_for_socket(const CallContext& ctx, int fd, bool read, bool write,
                                           const std::string& for_what);

/// A connected TCP socket that does not block. Names are looked up inside the deadline, and their
/// addresses tried one after the other. Errors: kUnavailable, kDeadlineExceeded, kCancelled.
[[nodiscard]] Result<Descriptor> connect_tcp(const CallContext& ctx, const std::string& host,
                                             std::uint16_t port);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SOCKET_WAIT_H_
