// SPDX-License-Identifier: Apache-2.0
#include "systemvm/template_server.h"

#include <netdb.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace trestle::systemvm {
namespace {

/// Connections at a time; CloudStack makes one, so more are not needed by anybody.
constexpr std::size_t kMostConnections = 16;
constexpr std::size_t kMostRequest = 8192;
constexpr int kLookMilliseconds = 100;
/// A peer that takes nothing for so long is gone.
constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kSendBytes = 4U << 20U;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

struct Wanted {
  bool good = false;
  bool body = true;  // false for HEAD
  bool found = false;
  std::optional<std::uint64_t> from = std::nullopt;
};

/// True when the socket can do it; false when the peer or we are to stop.
bool ready(const CallContext& ctx, int socket, short events) {
  const auto patience = ctx.now() + kPatience;
  while (still_wanted(ctx) && ctx.now() < patience) {
    pollfd watched{.fd = socket, .events = events, .revents = 0};
    if (::poll(&watched, 1, kLookMilliseconds) > 0) return (watched.revents & events) != 0;
  }
  return false;
}

/// A path as it stands in a URL: what is no letter, digit or one of "-._~" as '%' and two digits.
std::string url_path(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string out = "/";
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const auto byte = static_cast<unsigned char>(c);
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

bool send_all(const CallContext& ctx, int socket, std::string_view text) {
  while (!text.empty()) {
    if (!ready(ctx, socket, POLLOUT)) return false;
    const ssize_t put = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::string read_request(const CallContext& caller, int socket) {
  // One budget for all of it: a byte now and then must not hold a connection for ever.
  const CallContext ctx = with_budget(caller, kPatience);
  std::string text;
  std::array<char, 1024> part{};
  while (text.find("\r\n\r\n") == std::string::npos && text.size() < kMostRequest) {
    if (!ready(ctx, socket, POLLIN)) return "";
    const ssize_t got = ::recv(socket, part.data(), part.size(), 0);
    if (got <= 0) return "";
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

Wanted parse_request(const std::string& text, const std::string& path) {
  Wanted wanted;
  std::string_view rest = text;
  const std::string_view line = rest.substr(0, rest.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string_view::npos || second <= first) return wanted;
  const std::string_view method = line.substr(0, first);
  wanted.body = method == "GET";
  wanted.good = wanted.body || method == "HEAD";
  wanted.found = line.substr(first + 1, second - first - 1) == path;
  while (rest.find("\r\n") != std::string_view::npos) {
    rest.remove_prefix(rest.find("\r\n") + 2);
    const std::string_view header = rest.substr(0, rest.find("\r\n"));
    const std::size_t colon = header.find(':');
    if (colon == std::string_view::npos || !same_letters(header.substr(0, colon), "range"))
      continue;
    std::string_view value = header.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    // One open range is what a resuming client asks for; anything else gets the whole file.
    std::uint64_t from = 0;
    if (!value.starts_with("bytes=") || !value.ends_with('-')) continue;
    value = value.substr(6, value.size() - 7);
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), from);
    if (error == std::errc{} && end == value.data() + value.size()) wanted.from = from;
  }
  return wanted;
}

bool send_file(const CallContext& ctx, int socket, const ReadFile& file, std::uint64_t from) {
  auto at = static_cast<off_t>(from);
  while (static_cast<std::uint64_t>(at) < file.size()) {
    if (!ready(ctx, socket, POLLOUT)) return false;
    const auto left = static_cast<std::size_t>(
        std::min<std::uint64_t>(kSendBytes, file.size() - static_cast<std::uint64_t>(at)));
    const ssize_t put = ::sendfile(socket, file.number(), &at, left);
    if (put == 0) return false;  // the file became shorter: the peer sees that it is not all
    if (put < 0 && errno != EAGAIN && errno != EINTR) return false;
  }
  return true;
}

/// Answers one request. True if a file was sent to its end.
bool answer(const CallContext& ctx, int socket, const ReadFile& file) {
  const std::string request = read_request(ctx, socket);
  if (request.empty()) return false;
  const Wanted wanted = parse_request(request, url_path(name_of(file.path())));
  const std::string end = "Connection: close\r\n\r\n";
  if (!wanted.good) {
    send_all(ctx, socket, "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n" + end);
    return false;
  }
  if (!wanted.found) {
    send_all(ctx, socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n" + end);
    return false;
  }
  const std::string size = std::to_string(file.size());
  const std::uint64_t from = wanted.from.value_or(0);
  if (wanted.from && from >= file.size()) {
    send_all(ctx, socket,
             "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */" + size +
                 "\r\nContent-Length: 0\r\n" + end);
    return false;
  }
  std::string head = wanted.from ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                                       std::to_string(from) + "-" +
                                       std::to_string(file.size() - 1) + "/" + size + "\r\n"
                                 : "HTTP/1.1 200 OK\r\n";
  head += "Content-Type: application/octet-stream\r\nAccept-Ranges: bytes\r\nContent-Length: " +
          std::to_string(file.size() - from) + "\r\n" + end;
  if (!send_all(ctx, socket, head) || !wanted.body) return false;
  return send_file(ctx, socket, file, from);
}

}  // namespace

Result<TemplateServer> TemplateServer::listen(ReadFile file, const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const auto bad = [&] {
    return fail(
        Code::kInvalidArgument,
        "\"" + address + "\" is no address to listen on; give ADDR:PORT, e.g. 0.0.0.0:8080");
  };
  if (colon == std::string::npos) return bad();
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &list) != 0) return bad();
  const std::unique_ptr<addrinfo, FreeAddresses> found(list);
  Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  constexpr int kYes = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &kYes, sizeof(kYes));
  if (!socket.open() || ::bind(socket.number(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket.number(), static_cast<int>(kMostConnections)) != 0) {
    return fail(system_error("cannot listen on " + address, errno));
  }
  sockaddr_storage own{};
  socklen_t length = sizeof(own);
  std::array<char, 8> port{};
  if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&own), &length) != 0 ||
      ::getnameinfo(reinterpret_cast<sockaddr*>(&own), length, nullptr, 0, port.data(), port.size(),
                    NI_NUMERICSERV) != 0) {
    return fail(system_error("cannot listen on " + address, errno));
  }
  std::uint16_t number = 0;
  std::from_chars(port.data(), port.data() + std::char_traits<char>::length(port.data()), number);
  return TemplateServer(std::move(file), std::move(socket), number);
}

