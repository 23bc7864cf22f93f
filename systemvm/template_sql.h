// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_TEMPLATE_SQL_H_
#define TRESTLE_SYSTEMVM_TEMPLATE_SQL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "systemvm/digest.h"

namespace trestle::systemvm {

/// A release of CloudStack that knows the hypervisor type Ovm3: 4.5 to 4.20.
struct CloudStackVersion {
  int minor = 20;
  std::string text = "4.20";  ///< as it was given, e.g. "4.11.3"

  /// "4.11", "4.15.1". Errors: kInvalidArgument naming the range.
  [[nodiscard]] static Result<CloudStackVersion> parse(std::string_view text);
  /// What CloudStack compares downloads with: md5 before 4.11, "{SHA-256}..." since.
  [[nodiscard]] DigestKind checksum_kind() const;
};

/// What a row of vm_template says of a system VM template.
struct TemplateRow {
  std::uint64_t id = 0;
  std::string name;  ///< e.g. "systemvm-ovm3-4.11.3": upgrades look for this
  std::string description;
  std::string url;
  Checksum checksum;
  std::uint64_t size = 0;
};

/// The statement that adds the row of a seeded template, once: a second run changes nothing.
[[nodiscard]] std::string insert_template(const TemplateRow& row, const CloudStackVersion& version);

/// The statement that points an existing row to a place where CloudStack fetches it.
[[nodiscard]] std::string point_template(const TemplateRow& row, const CloudStackVersion& version);

/// A text as an SQL literal in single quotes.
[[nodiscard]] std::string sql_text(std::string_view text);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_TEMPLATE_SQL_H_
