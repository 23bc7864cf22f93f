// SPDX-License-Identifier: Apache-2.0
// A StartCommand with three NICs and two disks from bytes to typed values and back, on one core.
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "integration/schema/codec.h"
#include "tests/bench/cases.h"

namespace trestle::bench {
namespace {

constexpr int kRounds = 7;
constexpr std::size_t kCalls = 2000;
constexpr double kLeastRate = 40000;

std::string start_command() {
  const std::string path = TRESTLE_SOURCE_DIR "/tests/golden/schema/synthetic_start.body";
  std::ifstream in(path, std::ios::binary);
  std::string body((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (body.empty()) give_up("cannot read " + path);
  return body;
}

void there_and_back(const std::string& body) {
  const auto decoded = schema::decode_body(body);
  if (!decoded) give_up("our codec: " + decoded.error().message());
  const auto encoded = schema::encode_body(decoded->messages);
  if (!encoded || *encoded != body) give_up("our codec: other bytes came back");
}

// The peer keeps a tree, has no types, and does not write Gson's escapes: it does less.
void tree_and_back(const std::string& body) {
  const auto tree = nlohmann::ordered_json::parse(body);
  if (tree.dump().empty()) give_up("the peer wrote nothing");
}

}  // namespace

std::vector<Row> codec(const Stage& /*stage*/) {
  const std::string body = start_command();
  const Pair rates = median_rates(
      kRounds, kCalls,
      [&] {
        for (std::size_t i = 0; i < kCalls; ++i) there_and_back(body);
      },
      [&] {
        for (std::size_t i = 0; i < kCalls; ++i) tree_and_back(body);
      });
  return {{.name = "StartCommand, 3 NICs and 2 disks, decode + encode on one core",
           .value = rates.ours,
           .unit = "bodies/s",
           .ratio = rates.ours / rates.peer,
           .peer = "nlohmann/json, tree without types",
           .target = ">= 40000 bodies/s",
           .pass = rates.ours >= kLeastRate},
          {.name = "the same as bytes, read and written",
           .value = rates.ours * static_cast<double>(body.size()) * 2 / 1e6,
           .unit = "MB/s",
           .ratio = std::nullopt,
           .peer = "",
           .target = "",
           .pass = std::nullopt}};
}

}  // namespace trestle::bench
