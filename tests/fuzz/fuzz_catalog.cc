// SPDX-License-Identifier: Apache-2.0
// Catalogue files: any text is a catalogue or an error that names the file. What is read keeps the
// promises of the format, and the comparison with the rows ends for it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/all.h"
#include "tools/api/catalog.h"
#include "tools/api/draft.h"
#include "tools/api/drift.h"

namespace {

using trestle::api_tools::Catalog;
using trestle::api_tools::CatalogService;
using trestle::api_tools::Presence;
using trestle::ovm3::api::Row;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// A few rows of all kinds: comparing with all of them would take longer than the parser.
const std::vector<Row>& few_rows() {
  static const std::vector<Row> rows{trestle::ovm3::api::find_row("copy_file").value(),
                                     trestle::ovm3::api::find_row("dispatch").value(),
                                     trestle::ovm3::api::find_row("list_vm").value(),
                                     trestle::ovm3::api::find_row("package_list").value()};
  return rows;
}

void check(const CatalogService& service) {
  require(!service.name.empty() && !service.evidence.empty(), "a service has a name and evidence");
  bool may_be_left_off = false;
  std::set<std::string_view> names;
  for (const auto& argument : service.arguments) {
    const bool required = argument.presence == Presence::kRequired;
    require(!(may_be_left_off && required), "what may be left off comes last");
    may_be_left_off = may_be_left_off || !required;
    require(names.insert(argument.name).second, "an argument's name stands once");
    require(argument.type.evidence.empty() == (argument.type.name == "unknown"),
            "a type has evidence");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const trestle::Result<Catalog> catalog = trestle::api_tools::parse_catalog(text, "input.json");
  if (!catalog) {
    const std::string& what = catalog.error().what;
    require(what.starts_with("input.json: "), "an error names the file");
    require(what.size() < 1000 && std::ranges::none_of(what, is_control),
            "an error is one line that a person can read");
    return 0;
  }
  std::set<std::string_view> names;
  for (const CatalogService& service : catalog->services) {
    check(service);
    require(names.insert(service.name).second, "a service's name stands once");
    require(catalog->find(service.name) == &service, "a service is found by its name");
  }
  const auto findings = trestle::api_tools::drift(few_rows(), {}, {*catalog});
  require(!findings.empty(), "no single file agrees with rows that were proven on two releases");
  const std::string draft = trestle::api_tools::draft_rows(*catalog, few_rows());
  require(draft.empty() || draft.starts_with("// group "), "a draft begins with its group");
  return 0;
}
