// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace trestle::testing {
namespace {

/// Writing to a client that has gone must fail on the server's threads, and only there: the client
/// under test has to get along with the signal's default action, which ends the process.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int listen_on_loopback(std::uint16_t& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (socket < 0 || ::bind(socket, raw, size) != 0 || ::listen(socket, 1024) != 0 ||
      ::getsockname(socket, raw, &size) != 0) {
    throw std::runtime_error("the test cannot listen on a loopback port");
  }
  port = ntohs(address.sin_port);
  return socket;
}

std::size_t announced_length(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  if (at == std::string::npos) return 0;
  return static_cast<std::size_t>(std::strtoul(head.c_str() + at + 16, nullptr, 10));
}

}  // namespace

struct HttpServer::TlsContext {
  explicit TlsContext(const Tls& tls) : context(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, tls.least_version);
    SSL_CTX_set_max_proto_version(context, tls.most_version);
    BIO* bio = BIO_new_mem_buf(tls.certificate.certificate_pem.data(), -1);
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, certificate);
    X509_free(certificate);
    BIO_free(bio);
    bio = BIO_new_mem_buf(tls.certificate.key_pem.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
    BIO_free(bio);
    const std::array<unsigned char, 4> id{'t', 'e', 's', 't'};
    SSL_CTX_set_session_id_context(context, id.data(), id.size());
  }
  ~TlsContext() { SSL_CTX_free(context); }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  SSL_CTX* context;
};

class HttpServer::Connection final : public Peer {
 public:
  Connection(HttpServer& server, int socket, int number)
      : server_(server), socket_(socket), number_(number) {}
  ~Connection() override {
    SSL_free(ssl_);
    if (socket_ >= 0) ::close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool accept_tls(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, socket_);
    const bool good = SSL_accept(ssl_) == 1;
    ERR_clear_error();
    return good;
  }

  /// From another thread: everything that waits here ends.
  void stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
    if (!finished_) ::shutdown(socket_, SHUT_RDWR);
  }

  void finish() {
    if (ssl_ != nullptr && !was_reset_) SSL_shutdown(ssl_);
    ERR_clear_error();
    const std::scoped_lock lock(mutex_);
    finished_ = true;
    SSL_free(std::exchange(ssl_, nullptr));
    ::close(std::exchange(socket_, -1));
  }

  std::string read_request() override {
    while (true) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t size = end + 4 + announced_length(pending_.substr(0, end));
        if (pending_.size() >= size) {
          std::string request = pending_.substr(0, size);
          pending_.erase(0, size);
          server_.note(request);
          return request;
        }
      }
      std::array<char, 16384> buffer;
      const auto got = receive(buffer.data(), buffer.size());
      if (got <= 0) return {};
      pending_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  void read_some() override {
    std::array<char, 4096> buffer;
    receive(buffer.data(), buffer.size());
  }

  bool send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto sent = ssl_ != nullptr
                            ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ERR_clear_error();
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void drip(std::string_view bytes, std::chrono::milliseconds pause) override {
    for (const char byte : bytes) {
      if (!send({&byte, 1})) return;
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, pause, [&] { return stopped_; })) return;
    }
  }

  void hang() override {
    std::array<char, 4096> buffer;
    while (receive(buffer.data(), buffer.size()) > 0) {
    }
  }

  void reset() override {
    was_reset_ = true;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  [[nodiscard]] int number() const override { return number_; }

 private:
  std::int64_t receive(char* into, std::size_t size) {
    const std::int64_t got = ssl_ != nullptr ? SSL_read(ssl_, into, static_cast<int>(size))
                                             : ::recv(socket_, into, size, 0);
    ERR_clear_error();
    return got;
  }

  HttpServer& server_;
  int socket_;
  int number_;
  SSL* ssl_ = nullptr;
  std::string pending_;
  bool was_reset_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;   // guarded by mutex_
  bool finished_ = false;  // guarded by mutex_
};

HttpServer::HttpServer(Script script, std::optional<Tls> tls)
    : script_(std::move(script)), listener_(listen_on_loopback(port_)) {
  if (tls) tls_ = std::make_shared<TlsContext>(*tls);
  acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

HttpServer::~HttpServer() {
  acceptor_.request_stop();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& peer : peers_) peer->stop();
  }
  threads_.clear();
  ::close(listener_);
}

void HttpServer::accept_all(const std::stop_token& stop) {
  block_sigpipe();
  while (!stop.stop_requested()) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection* peer = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      peers_.push_back(std::make_unique<Connection>(*this, socket, connections_++));
      peer = peers_.back().get();
    }
    threads_.emplace_back([this, peer] {
      if (!tls_ || peer->accept_tls(tls_->context)) script_(*peer);
      peer->finish();
    });
  }
}

void HttpServer::note(const std::string& request) {
  const std::scoped_lock lock(mutex_);
  requests_.push_back(request);
}

std::vector<std::string> HttpServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::string HttpServer::url(const std::string& host) const {
  return (tls_ ? "https://oracle@" : "http://oracle@") + host + ":" + std::to_string(port_);
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

std::string xml_reply(std::string_view text) {
  return "<?xml version='1.0'?>\n<methodResponse><params><param><value><string>" +
         std::string(text) + "</string></value></param></params></methodResponse>\n";
}

std::string old_reply(std::string_view body, std::string_view status) {
  return "HTTP/1.0 " + std::string(status) +
         "\r\nServer: BaseHTTP/0.3 Python/2.4.3\r\nContent-type: text/xml\r\nContent-length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string kept_reply(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chunked_reply(std::string_view body, std::size_t size) {
  std::string reply =
      "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n";
  while (!body.empty()) {
    const std::string_view chunk = body.substr(0, size);
    body.remove_prefix(chunk.size());
    std::array<char, 20> length{};
    std::snprintf(length.data(), length.size(), "%zx\r\n", chunk.size());
    reply += length.data();
    reply += chunk;
    reply += "\r\n";
  }
  return reply + "0\r\n\r\n";
}

HttpServer::Script answer_all(std::string reply) {
  return [reply = std::move(reply)](Peer& peer) {
    while (!peer.read_request().empty()) {
      if (!peer.send(reply)) return;
    }
  };
}

HttpServer::Script answer_once(std::string reply) {
  return [reply = std::move(reply)](Peer& peer) {
    if (!peer.read_request().empty()) peer.send(reply);
  };
}

}  // namespace trestle::testing
