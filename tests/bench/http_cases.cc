// SPDX-License-Identifier: Apache-2.0
// Small calls: one at a time, many in flight, and over a fresh TLS connection each.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "objects/wire/codec.h"
#include "tests/bench/cases.h"
#include "tests/bench/clients.h"
#include "tests/bench/peers.h"

namespace trestle::bench {
namespace {

constexpr int kRounds = 5;
constexpr std::size_t kInFlight = 64;

std::string echo_call() {
  const Array params{Value("put")};
  auto call = wire::encode_call("echo", params);
  if (!call) give_up("encode: " + call.error().message());
  return *call;
}

void echo_one_by_one(HttpTransport& transport, std::size_t calls) {
  const Array params{Value("put")};
  for (std::size_t i = 0; i < calls; ++i) {
    const auto reply =
        transport.round_trip(context_for(std::chrono::seconds(10)),
                             {.method = "echo", .params = params, .effect = Effect::kReads});
    if (!reply) give_up("echo: " + reply.error().message());
  }
}

}  // namespace

std::vector<Row> echo(const Stage& stage) {
  constexpr std::size_t kCalls = 5000;
  const std::string url = plain_url(stage.server.plain_port());
  const Client client(stage.server.plain_port());
  StockClient stock(url);
  const Pair rates = median_rates(
      kRounds, kCalls, [&] { echo_one_by_one(client.transport(), kCalls); },
      [&] { stock.echo(kCalls); });
  std::vector<Row> rows{
      ratio_row("echo, keep-alive, one at a time", rates, "calls/s", "xmlrpc-c stock client", 0.6)};
  CurlMulti curl(url, echo_call(), 1, false, {});
  const double curl_rate = median_rate(kRounds, kCalls, [&] { curl.run(kCalls); });
  const double python_rate = python_echo_rate(url, kCalls);
  rows.push_back({.name = "the same against libcurl multi, for orientation",
                  .value = rates.ours,
                  .unit = "calls/s",
                  .ratio = rates.ours / curl_rate,
                  .peer = "libcurl multi",
                  .target = "",
                  .pass = std::nullopt});
  rows.push_back({.name = "the same against Python, for orientation",
                  .value = rates.ours,
                  .unit = "calls/s",
                  .ratio = rates.ours / python_rate,
                  .peer = "xmlrpc.client",
                  .target = "",
                  .pass = std::nullopt});
  return rows;
}

std::vector<Row> echo_in_flight(const Stage& stage) {
  constexpr std::size_t kCalls = 20'000;
  const Client client(stage.server.plain_port());
  CurlMulti curl(plain_url(stage.server.plain_port()), echo_call(), kInFlight, false, {});
  const Pair rates = median_rates(
      kRounds, kCalls, [&] { echo_many(client.transport(), kCalls, kInFlight, Effect::kReads); },
      [&] { curl.run(kCalls); });
  return {ratio_row("echo, keep-alive, 64 in flight", rates, "calls/s", "libcurl multi", 0.7)};
}

std::vector<Row> tls_in_flight(const Stage& stage) {
  constexpr std::size_t kCalls = 2000;
  const std::string fresh = tls_url(stage.server.tls_port());
  CurlMulti curl(fresh, echo_call(), kInFlight, true, stage.server.ca_file());
  const Client client(stage.server.tls_port(), stage.server.ca_file());
  const Pair rates = median_rates(
      kRounds, kCalls, [&] { echo_many(client.transport(), kCalls, kInFlight, Effect::kMutates); },
      [&] { curl.run(kCalls); });
  if (client.transport().counters().reused != 0)
    give_up("a connection was kept, so this measured nothing");
  return {ratio_row("echo, fresh TLS each, 64 in flight", rates, "calls/s", "libcurl multi", 1.0)};
}

std::vector<Row> deadline(const Stage& stage) {
  // A listener that never answers, while another thread keeps the server and the loop busy.
  constexpr auto kBudget = std::chrono::milliseconds(50);
  const Client busy(stage.server.plain_port());
  const SilentListener silent;
  const Client client(silent.port());
  std::atomic<bool> stop = false;
  std::jthread load([&] {
    while (!stop) echo_many(busy.transport(), 2000, kInFlight, Effect::kReads);
  });
  std::vector<double> late;
  const Array params{Value("put")};
  for (int i = 0; i < 60; ++i) {
    const auto started = std::chrono::steady_clock::now();
    const auto reply = client.transport().round_trip(
        context_for(kBudget), {.method = "echo", .params = params, .effect = Effect::kReads});
    const double took =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
            .count();
    if (reply || reply.error().code != Code::kDeadlineExceeded)
      give_up("the silent listener answered");
    late.push_back(took - 50);
  }
  stop = true;
  std::ranges::sort(late);
  const auto row = [](std::string name, double value) {
    return Row{.name = std::move(name),
               .value = value,
               .unit = "ms late",
               .ratio = std::nullopt,
               .peer = "",
               .target = "",
               .pass = std::nullopt};
  };
  return {row("deadline of 50 ms under load, median", late[late.size() / 2]),
          row("deadline of 50 ms under load, worst of 60", late.back())};
}

}  // namespace trestle::bench
