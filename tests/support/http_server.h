// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_HTTP_SERVER_H_
#define TRESTLE_TESTS_SUPPORT_HTTP_SERVER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/certificates.h"

namespace trestle::testing {

/// The server's side of one connection, for a script that may misbehave in any way.
class Peer {
 public:
  virtual ~Peer() = default;
  /// The next whole request, head and body; empty if the client has gone.
  virtual std::string read_request() = 0;
  /// Waits for some bytes of a request and drops them.
  virtual void read_some() = 0;
  /// False if the client has gone.
  virtual bool send(std::string_view bytes) = 0;
  /// Sends a byte at a time with a pause after each, until the client has gone.
  virtual void drip(std::string_view bytes, std::chrono::milliseconds pause) = 0;
  /// Waits until the client has gone or the server stops.
  virtual void hang() = 0;
  /// Ends the connection with a reset instead of in order.
  virtual void reset() = 0;
  /// 0 for the first connection that the server took.
  [[nodiscard]] virtual int number() const = 0;
};

/// A server on a loopback port that does to each connection what its script says, each on a thread
/// of its own. Ends them all when destroyed.
class HttpServer {
 public:
  using Script = std::function<void(Peer&)>;
  struct Tls {
    Certificate certificate;
    int least_version = 0;  ///< OpenSSL's TLS1_VERSION and so on; 0: whatever there is
    int most_version = 0;
  };

  explicit HttpServer(Script script, std::optional<Tls> tls = std::nullopt);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// "http://oracle@127.0.0.1:PORT" or https; `host` in place of the address if given.
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const;
  /// Connections taken so far.
  [[nodiscard]] int connections() const { return connections_; }
  /// Every request that was read so far, whole, in order of arrival.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  class Connection;
  struct TlsContext;
  void accept_all(const std::stop_token& stop);
  void note(const std::string& request);

  Script script_;
  std::shared_ptr<TlsContext> tls_;
  std::uint16_t port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;             // guarded by mutex_
  std::list<std::unique_ptr<Connection>> peers_;  // guarded by mutex_
  std::vector<std::jthread> threads_;             // the accepting thread's
  std::jthread acceptor_;
};

/// A port on which nobody listens.
std::uint16_t closed_port();

/// An XML-RPC reply with this text as its value.
std::string xml_reply(std::string_view text);
/// An HTTP/1.0 reply with Content-Length, as an agent sends it.
std::string old_reply(std::string_view body, std::string_view status = "200 OK");
/// An HTTP/1.1 reply with Content-Length, after which the connection stays open.
std::string kept_reply(std::string_view body);
/// An HTTP/1.1 reply in chunks of `size` bytes.
std::string chunked_reply(std::string_view body, std::size_t size);

/// Script: answers every request of the connection with this reply, as long as the client stays.
HttpServer::Script answer_all(std::string reply);
/// Script: answers one request and closes, as an agent does.
HttpServer::Script answer_once(std::string reply);

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_HTTP_SERVER_H_
