// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "tools/cli/call.h"
#include "tools/cli/nouns.h"

namespace trestle::cli {
namespace {

Verb passing(std::string_view name, std::string_view what,
             std::array<std::string_view, 2> examples) {
  return {.name = name,
          .what = what,
          .schema = {},
          .examples = examples,
          .run = [name](Call& call) -> Result<Outcome> {
            std::vector<std::string> words{std::string(name)};
            words.insert(words.end(), call.passed_on.begin(), call.passed_on.end());
            return fail(call.world().become("trestle-sim", words));
          },
          .more = "All further words go to trestle-sim as they are; see 'trestle-sim --help'.",
          .reach = Reach::kPassing};
}

}  // namespace

Noun sim_noun() {
  return {
      .name = "sim",
      .what = "the simulator: hosts to try everything on without a host",
      .verbs = {passing("serve", "Starts simulated hosts", {"sim serve --help", "sim services"}),
                passing("ctl", "Inspects and steers running simulated hosts",
                        {"sim ctl --help", "sim services"}),
                passing("services", "Lists which services of the agent are simulated",
                        {"sim services", "sim services --json"})}};
}

}  // namespace trestle::cli
