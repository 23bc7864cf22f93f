// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_BENCH_CASES_H_
#define TRESTLE_TESTS_BENCH_CASES_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/bench_server.h"
#include "tests/bench/measure.h"

namespace trestle::bench {

/// What a case may use: the server, and the folder of the programs (for trestle-sim).
struct Stage {
  const BenchServer& server;
  std::string list_vms_body;
  std::string programs;
};

/// One group of measurements; its name is what `tools/bench NAME` takes.
struct Case {
  std::string_view name;
  std::vector<Row> (*run)(const Stage& stage);
};

std::vector<Row> echo(const Stage& stage);
std::vector<Row> echo_in_flight(const Stage& stage);
std::vector<Row> tls_in_flight(const Stage& stage);
std::vector<Row> list_vms(const Stage& stage);
std::vector<Row> decode(const Stage& stage);
std::vector<Row> codec(const Stage& stage);
std::vector<Row> poll_estate(const Stage& stage);
std::vector<Row> deadline(const Stage& stage);
std::vector<Row> commands(const Stage& stage);
std::vector<Row> templates(const Stage& stage);

/// What this program does as the client of poll_estate: polls the URLs in the file and writes what
/// it measured.
int poll_client_main(const std::string& list);

}  // namespace trestle::bench

#endif  // TRESTLE_TESTS_BENCH_CASES_H_
