// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace trestle::cli {
namespace {

using testing::HasSubstr;

std::string file(const std::string& name) {
  std::ifstream in(std::string(TRESTLE_SOURCE_DIR) + "/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Manual, IsWhatTheProgramPrints) {
  EXPECT_EQ(file("tools/packaging/man/trestle.1"), manual_page(command_tree()))
      << "run: trestle completion man > tools/packaging/man/trestle.1";
}

TEST(Manual, HasEveryCommandAndOption) {
  const std::string page = manual_page(command_tree());
  const auto as_roff = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) {
      text.insert(at, "\\");
    }
    return text;
  };
  for (const Noun& noun : command_tree()) {
    if (noun.hidden) continue;
    for (const Verb& verb : noun.verbs) {
      EXPECT_THAT(page, HasSubstr(".SS " + as_roff(full_name(noun, verb)) + "\n"));
      for (const Option& option : verb.options) {
        EXPECT_THAT(page, HasSubstr(as_roff("--" + std::string(option.name))));
      }
    }
  }
}

TEST(Completion, FilesAreWhatTheProgramPrints) {
  EXPECT_EQ(file("tools/packaging/completion/trestle.bash"), bash_completion(command_tree()))
      << "run: trestle completion bash > tools/packaging/completion/trestle.bash";
  EXPECT_EQ(file("tools/packaging/completion/_trestle"), zsh_completion(command_tree()))
      << "run: trestle completion zsh > tools/packaging/completion/_trestle";
}

TEST(Reference, StandsInTheReadme) {
  EXPECT_THAT(file("tools/cli/README.md"), HasSubstr(reference(command_tree())))
      << "put the output of 'trestle completion reference' behind '## Commands'";
}

TEST(Schemas, AreJsonWhoseLeavesNameTypes) {
  const std::function<void(const nlohmann::json&, const std::string&)> check =
      [&check](const nlohmann::json& schema, const std::string& command) {
        if (schema.is_string()) {
          std::string word = schema;
          if (word.ends_with('?')) word.pop_back();
          EXPECT_TRUE(word == "text" || word == "integer" || word == "number" ||
                      word == "boolean" || word == "any")
              << command << ": " << word;
          return;
        }
        EXPECT_TRUE(schema.is_object() || schema.is_array()) << command;
        if (schema.is_array()) {
          EXPECT_TRUE(schema.size() == 1 || schema == nlohmann::json::array({schema[0], "?"}))
              << command;
          check(schema[0], command);
          return;
        }
        for (const auto& [name, part] : schema.items()) {
          if (name != "?") check(part, command);
        }
      };
  for (const Noun& noun : command_tree()) {
    for (const Verb& verb : noun.verbs) {
      if (verb.reach == Reach::kPassing) continue;
      ASSERT_TRUE(nlohmann::json::accept(verb.schema)) << full_name(noun, verb);
      check(nlohmann::json::parse(verb.schema), full_name(noun, verb));
    }
  }
}

}  // namespace
}  // namespace trestle::cli
