// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_API_DRIFT_H_
#define TRESTLE_TOOLS_API_DRIFT_H_

#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/service.h"
#include "tools/api/catalog.h"

namespace trestle::api_tools {

/// The type a row gives to a catalogue type: the same word if it is proven and one of those that
/// rows know, else "any". Used by the drift test and by the draft of rows.
[[nodiscard]] std::string row_type(const CatalogType& type);

/// The same for a reply; one that is believed to be nil is "nil" without proof, because nobody
/// reads it.
[[nodiscard]] std::string row_reply(const CatalogReply& reply);

/// Everything in which rows and catalogues disagree, one sentence each that names service, release
/// and both sides; empty if they agree. Looks both ways: a service, release, name, place, type,
/// optional mark, reply or effect that only one side has is found. `variants` are further forms of
/// rows for other releases (same name, other arguments).
[[nodiscard]] std::vector<std::string> drift(const std::vector<ovm3::api::Row>& rows,
                                             const std::vector<ovm3::api::Row>& variants,
                                             const std::vector<Catalog>& catalogs);

}  // namespace trestle::api_tools

#endif  // TRESTLE_TOOLS_API_DRIFT_H_
