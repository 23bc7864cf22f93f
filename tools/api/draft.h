// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_API_DRAFT_H_
#define TRESTLE_TOOLS_API_DRAFT_H_

#include <string>
#include <vector>

#include "objects/ovm3/api/service.h"
#include "tools/api/catalog.h"

namespace trestle::api_tools {

/// What `trestle api rows` prints: a draft of a C++ row for each service of the catalogue that has
/// none yet, grouped as the tables are; empty if every service has one. A draft: proven types only,
/// identities still as plain texts, and an empty sentence that makes the catalogue test fail until
/// a person writes one.
[[nodiscard]] std::string draft_rows(const Catalog& catalog,
                                     const std::vector<ovm3::api::Row>& rows);

}  // namespace trestle::api_tools

#endif  // TRESTLE_TOOLS_API_DRAFT_H_
