// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_scripts.h"

#include <array>
#include <fstream>
#include <iterator>

#include "helpers/ovm3/host_script_texts.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"install.py", "cloudstack.py",
                                                    "storagehealth.py", "introspect.py"};

}  // namespace

std::vector<HostScript> built_in_scripts() {
  return {{std::string(kNames[0]), std::string(kInstallScript)},
          {std::string(kNames[1]), std::string(kCloudstackScript)},
          {std::string(kNames[2]), std::string(kStoragehealthScript)},
          {std::string(kNames[3]), std::string(kIntrospectScript)}};
}

Result<std::vector<HostScript>> scripts_in(const std::string& folder) {
  std::vector<HostScript> scripts;
  for (const std::string_view name : kNames) {
    const std::string path = folder + "/" + std::string(name);
    std::ifstream in(path, std::ios::binary);
    HostScript script{std::string(name), {std::istreambuf_iterator<char>(in), {}}};
    if (!in || script.content.empty()) {
      return fail(Code::kNotFound, "there is no script " + path + ", or it is empty");
    }
    scripts.push_back(std::move(script));
  }
  return scripts;
}

std::string_view facts_script() { return kFactsScript; }

}  // namespace trestle::ovm3
