// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/server.h"

#include <utility>  // before Asio: GCC 12 with Boost 1.74 wants it

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "tools/simulator/http_text.h"

namespace trestle::simulator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// Uploads of files travel in calls; the same bound as for replies.
constexpr std::uint64_t kMaxRequestBytes = std::uint64_t{64} << 20U;

/// wake() waits for the server's thread, so that who cut a host's power finds it off; a thread that
/// has ended answers nobody.
constexpr std::chrono::seconds kWakePatience{5};

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using X509Ptr = std::unique_ptr<X509, FreeCertificate>;

Key read_key(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Key key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  return key;
}

X509Ptr read_certificate(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509Ptr certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  return certificate;
}

int protocol(std::string_view version) {
  return version == "1.0"   ? TLS1_VERSION
         : version == "1.1" ? TLS1_1_VERSION
         : version == "1.2" ? TLS1_2_VERSION
                            : TLS1_3_VERSION;
}

/// One host's socket and what its connections need.
struct Port {
  Host* host;
  tcp::endpoint endpoint;
  tcp::acceptor acceptor;
  X509Ptr certificate;  // made at the first TLS connection
};

/// What a connection may be told to do from outside.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  virtual void close() = 0;
};

class ServerCore;

/// What a call that is under way knows of the server: where to post, or null once the server has
/// stopped. Guarded by the simulator's lock.
struct Door {
  asio::io_context* io;
};

/// One connection, on the server's thread only. Stays alive by the handlers it waits for.
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(ServerCore& server, Host& host, Stream stream);
  ~Session() override;
  void start() override;
  void close() override { hard_close(); }

 private:
  static constexpr bool kTls = !std::is_same_v<Stream, tcp::socket>;

  void read();
  void answer();
  void arrived(Outcome outcome);
  void deliver(Outcome outcome);
  void send();
  void drip(std::size_t at);
  void sent();
  void hard_close();
  void watch();

  ServerCore& server_;
  Host& host_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  asio::steady_timer timer_;
  bool keep_ = false;  // the next request may come on this connection
  std::string head_;
  Outcome outcome_;
};

class ServerCore final : public Server {
 public:
  ServerCore(Simulator& simulator, ServerOptions options)
      : simulator_(simulator),
        options_(std::move(options)),
        timer_(io_),
        tls_(asio::ssl::context::tls_server) {}
  ~ServerCore() override { stop(); }
  ServerCore(const ServerCore&) = delete;
  ServerCore& operator=(const ServerCore&) = delete;

  Result<void> open();
  [[nodiscard]] std::vector<Listening> listening() const override { return listening_; }
  void wake() override {
    const auto settled = std::make_shared<std::promise<void>>();
    asio::post(io_, [this, settled] {
      settle(true);
      settled->set_value();
    });
    settled->get_future().wait_for(kWakePatience);
  }
  void stop() override;

  // For sessions, on the server's thread.
  Simulator& simulator() { return simulator_; }
  [[nodiscard]] const ServerOptions& options() const { return options_; }
  void add(Connection* connection, const Host* host) { connections_.emplace(connection, host); }
  void remove(Connection* connection) { connections_.erase(connection); }
  void hold(std::shared_ptr<Connection> connection) { waiting_.insert(std::move(connection)); }
  void release(Connection* connection) {
    std::erase_if(waiting_, [&](const auto& held) { return held.get() == connection; });
  }
  [[nodiscard]] std::shared_ptr<Door> door() const { return door_; }
  /// After every call and every timer: saves, opens and closes sockets, sets the timer.
  void settle(bool look_at_ports = false);

 private:
  Result<void> listen(Port& port);
  void accept(Port& port);
  void accepted(Port& port, tcp::socket socket);
  bool prepare_tls(SSL* ssl, Port& port, bool stranger);
  void match_ports();
  void set_timer();

  Simulator& simulator_;
  ServerOptions options_;
  asio::io_context io_{1};
  asio::steady_timer timer_;
  asio::ssl::context tls_;
  Key key_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<Listening> listening_;
  std::shared_ptr<Door> door_ = std::make_shared<Door>(Door{&io_});
  std::map<Connection*, const Host*> connections_;
  std::set<std::shared_ptr<Connection>> waiting_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  bool stopping_ = false;
  std::uint64_t seen_changes_ = 0;
  std::optional<Clock::TimePoint> armed_;       // what the timer waits for
  std::optional<Clock::TimePoint> agent_back_;  // when the first restarting agent answers again
  std::thread thread_;
};

