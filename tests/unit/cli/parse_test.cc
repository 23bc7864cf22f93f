// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trestle::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Words = std::vector<std::string>;

class Parse : public testing::Test {
 protected:
  const std::vector<Noun> tree_ = command_tree();

  Result<Parsed> parsed(const Words& words) { return parse(words, tree_); }
  Parsed good(const Words& words) {
    auto result = parsed(words);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().what);
    return result ? *result : Parsed{};
  }
  std::string refused(const Words& words) {
    const auto result = parsed(words);
    EXPECT_FALSE(result.has_value());
    if (result) return "";
    EXPECT_EQ(result.error().code, Code::kInvalidArgument);
    EXPECT_THAT(result.error().what, Not(HasSubstr("\n")));
    return result.error().what;
  }
};

TEST_F(Parse, FindsNounVerbOptionsAndOperands) {
  const Parsed p = good({"vm", "start", "--wait", "30", "web1", "--json"});
  EXPECT_EQ(p.noun->name, "vm");
  EXPECT_EQ(p.verb->name, "start");
  EXPECT_EQ(p.arguments.text("VM"), "web1");
  EXPECT_EQ(p.arguments.text("wait"), "30");
  EXPECT_TRUE(p.arguments.has("json"));
}

TEST_F(Parse, TakesSharedOptionsAtAnyPlace) {
  for (const Words& words :
       {Words{"--url", "https://h", "vm", "list"}, Words{"vm", "--url", "https://h", "list"},
        Words{"vm", "list", "--url", "https://h"}, Words{"vm", "list", "--url=https://h"}}) {
    EXPECT_EQ(good(words).arguments.text("url"), "https://h");
  }
}

TEST_F(Parse, RefusesAnOptionThatIsGivenTwice) {
  EXPECT_THAT(refused({"vm", "list", "--url", "a", "--url", "b"}),
              HasSubstr("--url is given twice"));
  EXPECT_THAT(refused({"--url", "a", "vm", "list", "--url", "b"}), HasSubstr("given twice"));
}

TEST_F(Parse, TakesJsonArgumentsAsTheyAre) {
  const Parsed p = good({"agent", "call", "m", "[1,2]", "{\"a\":-1}", "-5", "-0.5", "\"--x\"", ""});
  EXPECT_EQ(p.arguments.text("METHOD"), "m");
  EXPECT_THAT(p.arguments.list("ARG"),
              ElementsAre("[1,2]", "{\"a\":-1}", "-5", "-0.5", "\"--x\"", ""));
}

TEST_F(Parse, TakesEverythingBehindTwoDashesAsOperands) {
  const Parsed p = good({"agent", "call", "m", "--json", "--", "--json", "-x"});
  EXPECT_TRUE(p.arguments.has("json"));
  EXPECT_THAT(p.arguments.list("ARG"), ElementsAre("--json", "-x"));
}

TEST_F(Parse, OperandsMayBeNamedLikeCommands) {
  EXPECT_EQ(good({"vm", "start", "list"}).arguments.text("VM"), "list");
  EXPECT_EQ(good({"vm", "start", "vm"}).arguments.text("VM"), "vm");
  EXPECT_EQ(good({"agent", "call", "host", "\"about\""}).verb->name, "call");
}

TEST_F(Parse, KeepsTheOrderOfRepeatedOptions) {
  const Parsed p = good({"vm", "create", "--repo", "r", "--disk", "b", "--disk", "a"});
  EXPECT_THAT(p.arguments.list("disk"), ElementsAre("b", "a"));
}

TEST_F(Parse, HasNoWayToTakeAPassword) {
  for (const Words& words :
       {Words{"vm", "list", "--password", "hunter2"}, Words{"vm", "list", "--password=hunter2"},
        Words{"--password", "hunter2", "vm", "list"}, Words{"vm", "list", "--passwd=hunter2"},
        Words{"vm", "list", "-p", "hunter2"}, Words{"--password=hunter2"}}) {
    const std::string what = refused(words);
    EXPECT_THAT(what, HasSubstr("TRESTLE_PASSWORD"));
    EXPECT_THAT(what, Not(HasSubstr("hunter2")));
  }
  for (const Noun& noun : tree_) {
    for (const Verb& verb : noun.verbs) {
      for (const Option& option : all_options(verb)) {
        const bool takes_secret = option.name.find("pass") != std::string_view::npos &&
                                  option.name.find("file") == std::string_view::npos;
        EXPECT_FALSE(takes_secret) << full_name(noun, verb) << " --" << option.name;
      }
    }
  }
}

