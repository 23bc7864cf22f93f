// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/clients.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "tests/bench/measure.h"

namespace trestle::bench {
namespace {

template <class T>
T must(Result<T> result, const char* doing) {
  if (!result) give_up(std::string(doing) + ": " + result.error().message());
  return std::move(*result);
}

}  // namespace

std::string plain_url(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port) + "/RPC2";
}
std::string tls_url(std::uint16_t port) {
  return "https://127.0.0.1:" + std::to_string(port) + "/RPC2";
}

std::unique_ptr<HttpTransport> transport_to(IoLoop& loop, const std::string& url,
                                            std::optional<TlsPolicy> tls) {
  const Endpoint endpoint =
      must(Endpoint::parse(url, {.port = 8899, .path = "/RPC2", .user = "oracle"}), "url");
  return must(
      HttpTransport::create(loop, endpoint, {.password = Secret("secret"), .tls = std::move(tls)}),
      "transport");
}

Client::Client(const std::string& url, std::optional<TlsPolicy> tls)
    : loop_(std::make_unique<IoLoop>()), transport_(transport_to(*loop_, url, std::move(tls))) {}

Client::Client(std::uint16_t plain_port) : Client(plain_url(plain_port), std::nullopt) {}
Client::Client(std::uint16_t tls_port, const std::string& ca_file)
    : Client(tls_url(tls_port), must(TlsPolicy::ca_file(ca_file), "CA file")) {}

namespace {

/// Keeps a number of calls under way until all are done.
class Flood {
 public:
  Flood(HttpTransport& transport, std::size_t calls, Effect effect)
      : transport_(transport), calls_(calls), effect_(effect) {}

  void run(std::size_t in_flight) {
    {
      const std::scoped_lock lock(mutex_);
      started_ = std::min(in_flight, calls_);
    }
    for (std::size_t i = 0; i < std::min(in_flight, calls_); ++i) send();
    std::unique_lock lock(mutex_);
    all_done_.wait(lock, [&] { return done_ == calls_; });
  }

 private:
  void send() {
    const Request request{.method = "echo", .params = params_, .effect = effect_};
    transport_.start(context_for(std::chrono::seconds(30)), request,
                     [this](const Result<Reply>& reply) {
                       if (!reply) give_up("echo: " + reply.error().message());
                       bool more = false;
                       {
                         const std::scoped_lock lock(mutex_);
                         ++done_;
                         more = started_ < calls_;
                         if (more) ++started_;
                         if (done_ == calls_) all_done_.notify_all();
                       }
                       if (more) send();
                     });
  }

  HttpTransport& transport_;
  const std::size_t calls_;
  const Effect effect_;
  const Array params_{Value("put")};
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::size_t started_ = 0;
  std::size_t done_ = 0;
};

}  // namespace

void echo_many(HttpTransport& transport, std::size_t calls, std::size_t in_flight, Effect effect) {
  Flood(transport, calls, effect).run(in_flight);
}

SilentListener::SilentListener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_, generic, size) != 0 || listen(socket_, 128) != 0 ||
      getsockname(socket_, generic, &size) != 0) {
    give_up("no loopback port to listen on");
  }
  port_ = ntohs(address.sin_port);
}

SilentListener::~SilentListener() { close(socket_); }

}  // namespace trestle::bench
