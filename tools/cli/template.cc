// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/nouns.h"
#include "tools/cli/template_verbs.h"

namespace trestle::cli {

Noun template_noun() {
  return {.name = "template",
          .what = "templates of VMs and system VMs: convert, verify, seed",
          .verbs = together({template_image_verbs(), template_store_verbs(), template_cd_verbs()})};
}

}  // namespace trestle::cli