template <class Stream>
Session<Stream>::Session(ServerCore& server, Host& host, Stream stream)
    : server_(server), host_(host), stream_(std::move(stream)), timer_(stream_.get_executor()) {
  server_.add(this, &host);
}

template <class Stream>
Session<Stream>::~Session() {
  server_.remove(this);
}

template <class Stream>
void Session<Stream>::start() {
  ErrorCode ignored;  // without it replies only wait for an acknowledgement
  beast::get_lowest_layer(stream_).set_option(tcp::no_delay(true), ignored);
  if constexpr (kTls) {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = this->shared_from_this()](const ErrorCode& error) {
                              if (!error) self->read();
                            });
  } else {
    read();
  }
}

template <class Stream>
void Session<Stream>::read() {
  parser_.emplace();
  parser_->body_limit(kMaxRequestBytes);
  http::async_read(
      stream_, buffer_, *parser_,
      [self = this->shared_from_this()](const ErrorCode& error, std::size_t) {
        if (!error) return self->answer();
        if (error == http::error::end_of_stream || error == asio::error::eof) return;
        if (error.category() != http::make_error_code(http::error::bad_method).category()) {
          return;
        }
        self->keep_ = false;
        self->deliver({.kind = Outcome::Kind::kStatus, .status = 400, .body = {}, .cut_at = {}});
      });
}

template <class Stream>
void Session<Stream>::answer() {
  const auto& request = parser_->get();
  keep_ = server_.options().keep_alive && request.keep_alive();
  const auto field = [&](http::field name) {
    const auto text = request[name];
    return std::string_view(text.data(), text.size());
  };
  const RequestHead head{.method = {request.method_string().data(), request.method_string().size()},
                         .target = {request.target().data(), request.target().size()},
                         .authorization = field(http::field::authorization),
                         .has_length = request.has_content_length()};
  const int status = server_.simulator().with_estate(
      [&](Estate&) { return gate(host_, head, server_.options().unauthorized_401); });
  Result<ReadCall> call = ReadCall{};
  if (status == 200) call = read_call(request.body());
  if (status != 200 || !call) {
    return deliver(
        {.kind = Outcome::Kind::kStatus, .status = call ? status : 500, .body = {}, .cut_at = {}});
  }
  // The server keeps the session while the simulator works, so that a server that stops takes all
  // of its sockets with it; the simulator may outlive it.
  server_.hold(this->shared_from_this());
  server_.simulator().submit(
      host_, call->method, std::move(call->params),
      [session = this->weak_from_this(), door = server_.door()](Outcome outcome) {
        if (door->io == nullptr) return;
        asio::post(*door->io, [session, outcome = std::move(outcome)]() mutable {
          if (const auto self = session.lock()) self->arrived(std::move(outcome));
        });
      });
  server_.settle();
}

template <class Stream>
void Session<Stream>::arrived(Outcome outcome) {
  server_.settle();
  deliver(std::move(outcome));
  server_.release(this);
}

template <class Stream>
void Session<Stream>::deliver(Outcome outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kDropped:
    case Outcome::Kind::kRefused:
      return hard_close();
    case Outcome::Kind::kHang:
      return watch();
    case Outcome::Kind::kStatus:
      head_ = status_head(outcome.status, host_, keep_);
      break;
    case Outcome::Kind::kReply:
      head_ = reply_head(outcome.body.size(), host_, server_.options().keep_alive, keep_);
      break;
  }
  outcome_ = std::move(outcome);
  send();
}

template <class Stream>
void Session<Stream>::send() {
  if (outcome_.cut_at) {
    outcome_.body.resize(*outcome_.cut_at);
    keep_ = false;
  }
  if (outcome_.drip_bytes != 0) {
    head_ += std::exchange(outcome_.body, {});
    return drip(0);
  }
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(outcome_.body)};
  asio::async_write(stream_, buffers,
                    [self = this->shared_from_this()](const ErrorCode& error, std::size_t) {
                      if (!error) self->sent();
                    });
}

template <class Stream>
void Session<Stream>::drip(std::size_t at) {
  if (at >= head_.size()) return sent();
  const std::size_t size = std::min(outcome_.drip_bytes, head_.size() - at);
  asio::async_write(
      stream_, asio::buffer(head_.data() + at, size),
      [self = this->shared_from_this(), next = at + size](const ErrorCode& error, std::size_t) {
        if (error) return;
        self->timer_.expires_after(self->outcome_.drip_every);
        self->timer_.async_wait([self, next](const ErrorCode& stopped) {
          if (!stopped) self->drip(next);
        });
      });
}

