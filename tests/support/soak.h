// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_SOAK_H_
#define TRESTLE_TESTS_SUPPORT_SOAK_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <utility>

namespace trestle::testing {

/// A test that repeats something at random: how often, and from which seed. `tools/check` asks for
/// a tenth of the full count, `tools/check --long` for all of it (TRESTLE_SOAK_PERCENT); the seed
/// is printed and can be given again (TRESTLE_SOAK_SEED). With TRESTLE_SOAK_REPORT each soak adds
/// one line to that file.
class Soak {
 public:
  Soak(std::string name, std::uint64_t full_count)
      : name_(std::move(name)),
        count_(std::max<std::uint64_t>(1, full_count * number("TRESTLE_SOAK_PERCENT", 1) / 100)),
        seed_(number("TRESTLE_SOAK_SEED", 20'141'020)) {
    std::cout << "soak " << name_ << ": " << count_ << " of " << full_count << ", seed " << seed_
              << '\n';
  }
  ~Soak() {
    if (const char* path = std::getenv("TRESTLE_SOAK_REPORT")) {
      std::ofstream(path, std::ios::app)
          << "| " << name_ << " | " << count_ << " | " << seed_ << " |\n";
    }
  }
  Soak(const Soak&) = delete;
  Soak& operator=(const Soak&) = delete;

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::mt19937_64 random() const { return std::mt19937_64(seed_); }

 private:
  static std::uint64_t number(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  }
  std::string name_;
  std::uint64_t count_;
  std::uint64_t seed_;
};

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_SOAK_H_
