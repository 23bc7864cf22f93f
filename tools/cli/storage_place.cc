// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/storage_place.h"

namespace trestle::cli {

Option repository_option() {
  return {.name = "repo", .value = "REPO", .help = "repository, by id or name", .required = true};
}

}  // namespace trestle::cli
