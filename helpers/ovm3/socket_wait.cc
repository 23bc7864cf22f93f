// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/socket_wait.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "objects/wire/name_lookup.h"

namespace trestle::ovm3 {
namespace {

/// poll() takes milliseconds in an int; longer waits are taken in pieces.
constexpr std::chrono::milliseconds kLongestPoll{60'000};

std::string reason(int error) { return std::generic_category().message(error); }

Error late(const std::string& for_what) {
  return {.code = Code::kDeadlineExceeded,
          .what = "the time is over while waiting for " + for_what};
}

Result<std::vector<SocketAddress>> addresses_of(const CallContext& ctx, const std::string& host,
                                                std::uint16_t port) {
  if (const auto numeric = numeric_address(host, port)) return std::vector{*numeric};
  struct Answer {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Result<NameLookup::Addresses>> found;
  };
  const auto answer = std::make_shared<Answer>();  // shared: the lookup may outlive the wait
  NameLookup lookup;
  lookup.find(host, port, [answer](Result<NameLookup::Addresses> found) {
    const std::scoped_lock lock(answer->mutex);
    answer->found.emplace(std::move(found));
    answer->wake.notify_all();
  });
  std::unique_lock lock(answer->mutex);
  const bool told = answer->wake.wait_until(lock, ctx.stop, ctx.deadline,
                                            [&] { return answer->found.has_value(); });
  if (told) return std::move(*answer->found);
  if (ctx.stop.stop_requested()) return fail(Code::kCancelled, "stopped while looking up " + host);
  return fail(late("the address of " + host));
}

Result<Descriptor> connect_to(const CallContext& ctx, const SocketAddress& address,
                              const std::string& name) {
  const auto* const generic = reinterpret_cast<const sockaddr*>(address.bytes.data());
  Descriptor fd(::socket(generic->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return fail(Code::kUnavailable, "no socket: " + reason(errno));
  // Requests are small and each is waited for.
  const int one = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(fd.get(), generic, address.size) != 0) {
    if (errno != EINPROGRESS) {
      return fail(Code::kUnavailable, "cannot connect to " + name + ": " + reason(errno));
    }
    TRESTLE_RETURN_IF_ERROR(wait_for_socket(ctx, fd.get(), false, true, name + " to accept"));
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      return fail(Code::kUnavailable, "cannot connect to " + name + ": " + reason(error));
    }
  }
  return fd;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> wait_for_socket(const CallContext& ctx, int fd, bool read, bool write,
                             const std::string& for_what) {
  const Descriptor wake(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback on_stop(ctx.stop, [&wake] { ::eventfd_write(wake.get(), 1); });
  const int events = (read ? POLLIN : 0) | (write ? POLLOUT : 0);
  while (true) {
    if (ctx.stop.stop_requested())
      return fail(Code::kCancelled, "stopped while waiting for " + for_what);
    const auto left = ctx.remaining();
    if (left <= std::chrono::nanoseconds::zero()) return fail(late(for_what));
    const auto wait = std::min<std::chrono::nanoseconds>(left, kLongestPoll);
    // Rounded up: a wait that ends too early would spin for the last millisecond.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    std::array<pollfd, 2> fds{{{.fd = fd, .events = static_cast<short>(events), .revents = 0},
                               {.fd = wake.get(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(ms));
    if (ready < 0 && errno != EINTR) return fail(Code::kInternal, "poll: " + reason(errno));
    if (ready > 0 && fds[0].revents != 0) return {};
  }
}

Result<Descriptor> connect_tcp(const CallContext& ctx, const std::string& host,
                               std::uint16_t port) {
  const std::string name = host + " port " + std::to_string(port);
  TRESTLE_ASSIGN_OR_RETURN(const auto addresses, addresses_of(ctx, host, port));
  Error last{.code = Code::kUnavailable, .what = host + " has no address"};
  for (const SocketAddress& address : addresses) {
    auto connected = connect_to(ctx, address, name);
    if (connected || connected.error().code != Code::kUnavailable) return connected;
    last = std::move(connected).error();
  }
  return fail(std::move(last));
}

}  // namespace trestle::ovm3
