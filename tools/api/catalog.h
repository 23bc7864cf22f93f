// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_API_CATALOG_H_
#define TRESTLE_TOOLS_API_CATALOG_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/transport.h"

namespace trestle::api_tools {

/// Largest catalogue file that is read; the largest of ours has 110 kB.
inline constexpr std::size_t kMaxCatalogBytes = std::size_t{4} << 20U;

/// The only format there is (objects/ovm3/api/catalog/README.md describes it).
inline constexpr std::int64_t kCatalogFormat = 1;

/// A type in the catalogue's words ("string", "struct or string", "unknown") and why we hold it.
struct CatalogType {
  std::string name;
  std::vector<std::string> evidence;

  /// True if at least one word of the evidence proves it (not "inferred", not "carried-over").
  [[nodiscard]] bool proven() const;
};

enum class Presence : std::uint8_t {
  kRequired,
  kOptional,        ///< a call without it is known
  kLikelyOptional,  ///< its name and place suggest it
  kRepeated,        ///< Python varargs
};

struct CatalogArgument {
  std::string name;
  CatalogType type;
  Presence presence = Presence::kRequired;
};

struct CatalogReply {
  CatalogType type;
  std::optional<std::string> root;  ///< root element of an XML document
  bool or_nil = false;              ///< nil stands for "there is none"
};

/// One service as one release has it.
struct CatalogService {
  std::string group;
  std::string name;
  std::vector<std::string> evidence;  ///< why we hold that the release has it; never empty
  std::vector<CatalogArgument> arguments;
  CatalogReply reply;
  Effect effect = Effect::kMutates;
  std::vector<std::string> facts;
};

struct Catalog {
  std::string release;  ///< "3.2.1", "3.3", "3.4"
  std::string agent;
  std::vector<CatalogService> services;

  /// The service of that name, null if the file does not name it. Lives as long as the catalogue.
  [[nodiscard]] const CatalogService* find(std::string_view name) const;
};

/// Reads a catalogue. Strict: an unknown key, a word that is not in the format's lists, a doubled
/// name, a required argument after an optional one are errors. `file` opens every error text, which
/// goes on with the place in the document: "3.3.json: groups[2].services[0].effect: ...".
/// Errors: kInvalidArgument; kResourceExhausted beyond kMaxCatalogBytes.
[[nodiscard]] Result<Catalog> parse_catalog(std::string_view text, std::string_view file);

/// The same from a file. Errors: also kNotFound if it cannot be read.
[[nodiscard]] Result<Catalog> load_catalog(const std::filesystem::path& file);

/// All files of a folder that end in .json, by release. Errors: as load_catalog; kNotFound if there
/// is none; kInvalidArgument if two say the same release.
[[nodiscard]] Result<std::vector<Catalog>> load_catalogs(const std::filesystem::path& folder);

}  // namespace trestle::api_tools

#endif  // TRESTLE_TOOLS_API_CATALOG_H_
