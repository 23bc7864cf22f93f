// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_API_LISTING_H_
#define TRESTLE_TOOLS_API_LISTING_H_

#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/ovm3/api/service.h"

/// What `trestle api list` prints. Every function takes the group to show, or an empty text for all
/// of them; a group that does not exist is kInvalidArgument and the error names those that do.
namespace trestle::api_tools {

/// The groups in their order: cluster, common, host, hypervisor, ..., module.
[[nodiscard]] std::vector<std::string_view> groups();

/// One JSON array, an object per service: `name`, `group`, `args` (list of `name`, `type`,
/// `optional`, and `repeated` on varargs), `reply`, `versions` (releases on which the service is
/// proven), `effect` (reads, idempotent, mutates), `what`. A service whose arguments differ by
/// release also has `variants`: a list of `versions` and `args`; its `args` are those of the first.
[[nodiscard]] Result<std::string> list_json(std::string_view group = {});

/// A heading and a table per group, for reading in a browser.
[[nodiscard]] Result<std::string> list_markdown(std::string_view group = {});

/// Columns for a terminal: group, call with its parameters, reply, releases, effect.
[[nodiscard]] Result<std::string> list_table(std::string_view group = {});

/// "3.2.1", "3.3", "3.4" for the bits that are set.
[[nodiscard]] std::vector<std::string_view> release_names(ovm3::api::Versions versions);

/// "reads", "idempotent" or "mutates".
[[nodiscard]] std::string_view effect_name(Effect effect);

/// "copy_file(src, dst, [sparse], [update_period])"; varargs as "args...".
[[nodiscard]] std::string call_form(const ovm3::api::Row& row);

}  // namespace trestle::api_tools

#endif  // TRESTLE_TOOLS_API_LISTING_H_
