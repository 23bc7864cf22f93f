// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_API_COMPARE_H_
#define TRESTLE_TOOLS_API_COMPARE_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"

namespace trestle::api_tools {

/// One argument as a listing has it. Varargs and keywords have names that begin with `*` and `**`.
struct ListedArgument {
  std::string name;
  std::optional<std::string> default_text = std::nullopt;  ///< JSON of the default, if it has one
};

struct ListedService {
  std::string name;
  std::vector<ListedArgument> arguments;
};

/// The services of a file, sorted by name. Of services of one name the first counts.
struct Listing {
  std::vector<ListedService> services;
  bool has_defaults = false;  ///< it tells real defaults; a catalogue of ours tells only some
};

/// Reads what hypervisor-scripts/introspect.py prints, or a catalogue of ours
/// (objects/ovm3/api/catalog). Errors: kInvalidArgument, which names the file and the place.
[[nodiscard]] Result<Listing> parse_listing(std::string_view text, std::string_view file);

/// The same from a file. Errors: also kNotFound; kResourceExhausted beyond kMaxCatalogBytes.
[[nodiscard]] Result<Listing> load_listing(const std::filesystem::path& file);

/// One thing in which two listings differ.
struct Difference {
  std::string service;
  std::string_view kind;  ///< added, removed, argument-added, argument-removed, reordered, default
  std::string detail;     ///< names the argument, both orders or both defaults; may be empty
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// What `after` has otherwise than `before`, by service. Where one side does not tell defaults,
/// they are not compared.
[[nodiscard]] std::vector<Difference> compare(const Listing& before, const Listing& after);

}  // namespace trestle::api_tools

#endif  // TRESTLE_TOOLS_API_COMPARE_H_
