// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/system_vm.h"
#include "integration/ovm3/commands/host/family.h"

namespace trestle::ovm3 {

Result<schema::Answer> modify_ssh_keys(const Task& task,
                                       const schema::ModifySshKeysCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const Secret key, needed(command._prvKey, "_prvKey"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string public_key, needed(command._pubKey, "_pubKey"));
  TRESTLE_RETURN_IF_ERROR(upload_system_vm_keys(task.ctx, task.agent(), key, public_key));
  return done<schema::Answer>("the host has the keys of system VMs");
}

}  // namespace trestle::ovm3
