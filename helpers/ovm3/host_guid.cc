// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_guid.h"

#include "helpers/ovm3/vm_mark.h"
#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {

Result<std::string> guid_of(const ServerInfo& server) {
  if (const auto key = host_key(server.unique_id)) return with_dashes(*key);
  return fail(Code::kBadReply, "the host tells '" + server.unique_id.value_or("nothing") +
                                   "' as its unique id, which should be 16 bytes; look at its "
                                   "firmware (dmidecode -s system-uuid)");
}

}  // namespace trestle::ovm3
