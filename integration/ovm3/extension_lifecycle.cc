// SPDX-License-Identifier: Apache-2.0
// create, start, stop, reboot, delete and prepare.
#include <utility>

#include "helpers/ovm3/power_report.h"
#include "helpers/ovm3/provision.h"
#include "helpers/ovm3/vm_files.h"
#include "helpers/ovm3/vm_power.h"
#include "integration/ovm3/extension_session.h"
#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {
namespace {

/// A VM and where it was looked for.
struct Looked {
  Repositories all;
  std::optional<HostedVm> vm;
};

Result<Looked> look(const Session& session, const VmName& name) {
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  Looked looked;
  TRESTLE_ASSIGN_OR_RETURN(looked.all,
                           mounted_repositories(session.ctx(), session.agent, repository));
  TRESTLE_ASSIGN_OR_RETURN(looked.vm,
                           find_hosted_vm_in(session.ctx(), session.agent, name, looked.all));
  return looked;
}

Result<Looked> look_for_needed(const Session& session, const VmName& name,
                               std::string_view action) {
  TRESTLE_ASSIGN_OR_RETURN(Looked looked, look(session, name));
  if (looked.vm && looked.vm->mark.complete()) return looked;
  return fail(Code::kNotFound,
              "VM " + name.name + " (" + name.uuid + ") is not on host " + session.host + ": " +
                  std::string(action) +
                  " never makes a lost VM again, since its disk is gone; restore it, or destroy it "
                  "in CloudStack and deploy it anew");
}

}  // namespace

Result<ExtensionAnswer> prepare_action(const ExtensionRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(const VmSpec spec, spec_of(request));
  const VmId id = spec.vm.hint.value_or(vm_id_for(spec.vm.uuid));
  return ExtensionAnswer{.message = "VM " + spec.vm.name + " can be made",
                         .vm_details = {{"ovm3_vm_uuid", with_dashes(id.text())}}};
}

Result<ExtensionAnswer> create_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmSpec spec, spec_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const Provisioned done, provision(session.ctx(), session.time.undo,
                                                             session.agent, session.log, spec));
  return ExtensionAnswer{.message = "VM " + spec.vm.name + " runs on " + session.host + " as " +
                                    done.id.text() +
                                    (done.made ? "" : "; it had been made before")};
}

Result<ExtensionAnswer> start_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const Looked looked, look_for_needed(session, name, "start"));
  StartSettings settings{.vcpus = session.request.cpus};
  if (session.request.memory_bytes) {
    TRESTLE_ASSIGN_OR_RETURN(settings.memory, memory_of(session.request));
  }
  TRESTLE_ASSIGN_OR_RETURN(settings.nics, nics_of(session.request));
  TRESTLE_RETURN_IF_ERROR(bring_up(session.ctx(), session.agent, session.log, looked.all,
                                   *looked.vm, name.name, settings));
  return ExtensionAnswer{.message = "VM " + name.name + " runs on " + session.host};
}

Result<ExtensionAnswer> stop_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const auto patience, patience_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const auto vm,
                           find_hosted_vm(session.ctx(), session.agent, name, repository));
  if (!vm) return ExtensionAnswer{.message = "VM " + name.name + " is not on " + session.host};
  TRESTLE_RETURN_IF_ERROR(bring_down(session.ctx(), session.agent, session.log, *vm, patience));
  return ExtensionAnswer{.message = "VM " + name.name + " is stopped on " + session.host};
}

Result<ExtensionAnswer> reboot_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const Looked looked, look_for_needed(session, name, "reboot"));
  TRESTLE_RETURN_IF_ERROR(
      reboot(session.ctx(), session.agent, session.log, looked.all, *looked.vm, name.name));
  return ExtensionAnswer{.message = "VM " + name.name + " runs on " + session.host};
}

Result<ExtensionAnswer> delete_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const Looked looked, look(session, name));
  if (looked.vm) {
    TRESTLE_RETURN_IF_ERROR(
        remove_vm(session.ctx(), session.agent, session.log, looked.all, *looked.vm));
    return ExtensionAnswer{.message = "VM " + name.name + " and its disks are removed from " +
                                      session.host};
  }
  // A removal that was cut short after the configuration, or a copy that ended late.
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_RETURN_IF_ERROR(destroy_disks(session.ctx(), session.agent, session.log, looked.all,
                                        repository, vm_id_for(name.uuid), VmConfig()));
  return ExtensionAnswer{.message = "VM " + name.name + " is not on " + session.host};
}

}  // namespace trestle::ovm3
