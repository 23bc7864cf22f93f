// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_BENCH_BENCH_SERVER_H_
#define TRESTLE_TESTS_BENCH_BENCH_SERVER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace trestle::bench {

/// The local server that every peer is measured against: one process of its own, one thread,
/// HTTP/1.1 with keep-alive, a canned body for each method. It knows nothing of XML beyond the
/// method's name, so that what is measured is the client.
class BenchServer {
 public:
  /// Forks the server. Must be called before the program starts a thread.
  /// `list_vms_body` answers list_vms; every other call is answered with the text "put".
  explicit BenchServer(std::string list_vms_body);
  ~BenchServer();
  BenchServer(const BenchServer&) = delete;
  BenchServer& operator=(const BenchServer&) = delete;

  [[nodiscard]] std::uint16_t plain_port() const { return plain_port_; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  /// PEM file with the server's certificate, to be trusted by clients.
  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }

 private:
  pid_t child_ = -1;
  std::uint16_t plain_port_ = 0;
  std::uint16_t tls_port_ = 0;
  std::string ca_file_;
  std::string key_file_;
};

}  // namespace trestle::bench

#endif  // TRESTLE_TESTS_BENCH_BENCH_SERVER_H_
