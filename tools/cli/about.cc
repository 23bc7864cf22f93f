// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/api/all.h"
#include "tools/cli/call.h"
#include "tools/cli/nouns.h"

namespace trestle::cli {
namespace {

Result<Outcome> about(Call& /*call*/) {
  std::int64_t services = 0;
  std::int64_t module_calls = 0;
  for (const ovm3::api::Row& row : ovm3::api::all_rows()) {
    ++(row.group == "module" ? module_calls : services);
  }
  return Outcome{.document = Struct{{"name", "trestle"},
                                    {"version", TRESTLE_VERSION},
                                    {"compiler", __VERSION__},
                                    {"platforms", Array{"Oracle VM Server 3.2, 3.3, 3.4"}},
                                    {"services", services},
                                    {"module_calls", module_calls}}};
}

}  // namespace

Noun about_noun() {
  return {.name = "about",
          .what = "what this program is and what it can drive",
          .verbs = {{.name = "",
                     .what = "Tells the version of this program and what it can drive",
                     .schema = R"({"name": "text", "version": "text", "compiler": "text", )"
                               R"("platforms": ["text"], "services": "integer", )"
                               R"("module_calls": "integer"})",
                     .examples = {"about", "about --json"},
                     .run = about,
                     .reach = Reach::kLocal}}};
}

}  // namespace trestle::cli
