// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_ARGUMENTS_H_
#define TRESTLE_TOOLS_CLI_ARGUMENTS_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/units.h"

namespace trestle::cli {

/// A mistake in the command line: kInvalidArgument without a host, which makes the exit code 2.
[[nodiscard]] tl::unexpected<Error> usage(std::string what);

/// What was given on one command line, by the names that the verb declares. A value.
class Arguments {
 public:
  void add(std::string_view name, std::string text) {
    given_[std::string(name)].push_back(std::move(text));
  }

  [[nodiscard]] bool has(std::string_view name) const { return given_.contains(name); }
  /// The last text given for it, empty if there is none.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// All texts given for it, in order.
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> maybe(std::string_view name) const;

  /// Decimal number within limits, `otherwise` if it is not given. Errors: a usage error.
  [[nodiscard]] Result<std::int64_t> number(std::string_view name, std::int64_t least,
                                            std::int64_t most, std::int64_t otherwise = 0) const;
  /// "20G", "512M", "4096": binary units K, M, G, T (also KiB, MiB ...), bytes without one.
  [[nodiscard]] Result<Bytes> bytes(std::string_view name) const;
  /// "512", "512M", "2G": MiB without a unit; rounded up.
  [[nodiscard]] Result<MiB> mebibytes(std::string_view name) const;
  /// "30", "2.5", "10m", "1h": seconds without a unit; positive, at most a week.
  [[nodiscard]] Result<std::chrono::milliseconds> duration(
      std::string_view name, std::chrono::milliseconds otherwise) const;

  template <class IdType>
  [[nodiscard]] Result<IdType> id(std::string_view name) const {
    auto id = IdType::from_name(text(name));
    if (!id) return usage(std::string(name) + ": " + id.error().what);
    return id;
  }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> given_;
};

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_ARGUMENTS_H_
