// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/http_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace trestle {

HttpConnection::~HttpConnection() {
  tls_.reset();
  if (socket_ >= 0) ::close(socket_);
}

IoStatus HttpConnection::broken(int error) {
  error_ = error;
  return IoStatus::kBroken;
}

IoStatus HttpConnection::connect(const SocketAddress& address) {
  const auto* raw = reinterpret_cast<const sockaddr*>(address.bytes.data());
  socket_ = ::socket(raw->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return broken(errno);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // An outage of hours in the middle of a copy must show before the copy's deadline.
  ::setsockopt(socket_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (::connect(socket_, raw, address.size) == 0) return IoStatus::kOk;
  return errno == EINPROGRESS ? IoStatus::kWantWrite : broken(errno);
}

IoStatus HttpConnection::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return broken(errno);
  if (error != 0) return broken(error);
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  // A wake-up may come early; without an error and without a peer it goes on.
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) {
    return IoStatus::kOk;
  }
  return errno == ENOTCONN ? IoStatus::kWantWrite : broken(errno);
}

void HttpConnection::start_tls(const TlsContext& context, const TlsPolicy& policy,
                               TlsMemory& memory, const std::string& host) {
  tls_.emplace(context, policy, memory, host, socket_);
}

IoStatus HttpConnection::write(std::string_view bytes, std::size_t& count) {
  if (tls_) return tls_->write(bytes, count);
  count = 0;
  const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    count = static_cast<std::size_t>(sent);
    return IoStatus::kOk;
  }
  return errno == EAGAIN || errno == EINTR ? IoStatus::kWantWrite : broken(errno);
}

IoStatus HttpConnection::read(std::span<char> into, std::size_t& count) {
  if (tls_) return tls_->read(into, count);
  count = 0;
  const auto got = ::recv(socket_, into.data(), into.size(), 0);
  if (got == 0) return IoStatus::kClosed;
  if (got > 0) {
    count = static_cast<std::size_t>(got);
    return IoStatus::kOk;
  }
  return errno == EAGAIN || errno == EINTR ? IoStatus::kWantRead : broken(errno);
}

void HttpConnection::end_sending() { ::shutdown(socket_, SHUT_WR); }

bool HttpConnection::is_idle() {
  if (tls_) return tls_->is_idle();
  char byte = 0;
  return ::recv(socket_, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

}  // namespace trestle
