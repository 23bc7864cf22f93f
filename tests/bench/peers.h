// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_BENCH_PEERS_H_
#define TRESTLE_TESTS_BENCH_PEERS_H_

#include <cstddef>
#include <memory>
#include <string>

namespace trestle::bench {

/// xmlrpc-c's stock client on its curl transport, reused between calls as its manual shows.
class StockClient {
 public:
  explicit StockClient(const std::string& url);
  ~StockClient();
  void echo(std::size_t calls);
  /// list_vms, to xmlrpc_value trees.
  void list_vms(std::size_t calls);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

/// libcurl's multi interface posting a ready-made body, replies thrown away: the bare transfer.
class CurlMulti {
 public:
  /// `fresh`: a new connection for every call. `ca_file`: trusted certificate, empty for plain
  /// HTTP.
  CurlMulti(std::string url, std::string body, std::size_t in_flight, bool fresh,
            std::string ca_file);
  ~CurlMulti();
  void run(std::size_t calls);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

/// Echo calls per second of Python's xmlrpc.client, one at a time over one kept connection.
double python_echo_rate(const std::string& url, std::size_t calls);

/// The same bytes through xmlrpc-c's response parser, thrown away again.
void stock_parse(const std::string& body);

}  // namespace trestle::bench

#endif  // TRESTLE_TESTS_BENCH_PEERS_H_