std::string TemplateServer::url(const std::string& host) const {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port_) +
         url_path(name_of(file_.path()));
}

Result<std::uint64_t> TemplateServer::serve(const CallContext& ctx) const {
  struct Connection {
    std::atomic<bool> done{false};
    std::thread thread;
  };
  std::atomic<std::uint64_t> sent{0};
  std::list<Connection> connections;  // joined below, before `sent` goes
  const auto join = [&](bool all) {
    connections.remove_if([all](Connection& connection) {
      if (!all && !connection.done) return false;
      connection.thread.join();
      return true;
    });
  };
  while (still_wanted(ctx)) {
    join(false);
    pollfd watched{.fd = socket_.number(), .events = POLLIN, .revents = 0};
    if (::poll(&watched, connections.size() < kMostConnections ? 1 : 0, kLookMilliseconds) <= 0) {
      continue;
    }
    Descriptor peer(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!peer.open()) continue;  // gone again before it was taken
    Connection& connection = connections.emplace_back();
    connection.thread = std::thread([&, own = std::move(peer)]() mutable {
      // A peer that has gone must not end us: sending says so too.
      sigset_t broken;
      ::sigemptyset(&broken);
      ::sigaddset(&broken, SIGPIPE);
      ::pthread_sigmask(SIG_BLOCK, &broken, nullptr);
      if (answer(ctx, own.number(), file_)) ++sent;
      ::shutdown(own.number(), SHUT_WR);
      own.close();
      connection.done = true;
    });
  }
  join(true);
  return sent.load();
}

}  // namespace trestle::systemvm
