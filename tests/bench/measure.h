// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_BENCH_MEASURE_H_
#define TRESTLE_TESTS_BENCH_MEASURE_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace trestle::bench {

/// One line of the table. A ratio compares with `peer`, measured in the same run, so that more is
/// better.
struct Row {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> ratio;
  std::string peer;
  std::string target;
  std::optional<bool> pass;
};

/// Calls per second of `round`, which does `calls` calls: the median of `rounds` rounds after one
/// that warms up.
double median_rate(int rounds, std::size_t calls, const std::function<void()>& round);

/// Two contenders, round about, so that noise of the machine falls on both; the medians of each.
/// `before_ours` is what only our side needs between rounds; it is not measured.
struct Pair {
  double ours = 0;
  double peer = 0;
};
Pair median_rates(int rounds, std::size_t calls, const std::function<void()>& ours,
                  const std::function<void()>& peer, const std::function<void()>& before_ours = {});

/// A row "ours against peer" whose target is a least ratio.
Row ratio_row(std::string name, const Pair& rates, std::string unit, std::string peer,
              double least);

/// A row whose value must not be above `most`.
Row ceiling_row(std::string name, double value, std::string unit, double most);

/// Resident bytes of this process (VmRSS) in MiB.
double resident_mib();

std::string to_table(const std::vector<Row>& rows);
std::string to_json(const std::vector<Row>& rows);

/// Ends the benchmark with one line: a peer or the server failed, so nothing was measured.
[[noreturn]] void give_up(const std::string& why);

}  // namespace trestle::bench

#endif  // TRESTLE_TESTS_BENCH_MEASURE_H_
