// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/host_address.h"

#include <ares.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

namespace trestle::ovm3 {
namespace {

/// One server that is silent must not use up the whole limit.
constexpr int kServerTimeoutMs = 1500;
constexpr int kTries = 2;
/// Between two looks at the deadline.
constexpr suseconds_t kLongestWaitUs = 250'000;

struct Channel {
  Channel() = default;
  ~Channel() {
    if (open) ares_destroy(handle);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ares_channel handle = nullptr;
  bool open = false;
};

struct Library {
  Library() : status(ares_library_init(ARES_LIB_INIT_ALL)) {}
  ~Library() { ares_library_cleanup(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  const int status;
};

struct Found {
  bool done = false;
  int status = ARES_SUCCESS;
  std::optional<SocketAddress> address;
};

SocketAddress to_address(const sockaddr* raw, std::size_t size) {
  SocketAddress address;
  address.size = static_cast<std::uint32_t>(std::min(size, address.bytes.size()));
  std::memcpy(address.bytes.data(), raw, address.size);
  return address;
}

void take(void* into, int status, int /*timeouts*/, ares_addrinfo* result) {
  auto& found = *static_cast<Found*>(into);
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> list(result,
                                                                          &ares_freeaddrinfo);
  found.done = true;
  found.status = status;
  for (const auto* node = list ? list->nodes : nullptr; node != nullptr; node = node->ai_next) {
    const bool v4 = node->ai_family == AF_INET;
    if (!v4 && (node->ai_family != AF_INET6 || found.address)) continue;
    found.address = to_address(node->ai_addr, node->ai_addrlen);
    if (v4) return;
  }
}

/// Lets the library read and write until it is done or the time is up.
void serve(const CallContext& ctx, ares_channel channel, const Found& found) {
  while (!found.done && ctx.remaining().count() > 0 && !ctx.stop.stop_requested()) {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const int mask = ares_getsock(channel, sockets.data(), static_cast<int>(sockets.size()));
    std::array<pollfd, ARES_GETSOCK_MAXNUM> waiting{};
    nfds_t count = 0;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      const bool readable = ARES_GETSOCK_READABLE(mask, i) != 0;
      const bool writable = ARES_GETSOCK_WRITABLE(mask, i) != 0;
      if (!readable && !writable) continue;
      waiting.at(count).fd = sockets.at(i);
      waiting.at(count).events =
          static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
      ++count;
    }
    timeval most{.tv_sec = 0, .tv_usec = kLongestWaitUs};
    timeval next{};
    const timeval* const until = ares_timeout(channel, &most, &next);
    const auto wait = until->tv_sec * 1000 + until->tv_usec / 1000 + 1;
    const int ready = ::poll(waiting.data(), count, static_cast<int>(wait));
    if (ready <= 0) {
      ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      continue;
    }
    for (nfds_t i = 0; i < count; ++i) {
      const pollfd& one = waiting.at(i);
      const bool in = (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
      const bool out = (one.revents & POLLOUT) != 0;
      ares_process_fd(channel, in ? one.fd : ARES_SOCKET_BAD, out ? one.fd : ARES_SOCKET_BAD);
    }
  }
}

}  // namespace

Result<SocketAddress> host_address(const CallContext& outer, const std::string& host,
                                   std::uint16_t port) {
  if (const auto numeric = numeric_address(host, port)) return *numeric;
  const CallContext ctx = with_budget(outer, kLookupLimit);
  // Once for all threads: the library counts its users without a lock.
  static const Library library;
  Found found;  // before the channel, whose end answers what is still open
  Channel channel;
  ares_options options{};
  options.timeout = kServerTimeoutMs;
  options.tries = kTries;
  if (library.status == ARES_SUCCESS) {
    channel.open = ares_init_options(&channel.handle, &options,
                                     ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == ARES_SUCCESS;
  }
  if (!channel.open) {
    return fail(Code::kUnavailable,
                "names cannot be looked up on this machine; write the address "
                "in place of '" +
                    host + "' in detail url");
  }
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_flags = ARES_AI_NOSORT;
  hints.ai_socktype = SOCK_STREAM;
  const std::string service = std::to_string(port);
  ares_getaddrinfo(channel.handle, host.c_str(), service.c_str(), &hints, take, &found);
  serve(ctx, channel.handle, found);
  if (found.address) return *found.address;
  if (ctx.stop.stop_requested()) return fail(Code::kCancelled, "the caller asked to stop");
  const bool unknown =
      found.done && (found.status == ARES_ENOTFOUND || found.status == ARES_ENODATA);
  return fail(Code::kUnavailable,
              unknown ? "the name '" + host +
                            "' is known neither to /etc/hosts nor to DNS: correct detail url, or "
                            "write the address"
                      : "no name server answers for '" + host +
                            "' (/etc/resolv.conf): check DNS, or write the address in detail url");
}

}  // namespace trestle::ovm3
