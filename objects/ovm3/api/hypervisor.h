// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_HYPERVISOR_H_
#define TRESTLE_OBJECTS_OVM3_API_HYPERVISOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.hypervisor.xenxm.Xen.
namespace trestle::ovm3::api::hypervisor {

inline constexpr Service<Value(RepositoryId, Value, std::string, Value, std::optional<Value>)>
    assembly_add_file{"assembly_add_file",
                      {"repo_id", "assembly_id", "url", "filename", "option"},
                      k32,
                      Effect::kMutates,
                      "Fetches a URL as a new file of an assembly."};

inline constexpr Service<void(RepositoryId, Value, Value)> assembly_del_file{
    "assembly_del_file",
    {"repo_id", "assembly_id", "filename"},
    k32,
    Effect::kMutates,
    "Removes one file from an assembly."};

inline constexpr Service<void(RepositoryId, Value, Value, Value)> assembly_rename_file{
    "assembly_rename_file",
    {"repo_id", "assembly_id", "filename", "new_filename"},
    k32,
    Effect::kMutates,
    "Gives one file of an assembly a new name."};

inline constexpr Service<void(RepositoryId, VmId)> cleanup_migration_target{
    "cleanup_migration_target",
    {"repo_id", "vm_id"},
    k32,
    Effect::kMutates,
    "Takes back what setup_migration_target did here."};

inline constexpr Service<void(RepositoryId, std::string, Value)> configure_template{
    "configure_template",
    {"repo_id", "template_id", "params"},
    k32,
    Effect::kIdempotent,
    "Sets the given keys of a template's configuration."};

inline constexpr Service<void(RepositoryId, VmId, Struct)> configure_vm{
    "configure_vm",
    {"repo_id", "vm_id", "params"},
    k32 | k33,
    Effect::kIdempotent,
    "Stores the given keys of a VM's configuration and applies those that can change while it "
    "runs."};

inline constexpr Service<void(RepositoryId, VmId, bool)> configure_vm_ha{
    "configure_vm_ha",
    {"repo_id", "vm_id", "enable_ha"},
    k32 | k33,
    Effect::kIdempotent,
    "Says whether the pool restarts this VM elsewhere when its host fails."};

inline constexpr Service<Value(RepositoryId, Value, Value)> create_assembly{
    "create_assembly",
    {"repo_id", "assembly_id", "templates"},
    k32,
    Effect::kMutates,
    "Puts templates together into a new assembly."};

inline constexpr Service<void(RepositoryId, std::string, Value)> create_template{
    "create_template",
    {"repo_id", "template_id", "params"},
    k32,
    Effect::kMutates,
    "Stores a new template: its folder and its configuration."};

inline constexpr Service<void(RepositoryId, VmId, Struct)> create_vm{
    "create_vm",
    {"repo_id", "vm_id", "params"},
    k32 | k33,
    Effect::kMutates,
    "Writes a VM's folder and vm.cfg into a repository without starting it."};

inline constexpr Service<void(RepositoryId, Value)> delete_assembly{
    "delete_assembly",
    {"repo_id", "assembly_id"},
    k32,
    Effect::kMutates,
    "Deletes an assembly with its files."};

inline constexpr Service<void(RepositoryId, std::string)> delete_template{
    "delete_template",
    {"repo_id", "template_id"},
    k32,
    Effect::kMutates,
    "Deletes a template with its folder."};

inline constexpr Service<void(RepositoryId, VmId)> delete_vm{
    "delete_vm",
    {"repo_id", "vm_id"},
    k32 | k33,
    Effect::kMutates,
    "Removes a VM's folder and configuration; its disks stay."};

inline constexpr Service<void(RepositoryId, VmId, Value)> delete_vm_core{
    "delete_vm_core",
    {"repo_id", "vm_id", "core_date"},
    k32,
    Effect::kMutates,
    "Deletes the memory dump of a VM that bears this date."};

inline constexpr Service<Value(RepositoryId, Value, Value, std::optional<Value>,
                               std::optional<Value>)>
    deploy_assembly{"deploy_assembly",
                    {"repo_id", "assembly_id", "to_deploy", "target_repo_id", "option"},
                    k32,
                    Effect::kMutates,
                    "Makes templates out of an assembly."};

inline constexpr Service<Value(RepositoryId, VmId, std::optional<bool>, std::optional<Value>,
                               std::optional<Value>)>
    dump_vm_core{"dump_vm_core",
                 {"repo_id", "vm_id", "live", "crash", "reset"},
                 k32,
                 Effect::kMutates,
                 "Writes a VM's memory to a dump; live keeps the VM running meanwhile."};

inline constexpr Service<Value(RepositoryId, Value)> get_assembly_config{
    "get_assembly_config",
    {"repo_id", "assembly_id"},
    k32,
    Effect::kReads,
    "Reads an assembly's configuration."};

inline constexpr Service<Value(RepositoryId, Value)> get_assembly_config_xml{
    "get_assembly_config_xml",
    {"repo_id", "assembly_id"},
    k32,
    Effect::kReads,
    "Reads an assembly's OVF text."};

inline constexpr Service<Value(RepositoryId, std::string)> get_template_config{
    "get_template_config",
    {"repo_id", "template_id"},
    k32,
    Effect::kReads,
    "Shows a template's stored configuration."};

inline constexpr Service<std::optional<Struct>(RepositoryId, VmId)> get_vm_config{
    "get_vm_config",
    {"repo_id", "vm_id"},
    k32 | k33 | k34,
    Effect::kReads,
    "Reads a VM's stored configuration; nil if there is no such VM."};

inline constexpr Service<Value(RepositoryId, Value, std::string, std::optional<Value>)>
    import_assembly{"import_assembly",
                    {"repo_id", "assembly_id", "url", "option"},
                    k32,
                    Effect::kMutates,
                    "Downloads an assembly's archive into the repository; may take hours."};

inline constexpr Service<Value(RepositoryId, std::string, Value, std::optional<Value>)>
    import_template{"import_template",
                    {"repo_id", "template_id", "url_list", "option"},
                    k32,
                    Effect::kMutates,
                    "Downloads a template's files into the repository; may take hours."};

inline constexpr Service<Value(RepositoryId, VmId, Value, std::optional<Value>)> import_vm{
    "import_vm",
    {"repo_id", "vm_id", "url_list", "option"},
    k32,
    Effect::kMutates,
    "Downloads a VM's files into the repository; may take hours."};

inline constexpr Service<std::optional<Struct>(RepositoryId, VmId)> list_vm{
    "list_vm",
    {"repo_id", "vm_id"},
    k32 | k34,
    Effect::kReads,
    "Tells the state of one VM; nil if there is no such VM."};

inline constexpr Service<Value(RepositoryId, VmId)> list_vm_core{
    "list_vm_core",
    {"repo_id", "vm_id"},
    k32 | k34,
    Effect::kReads,
    "Names the memory dumps that a VM has left."};

inline constexpr Service<Array()> list_vms{
    "list_vms",
    {},
    k32 | k33 | k34,
    Effect::kReads,
    "Tells the state of all domains of this host, Domain-0 among them."};

inline constexpr Service<void(RepositoryId, VmId, std::string, std::optional<bool>,
                              std::optional<bool>)>
    migrate_vm{"migrate_vm",
               {"repo_id", "vm_id", "dest", "live", "ssl"},
               k32 | k33,
               Effect::kMutates,
               "Moves a VM to the host dest, running if live is true, over an encrypted stream if "
               "ssl is true."};

inline constexpr Service<Value(RepositoryId, Value)> pack_assembly{
    "pack_assembly",
    {"repo_id", "assembly_id"},
    k32,
    Effect::kMutates,
    "Packs an assembly's files into one archive."};

inline constexpr Service<void(RepositoryId, VmId)> pause_vm{
    "pause_vm",
    {"repo_id", "vm_id"},
    k32,
    Effect::kMutates,
    "Stops the clock of a running VM, which keeps its memory."};

inline constexpr Service<void(RepositoryId, VmId, std::optional<std::int64_t>)> reboot_vm{
    "reboot_vm",
    {"repo_id", "vm_id", "wait"},
    k32 | k33,
    Effect::kMutates,
    "Restarts the guest, waiting for it up to the given number of seconds."};

inline constexpr Service<void(RepositoryId, VmId, std::optional<Value>)> restore_vm{
    "restore_vm",
    {"repo_id", "vm_id", "paused"},
    k32,
    Effect::kMutates,
    "Resumes a saved VM, frozen if paused is true."};

inline constexpr Service<void(RepositoryId, VmId, std::optional<Value>)> save_vm{
    "save_vm",
    {"repo_id", "vm_id", "checkpoint"},
    k32,
    Effect::kMutates,
    "Writes a VM's memory to disk and ends it, or lets it run on if checkpoint is true."};

inline constexpr Service<Value(RepositoryId, VmId, Value)> send_to_guest{
    "send_to_guest",
    {"repo_id", "vm_id", "params"},
    k32,
    Effect::kMutates,
    "Passes keys and values to the messaging service inside the guest."};

inline constexpr Service<void(RepositoryId, Value, Value)> set_assembly_config{
    "set_assembly_config",
    {"repo_id", "assembly_id", "cfg"},
    k32,
    Effect::kIdempotent,
    "Replaces an assembly's configuration."};

inline constexpr Service<void(RepositoryId, Value, Value)> set_assembly_config_xml{
    "set_assembly_config_xml",
    {"repo_id", "assembly_id", "cfg"},
    k32,
    Effect::kIdempotent,
    "Replaces an assembly's OVF text."};

inline constexpr Service<void(RepositoryId, std::string, Value)> set_template_config{
    "set_template_config",
    {"repo_id", "template_id", "params"},
    k32,
    Effect::kIdempotent,
    "Replaces a template's configuration."};

inline constexpr Service<void(RepositoryId, VmId, Value)> set_vm_config{
    "set_vm_config",
    {"repo_id", "vm_id", "params"},
    k32,
    Effect::kIdempotent,
    "Replaces a VM's stored configuration."};

inline constexpr Service<void(RepositoryId, VmId)> setup_migration_target{
    "setup_migration_target",
    {"repo_id", "vm_id"},
    k32,
    Effect::kMutates,
    "Readies this host to receive a VM."};

inline constexpr Service<void(RepositoryId, VmId)> start_vm{
    "start_vm", {"repo_id", "vm_id"}, k32 | k33, Effect::kMutates, "Boots a VM from its vm.cfg."};

inline constexpr Service<void(RepositoryId, VmId, std::optional<bool>)> stop_vm{
    "stop_vm",
    {"repo_id", "vm_id", "force"},
    k32 | k33,
    Effect::kMutates,
    "Asks the guest to shut down, or cuts it off at once if force is true."};

inline constexpr Service<void(RepositoryId, VmId, Value)> sysrq_vm{
    "sysrq_vm",
    {"repo_id", "vm_id", "letter"},
    k32,
    Effect::kMutates,
    "Presses a magic sysrq key in the guest."};

inline constexpr Service<void(RepositoryId, VmId, Value, std::optional<Value>)> trigger_vm{
    "trigger_vm",
    {"repo_id", "vm_id", "name", "vcpu"},
    k32,
    Effect::kMutates,
    "Sends a hardware event such as nmi, reset or power to the guest."};

inline constexpr Service<void(RepositoryId, std::string, Value)> unconfigure_template{
    "unconfigure_template",
    {"repo_id", "template_id", "params"},
    k32,
    Effect::kMutates,
    "Drops keys from a template's configuration."};

inline constexpr Service<void(RepositoryId, VmId, Value)> unconfigure_vm{
    "unconfigure_vm",
    {"repo_id", "vm_id", "params"},
    k32,
    Effect::kMutates,
    "Drops keys from a VM's configuration."};

inline constexpr Service<Value(RepositoryId, Value)> unpack_assembly{
    "unpack_assembly",
    {"repo_id", "assembly_id"},
    k32,
    Effect::kMutates,
    "Unpacks the archive that an assembly came in."};

inline constexpr Service<void(RepositoryId, VmId)> unpause_vm{
    "unpause_vm", {"repo_id", "vm_id"}, k32, Effect::kMutates, "Lets a paused VM run again."};

}  // namespace trestle::ovm3::api::hypervisor

#endif  // TRESTLE_OBJECTS_OVM3_API_HYPERVISOR_H_
