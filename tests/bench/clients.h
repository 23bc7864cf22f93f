// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_BENCH_CLIENTS_H_
#define TRESTLE_TESTS_BENCH_CLIENTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "objects/wire/http_transport.h"
#include "objects/wire/io_loop.h"

namespace trestle::bench {

std::string plain_url(std::uint16_t port);
std::string tls_url(std::uint16_t port);

/// Our client as a program makes it: a loop and a transport.
class Client {
 public:
  explicit Client(std::uint16_t plain_port);
  Client(std::uint16_t tls_port, const std::string& ca_file);
  [[nodiscard]] HttpTransport& transport() const { return *transport_; }

 private:
  Client(const std::string& url, std::optional<TlsPolicy> tls);
  std::unique_ptr<IoLoop> loop_;
  std::unique_ptr<HttpTransport> transport_;
};

/// A transport to a URL, with the password of the measurements.
std::unique_ptr<HttpTransport> transport_to(IoLoop& loop, const std::string& url,
                                            std::optional<TlsPolicy> tls = std::nullopt);

/// `calls` echo calls with `in_flight` of them under way at any time, through the asynchronous
/// form. Called as kMutates each goes over a connection of its own.
void echo_many(HttpTransport& transport, std::size_t calls, std::size_t in_flight, Effect effect);

/// A loopback port that takes connections and never says a word.
class SilentListener {
 public:
  SilentListener();
  ~SilentListener();
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace trestle::bench

#endif  // TRESTLE_TESTS_BENCH_CLIENTS_H_
