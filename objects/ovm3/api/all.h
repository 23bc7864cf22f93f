// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_ALL_H_
#define TRESTLE_OBJECTS_OVM3_API_ALL_H_

#include <optional>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/cluster.h"          // IWYU pragma: export
#include "objects/ovm3/api/common.h"           // IWYU pragma: export
#include "objects/ovm3/api/hypervisor.h"       // IWYU pragma: export
#include "objects/ovm3/api/linux.h"            // IWYU pragma: export
#include "objects/ovm3/api/module.h"           // IWYU pragma: export
#include "objects/ovm3/api/network.h"          // IWYU pragma: export
#include "objects/ovm3/api/pool_filesystem.h"  // IWYU pragma: export
#include "objects/ovm3/api/remote.h"           // IWYU pragma: export
#include "objects/ovm3/api/repository.h"       // IWYU pragma: export
#include "objects/ovm3/api/server_pool.h"      // IWYU pragma: export
#include "objects/ovm3/api/service.h"          // IWYU pragma: export
#include "objects/ovm3/api/storage_plugin.h"   // IWYU pragma: export

namespace trestle::ovm3::api {

/// Every row once, group by group (cluster, common, host, hypervisor, network, poolfs, remote,
/// repository, serverpool, storageplugin, module), in the order of the tables: 200 services and 27
/// module calls. Built at the first call and never changed; safe from any thread.
const std::vector<Row>& all_rows();

/// Further forms of a service whose arguments changed with a release (take_ownership and
/// update_agent_password on 3.3); each has the name of its row in all_rows().
const std::vector<Row>& variant_rows();

/// The row of that wire name, none if there is no such service. Cheap: a search by halves.
std::optional<Row> find_row(std::string_view name);

/// True if the whole value of this parameter, or of a struct member of this name, is masked when a
/// call is shown: passwords, private keys, uploaded contents. `service` may be empty to ask about a
/// member's name alone. Passwords inside URLs, and secrets among the arguments that dispatch passes
/// on, are masked by wire::redacted_call besides.
bool is_secret(std::string_view service, std::string_view parameter);

}  // namespace trestle::ovm3::api

#endif  // TRESTLE_OBJECTS_OVM3_API_ALL_H_