TEST_F(Parse, SaysWhatIsMissing) {
  EXPECT_THAT(refused({}), HasSubstr("trestle needs a command"));
  EXPECT_THAT(refused({"vm"}), HasSubstr("vm needs a verb"));
  EXPECT_THAT(refused({"vm", "start"}), HasSubstr("needs VM"));
  EXPECT_THAT(refused({"disk", "create", "a.img", "--repo", "r"}), HasSubstr("needs --size SIZE"));
  EXPECT_THAT(refused({"vm", "ha", "web1"}), HasSubstr("needs SWITCH"));
}

TEST_F(Parse, SaysWhatIsTooMuchOrUnknown) {
  EXPECT_THAT(refused({"vm", "list", "extra"}), HasSubstr("no further operand 'extra'"));
  EXPECT_THAT(refused({"vm", "list", "--colour=secret"}), HasSubstr("has no option --colour;"));
  EXPECT_THAT(refused({"vm", "strat"}), HasSubstr("did you mean 'start'?"));
  EXPECT_THAT(refused({"vn", "list"}), HasSubstr("did you mean 'vm'?"));
  EXPECT_THAT(refused({"frobnicate"}), HasSubstr("it has: about, host"));
  EXPECT_THAT(refused({"vm", "ha", "web1", "maybe"}), HasSubstr("SWITCH is one of: on, off"));
  EXPECT_THAT(refused({"vm", "start", "web1", "--wait"}), HasSubstr("wait"));
}

TEST_F(Parse, HelpNeedsNothingElse) {
  EXPECT_EQ(good({"vm", "start", "--help"}).verb->name, "start");
  EXPECT_TRUE(good({"vm", "-h"}).help);
  EXPECT_EQ(good({"vm", "--help"}).verb, nullptr);
  EXPECT_TRUE(good({"--help"}).help);
  EXPECT_TRUE(good({"--version"}).version);
}

TEST_F(Parse, HandsEverythingOnToTheSimulator) {
  const Parsed p = good({"sim", "serve", "--hosts", "3", "--world", "w.json", "x", "-5"});
  EXPECT_THAT(p.passed, ElementsAre("--hosts", "3", "--world", "w.json", "x", "-5"));
}

TEST_F(Parse, EveryCommandHasAWordForEverything) {
  for (const Noun& noun : tree_) {
    EXPECT_FALSE(noun.what.empty()) << noun.name;
    for (const Verb& verb : noun.verbs) {
      const std::string name = full_name(noun, verb);
      EXPECT_FALSE(verb.what.empty()) << name;
      EXPECT_FALSE(verb.what.ends_with('.')) << name;
      EXPECT_TRUE(static_cast<bool>(verb.run)) << name;
      if (verb.reach != Reach::kPassing) {
        EXPECT_FALSE(verb.schema.empty()) << name;
      }
      for (const std::string_view example : verb.examples) {
        if (verb.reach != Reach::kPassing) {
          EXPECT_TRUE(example.starts_with(name)) << example;
        }
      }
      EXPECT_NE(verb.examples[0], verb.examples[1]) << name;
    }
  }
}

TEST_F(Parse, HelpEndsWithTwoExamples) {
  for (const Noun& noun : tree_) {
    for (const Verb& verb : noun.verbs) {
      const std::string help = verb_help(noun, verb);
      const std::string tail = "\nExamples:\n  trestle " + std::string(verb.examples[0]) +
                               "\n  trestle " + std::string(verb.examples[1]) + "\n";
      EXPECT_TRUE(help.ends_with(tail)) << help;
      EXPECT_THAT(help, HasSubstr(usage_line(noun, verb)));
    }
  }
}

}  // namespace
}  // namespace trestle::cli
