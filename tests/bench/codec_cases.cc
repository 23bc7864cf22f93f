// SPDX-License-Identifier: Apache-2.0
// The decoder alone, and list_vms from the call to typed VMs.
#include <string>

#include "objects/ovm3/vm_list.h"
#include "objects/wire/codec.h"
#include "tests/bench/cases.h"
#include "tests/bench/clients.h"
#include "tests/bench/peers.h"

namespace trestle::bench {
namespace {

constexpr int kRounds = 7;

void decode_once(const std::string& body) {
  const auto reply = wire::decode_reply(body);
  if (!reply) give_up("our decoder: " + reply.error().message());
}

}  // namespace

std::vector<Row> decode(const Stage& stage) {
  constexpr std::size_t kCalls = 100;
  const std::string& body = stage.list_vms_body;
  const Pair rates = median_rates(
      kRounds, kCalls,
      [&] {
        for (std::size_t i = 0; i < kCalls; ++i) decode_once(body);
      },
      [&] {
        for (std::size_t i = 0; i < kCalls; ++i) stock_parse(body);
      });
  std::vector<Row> rows{ratio_row("reply decoder alone, list_vms of 100 VMs", rates, "replies/s",
                                  "xmlrpc-c parser", 5)};
  rows.push_back({.name = "the same as bytes",
                  .value = rates.ours * static_cast<double>(body.size()) / 1e6,
                  .unit = "MB/s",
                  .ratio = std::nullopt,
                  .peer = "",
                  .target = "",
                  .pass = std::nullopt});
  const double before = resident_mib();
  for (int i = 0; i < 5000; ++i) decode_once(body);
  rows.push_back(
      ceiling_row("growth of memory over 5,000 more replies", resident_mib() - before, "MiB", 1));
  return rows;
}

std::vector<Row> list_vms(const Stage& stage) {
  constexpr std::size_t kCalls = 50;
  const Client client(stage.server.plain_port());
  StockClient stock(plain_url(stage.server.plain_port()));
  const ovm3::Agent agent(client.transport());
  const Pair rates = median_rates(
      kRounds, kCalls,
      [&] {
        for (std::size_t i = 0; i < kCalls; ++i) {
          const auto vms = ovm3::list_vms(context_for(std::chrono::seconds(10)), agent);
          if (!vms || vms->size() != 100)
            give_up("list_vms: " + (vms ? "wrong count" : vms.error().message()));
        }
      },
      [&] { stock.list_vms(kCalls); });
  return {ratio_row("list_vms of 100 VMs to typed VMs, one at a time", rates, "calls/s",
                    "xmlrpc-c stock client", 5)};
}

}  // namespace trestle::bench
