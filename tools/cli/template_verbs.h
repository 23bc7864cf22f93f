// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_TEMPLATE_VERBS_H_
#define TRESTLE_TOOLS_CLI_TEMPLATE_VERBS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "objects/wire/value.h"
#include "systemvm/image_source.h"
#include "tools/cli/command.h"
#include "tools/cli/world.h"

/// The verbs of `trestle template`, by file.
namespace trestle::cli {

[[nodiscard]] std::vector<Verb> template_image_verbs();  ///< inspect, convert, verify
[[nodiscard]] std::vector<Verb> template_store_verbs();  ///< install, serve, list, remove
[[nodiscard]] std::vector<Verb> template_cd_verbs();     ///< make-cd, list-cd, compare-cd, put-cd

/// A byte count as a JSON number.
[[nodiscard]] inline Value whole(std::uint64_t bytes) {
  return Value(static_cast<std::int64_t>(bytes));
}

/// A list of texts.
[[nodiscard]] Value text_list(const std::vector<std::string>& texts);

/// --ca-file, of the verbs that can fetch an image.
[[nodiscard]] Option ca_file_option();

/// Each warning on a line of standard error.
void warn(World& world, const std::vector<std::string>& warnings);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_TEMPLATE_VERBS_H_
