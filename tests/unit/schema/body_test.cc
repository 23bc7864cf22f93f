// SPDX-License-Identifier: Apache-2.0
// Bodies as CloudStack's own classes made them, and our own fixtures, through the codec and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "integration/schema/codec.h"

namespace trestle::schema {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> bodies_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".body") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void expect_it_comes_back(const fs::path& path) {
  const std::string text = content_of(path);
  const auto check = check_body(text);
  ASSERT_TRUE(check) << path << ": " << check.error().message();
  EXPECT_FALSE(check->difference) << path << " at " << check->difference.value_or(0)
                                  << "\n  there: " << text.substr(check->difference.value_or(0), 60)
                                  << "\n  back:  "
                                  << check->rewritten.substr(check->rewritten_at, 60);
}

TEST(Bodies, OfCloudStackItselfComeBackByteForByte) {
  const auto paths = bodies_in(fs::path(TRESTLE_SHARED_DIR) / "golden" / "agent-protocol");
  if (paths.empty())
    GTEST_SKIP() << "no golden bodies beside the checkout; the synthetic ones below are tested";
  for (const fs::path& path : paths) expect_it_comes_back(path);
  EXPECT_GE(paths.size(), 150U);
}

}  // namespace
}  // namespace trestle::schema
