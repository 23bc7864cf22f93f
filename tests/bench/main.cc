// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/bodies.h"
#include "tests/bench/cases.h"

namespace {

using trestle::bench::Case;

constexpr std::array kCases{
    Case{"codec", trestle::bench::codec},           Case{"decode", trestle::bench::decode},
    Case{"list_vms", trestle::bench::list_vms},     Case{"echo", trestle::bench::echo},
    Case{"echo64", trestle::bench::echo_in_flight}, Case{"tls64", trestle::bench::tls_in_flight},
    Case{"deadline", trestle::bench::deadline},     Case{"poll", trestle::bench::poll_estate},
    Case{"template", trestle::bench::templates},    Case{"commands", trestle::bench::commands},
};

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

std::string folder_of_programs() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size() - 1);
  const std::string self(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return self.substr(0, self.rfind('/'));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--poll-client") {
    return trestle::bench::poll_client_main(argv[2]);
  }
  bool json = false;
  std::vector<std::string_view> names;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") {
      json = true;
    } else if (std::ranges::any_of(kCases, [&](const Case& c) { return c.name == word; })) {
      names.push_back(word);
    } else {
      std::fprintf(stderr, "bench: there is no measurement '%s' (tools/bench --help names them)\n",
                   argv[i]);
      return 2;
    }
  }
  const std::string body = trestle::bench::list_vms_body(100);
  const trestle::bench::BenchServer server(body);  // forks: before any thread
  const trestle::bench::Stage stage{server, body, folder_of_programs()};
  std::vector<trestle::bench::Row> rows;
  for (const Case& one : kCases) {
    if (!names.empty() && std::ranges::find(names, one.name) == names.end()) continue;
    std::fprintf(stderr, "bench: %s\n", std::string(one.name).c_str());
    for (auto& row : one.run(stage)) rows.push_back(std::move(row));
  }
  if (json) {
    std::cout << trestle::bench::to_json(rows);
  } else {
    std::cout << "Machine: " << processor() << ", " << std::thread::hardware_concurrency()
              << " cores.\n\n"
              << trestle::bench::to_table(rows);
  }
  return 0;
}