template <class Stream>
void Session<Stream>::sent() {
  if (keep_) return read();
  if (outcome_.cut_at) return hard_close();
  if constexpr (kTls) {
    stream_.async_shutdown(
        [self = this->shared_from_this()](const ErrorCode&) { self->hard_close(); });
  } else {
    ErrorCode ignored;  // the peer may have gone; there is nobody left to tell
    stream_.shutdown(tcp::socket::shutdown_send, ignored);
  }
}

template <class Stream>
void Session<Stream>::hard_close() {
  ErrorCode ignored;  // it is closed either way
  timer_.cancel();
  beast::get_lowest_layer(stream_).close(ignored);
}

/// Waits, without answering, until the caller gives up.
template <class Stream>
void Session<Stream>::watch() {
  beast::get_lowest_layer(stream_).async_wait(
      tcp::socket::wait_read,
      [self = this->shared_from_this()](const ErrorCode&) { self->hard_close(); });
}

Result<void> ServerCore::open() {
  if (!options_.plain) {
    key_ = read_key(options_.certificates->key_pem());
    if (!key_) return fail(Code::kInternal, "the simulator's own key cannot be read");
  }
  std::vector<Host*> hosts;
  simulator_.with_estate([&](Estate& estate) {
    for (const auto& host : estate.hosts) hosts.push_back(host.get());
  });
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;  // a socket per host; refusal shows when one cannot be opened
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  for (Host* host : hosts) {
    ErrorCode error;
    const auto address = asio::ip::make_address(host->address, error);
    if (error || !address.is_loopback()) {
      return fail(Code::kInvalidArgument, "host " + host->name + " has the address " +
                                              host->address +
                                              "; a simulated host listens on a loopback address");
    }
    ports_.push_back(std::make_unique<Port>(
        Port{host, tcp::endpoint(address, host->port), tcp::acceptor(io_), nullptr}));
    TRESTLE_RETURN_IF_ERROR(listen(*ports_.back()));
    const std::uint16_t port = ports_.back()->endpoint.port();
    simulator_.with_estate([&](Estate&) { host->port = port; });
    listening_.push_back({host->name, host->address, port,
                          std::string(options_.plain ? "http://" : "https://") + host->address +
                              ":" + std::to_string(port) + "/"});
  }
  settle(true);
  thread_ = std::thread([this] { io_.run(); });
  return {};
}

Result<void> ServerCore::listen(Port& port) {
  ErrorCode error;
  port.acceptor.open(port.endpoint.protocol(), error);
  if (!error) port.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) port.acceptor.bind(port.endpoint, error);
  if (!error) port.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(Code::kUnavailable, "cannot listen on " + port.host->address + ":" +
                                        std::to_string(port.endpoint.port()) + " for " +
                                        port.host->name + " (" + error.message() +
                                        "); choose another port or address");
  }
  port.endpoint = port.acceptor.local_endpoint();
  accept(port);
  return {};
}

void ServerCore::accept(Port& port) {
  port.acceptor.async_accept([this, &port](const ErrorCode& error, tcp::socket socket) {
    if (stopping_ || !port.acceptor.is_open()) return;
    if (!error) accepted(port, std::move(socket));
    accept(port);
  });
}

void ServerCore::accepted(Port& port, tcp::socket socket) {
  const auto rule = simulator_.with_rules(
      [&](RuleBook& rules) { return rules.match_connection(port.host->name); });
  if (rule && rule->action == Action::kRefuse) {
    ErrorCode ignored;  // closing with linger 0 resets the connection
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
    return;
  }
  if (options_.plain) {
    return std::make_shared<Session<tcp::socket>>(*this, *port.host, std::move(socket))->start();
  }
  asio::ssl::stream<tcp::socket> stream(std::move(socket), tls_);
  if (!prepare_tls(stream.native_handle(), port, rule.has_value())) return;
  std::make_shared<Session<asio::ssl::stream<tcp::socket>>>(*this, *port.host, std::move(stream))
      ->start();
}

