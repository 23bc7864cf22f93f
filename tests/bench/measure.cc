// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/measure.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace trestle::bench {
namespace {

double seconds_of(const std::function<void()>& round) {
  const auto started = std::chrono::steady_clock::now();
  round();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), value >= 100 ? "%.0f" : "%.2f", value);
  return text;
}

}  // namespace

double median_rate(int rounds, std::size_t calls, const std::function<void()>& round) {
  round();
  std::vector<double> rates;
  for (int i = 0; i < rounds; ++i) rates.push_back(static_cast<double>(calls) / seconds_of(round));
  return median(rates);
}

Pair median_rates(int rounds, std::size_t calls, const std::function<void()>& ours,
                  const std::function<void()>& peer, const std::function<void()>& before_ours) {
  const auto prepare = [&] {
    if (before_ours) before_ours();
  };
  prepare();
  ours();
  peer();
  std::vector<double> our_rates;
  std::vector<double> peer_rates;
  for (int i = 0; i < rounds; ++i) {
    prepare();
    our_rates.push_back(static_cast<double>(calls) / seconds_of(ours));
    peer_rates.push_back(static_cast<double>(calls) / seconds_of(peer));
  }
  return {.ours = median(our_rates), .peer = median(peer_rates)};
}

Row ratio_row(std::string name, const Pair& rates, std::string unit, std::string peer,
              double least) {
  const double ratio = rates.ours / rates.peer;
  return {.name = std::move(name),
          .value = rates.ours,
          .unit = std::move(unit),
          .ratio = ratio,
          .peer = std::move(peer) + " (" + number(rates.peer) + ")",
          .target = ">= " + number(least) + " x",
          .pass = ratio >= least};
}

Row ceiling_row(std::string name, double value, std::string unit, double most) {
  return {.name = std::move(name),
          .value = value,
          .unit = unit,
          .ratio = std::nullopt,
          .peer = "",
          .target = "<= " + number(most) + " " + unit,
          .pass = value <= most};
}

double resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

std::string to_table(const std::vector<Row>& rows) {
  std::ostringstream out;
  out << "| what | measured | ratio | peer (same run) | target | |\n|---|---|---|---|---|---|\n";
  for (const Row& row : rows) {
    out << "| " << row.name << " | " << number(row.value) << ' ' << row.unit << " | "
        << (row.ratio ? number(*row.ratio) : "") << " | " << row.peer << " | " << row.target
        << " | " << (row.pass ? (*row.pass ? "met" : "MISSED") : "") << " |\n";
  }
  return out.str();
}

std::string to_json(const std::vector<Row>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json one = {{"name", row.name}, {"value", row.value}, {"unit", row.unit}};
    one["ratio"] = row.ratio ? nlohmann::ordered_json(*row.ratio) : nlohmann::ordered_json();
    one["peer"] = row.peer;
    one["target"] = row.target;
    one["pass"] = row.pass ? nlohmann::ordered_json(*row.pass) : nlohmann::ordered_json();
    all.push_back(std::move(one));
  }
  return all.dump(1) + "\n";
}

void give_up(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace trestle::bench
