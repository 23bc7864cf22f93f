// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_NOUNS_H_
#define TRESTLE_TOOLS_CLI_NOUNS_H_

#include "tools/cli/command.h"

/// One function and one file a noun.
namespace trestle::cli {

[[nodiscard]] Noun about_noun();
[[nodiscard]] Noun agent_noun();
[[nodiscard]] Noun api_noun();
[[nodiscard]] Noun host_noun();
[[nodiscard]] Noun vm_noun();
[[nodiscard]] Noun disk_noun();
[[nodiscard]] Noun repo_noun();
[[nodiscard]] Noun pool_noun();
[[nodiscard]] Noun network_noun();
[[nodiscard]] Noun storage_noun();
[[nodiscard]] Noun schema_noun();
[[nodiscard]] Noun send_noun();
[[nodiscard]] Noun template_noun();
[[nodiscard]] Noun sim_noun();
[[nodiscard]] Noun completion_noun();

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_NOUNS_H_