bool ServerCore::prepare_tls(SSL* ssl, Port& port, bool stranger) {
  const Tls& tls = port.host->tls;
  SSL_set_min_proto_version(ssl, protocol(tls.least));
  SSL_set_max_proto_version(ssl, protocol(tls.most));
  if (protocol(tls.least) < TLS1_2_VERSION) {
    // Signatures of TLS 1.0 and 1.1 are SHA-1, which OpenSSL 3 allows at level 0 only.
    SSL_set_security_level(ssl, 0);
    SSL_set_cipher_list(ssl, "ALL:@SECLEVEL=0");
  }
  if (stranger) {
    const auto other = options_.certificates->stranger(port.host->name, port.host->address);
    if (!other) return false;
    const X509Ptr certificate = read_certificate(other->certificate_pem);
    const Key key = read_key(other->key_pem);
    return SSL_use_certificate(ssl, certificate.get()) == 1 &&
           SSL_use_PrivateKey(ssl, key.get()) == 1;
  }
  if (!port.certificate) {
    const auto pem =
        options_.certificates->host_pem(port.host->name, port.host->address, tls.certificate);
    if (!pem) return false;
    port.certificate = read_certificate(*pem);
  }
  return SSL_use_certificate(ssl, port.certificate.get()) == 1 &&
         SSL_use_PrivateKey(ssl, key_.get()) == 1;
}

void ServerCore::settle(bool look_at_ports) {
  if (stopping_) return;
  simulator_.advance();
  const auto changes =
      simulator_.with_estate([](const Estate& estate) { return estate.changes(); });
  if (changes != seen_changes_) {
    seen_changes_ = changes;
    look_at_ports = true;
    if (options_.before_reply) options_.before_reply();
  }
  if (look_at_ports) match_ports();
  set_timer();
}

/// Opens the sockets of hosts that are up and closes those of the others.
void ServerCore::match_ports() {
  std::vector<std::pair<Port*, bool>> wanted;
  std::optional<Instant> agent_back;
  simulator_.with_estate([&](const Estate& estate) {
    for (const auto& port : ports_) {
      const Instant back = port->host->agent_back;
      const bool up = port->host->power == Power::kOn && estate.now() >= back;
      if (estate.now() < back) agent_back = std::min(agent_back.value_or(back), back);
      if (up != port->acceptor.is_open()) wanted.emplace_back(port.get(), up);
    }
    agent_back_.reset();
    if (agent_back) agent_back_ = simulator_.clock().now() + (*agent_back - estate.now());
  });
  simulator_.with_rules([&](const RuleBook& rules) {
    if (rules.rules().empty()) return;
    for (const auto& port : ports_) {
      if (!rules.refuses_all(port->host->name)) continue;
      std::erase_if(wanted, [&](const auto& w) { return w.first == port.get(); });
      if (port->acceptor.is_open()) wanted.emplace_back(port.get(), false);
    }
  });
  for (const auto& [port, open] : wanted) {
    if (open) {
      static_cast<void>(listen(*port).has_value());  // tried again at the next occasion
      continue;
    }
    ErrorCode ignored;  // it is closed either way
    port->acceptor.close(ignored);
    if (port->host->power == Power::kOn) continue;  // an agent that restarts ends its replies
    const std::map<Connection*, const Host*> all = connections_;
    for (const auto& [connection, host] : all) {
      if (host == port->host) connection->close();
    }
  }
  armed_.reset();
}

void ServerCore::set_timer() {
  auto due = simulator_.next_due();
  if (agent_back_) due = std::min(due.value_or(*agent_back_), *agent_back_);
  if (due == armed_) return;
  armed_ = due;
  timer_.cancel();
  if (!due) return;
  timer_.expires_after(std::max(*due - simulator_.clock().now(), std::chrono::nanoseconds::zero()));
  timer_.async_wait([this](const ErrorCode& error) {
    if (error) return;
    armed_.reset();
    settle(agent_back_.has_value());
  });
}

void ServerCore::stop() {
  if (!thread_.joinable()) return;
  simulator_.with_estate([&](const Estate&) { door_->io = nullptr; });
  asio::post(io_, [this] {
    ErrorCode ignored;  // everything ends
    stopping_ = true;
    for (const auto& port : ports_) port->acceptor.close(ignored);
    timer_.cancel();
    const std::map<Connection*, const Host*> all = connections_;
    for (const auto& [connection, host] : all) connection->close();
    waiting_.clear();
    work_.reset();
  });
  thread_.join();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Simulator& simulator, ServerOptions options) {
  auto core = std::make_unique<ServerCore>(simulator, std::move(options));
  try {
    TRESTLE_RETURN_IF_ERROR(core->open());
  } catch (const boost::system::system_error& error) {
    return fail(Code::kInternal, std::string("the server cannot start: ") + error.what());
  }
  return std::unique_ptr<Server>(std::move(core));
}

}  // namespace trestle::simulator
