// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_STORAGE_PLUGIN_H_
#define TRESTLE_OBJECTS_OVM3_API_STORAGE_PLUGIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.storageplugin.StoragePlugin.
namespace trestle::ovm3::api::storage_plugin {

inline constexpr Service<XmlText()> discover_storage_plugins{
    "discover_storage_plugins",
    {},
    k32 | k34,
    Effect::kReads,
    "Describes the installed storage plugins: version, kind, abilities."};

inline constexpr Service<void(Value)> storage_iSCSI_deletePortal{
    "storage_iSCSI_deletePortal",
    {"portal"},
    k32,
    Effect::kMutates,
    "Removes an iSCSI portal from the host's records."};

inline constexpr Service<void(Value, Value)> storage_iSCSI_logoutTarget{
    "storage_iSCSI_logoutTarget",
    {"target", "portal"},
    k32,
    Effect::kMutates,
    "Ends the session with an iSCSI target."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_addToAccessGroup{
    "storage_plugin_addToAccessGroup",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Puts initiators or clients into an access group."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_clone{
    "storage_plugin_clone",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Has the storage clone an element or file."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_cloneFromSnap{
    "storage_plugin_cloneFromSnap",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Has the storage clone a snapshot."};

inline constexpr Service<Struct(std::string, Struct, Struct, std::string, std::string,
                                std::int64_t)>
    storage_plugin_create{
        "storage_plugin_create",
        {"impl_name", "ss", "fs", "path", "type", "size"},
        k32 | k33,
        Effect::kMutates,
        "Makes a file, a folder or an element of the given size in bytes and answers its record."};

inline constexpr Service<Value(std::string, Struct, Value)> storage_plugin_createAccessGroups{
    "storage_plugin_createAccessGroups",
    {"impl_name", "ss", "grps"},
    k32,
    Effect::kMutates,
    "Makes access groups."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_createFileSystem{
    "storage_plugin_createFileSystem",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Makes a file system."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_createMultiSnap{
    "storage_plugin_createMultiSnap",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Snapshots several elements at one moment."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_createSnap{
    "storage_plugin_createSnap",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Snapshots an element or file."};

inline constexpr Service<void(std::string, Struct, Struct, Struct)> storage_plugin_destroy{
    "storage_plugin_destroy",
    {"impl_name", "ss", "fs", "file"},
    k32 | k33,
    Effect::kMutates,
    "Deletes a file, a folder or an element."};

inline constexpr Service<void(std::string, Rest<Value>)> storage_plugin_destroyFileSystem{
    "storage_plugin_destroyFileSystem",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Deletes a file system with what it holds."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_deviceResize{
    "storage_plugin_deviceResize",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Lets the host take over an element's new size."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_deviceSizeRefresh{
    "storage_plugin_deviceSizeRefresh",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Has a device's size read anew."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_deviceTeardown{
    "storage_plugin_deviceTeardown",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Removes an element's device nodes from the host."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_discover{
    "storage_plugin_discover",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Searches for storages or their elements."};

inline constexpr Service<Array(std::string, Struct, std::optional<Struct>)>
    storage_plugin_getAccessGroups{"storage_plugin_getAccessGroups",
                                   {"impl_name", "ss", "fs"},
                                   k32,
                                   Effect::kReads,
                                   "Shows who may reach the storage, group by group."};

inline constexpr Service<Struct(std::string, Struct)> storage_plugin_getCapabilities{
    "storage_plugin_getCapabilities",
    {"impl_name", "ss"},
    k32,
    Effect::kReads,
    "Tells what the plugin can do with this storage."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getCloneLimits{
    "storage_plugin_getCloneLimits",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Tells the limits on clones."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getCurrentClones{
    "storage_plugin_getCurrentClones",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Lists the clones there are."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getCurrentSnaps{
    "storage_plugin_getCurrentSnaps",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Lists the snapshots there are."};

inline constexpr Service<Struct(std::string, Struct, Struct, Struct, std::optional<Value>)>
    storage_plugin_getFileInfo{"storage_plugin_getFileInfo",
                               {"impl_name", "ss", "fs", "file", "file_comp"},
                               k32 | k33,
                               Effect::kReads,
                               "Reads a file's record, sizes in it."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getFileSystemCloneLimits{
    "storage_plugin_getFileSystemCloneLimits",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Tells a file system's limits on clones."};

inline constexpr Service<Struct(std::string, Struct, Struct)> storage_plugin_getFileSystemInfo{
    "storage_plugin_getFileSystemInfo",
    {"impl_name", "ss", "fs"},
    k32 | k33,
    Effect::kReads,
    "Reads a file system's record, total and free size in it."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getFileSystemSnapLimits{
    "storage_plugin_getFileSystemSnapLimits",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Tells a file system's limits on snapshots."};

inline constexpr Service<Struct(std::string, Struct, std::optional<Value>)> storage_plugin_getInfo{
    "storage_plugin_getInfo",
    {"impl_name", "ss", "se"},
    k32,
    Effect::kReads,
    "Shows the record of an array, or of an element if one is named."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getQoSList{
    "storage_plugin_getQoSList",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Lists the service levels on offer."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getSnapLimits{
    "storage_plugin_getSnapLimits",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Tells the limits on snapshots."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_getStatus{
    "storage_plugin_getStatus",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Tells an element's status."};

inline constexpr Service<Array(std::string, Struct)> storage_plugin_getStorageNames{
    "storage_plugin_getStorageNames",
    {"impl_name", "ss"},
    k32,
    Effect::kReads,
    "Lists the storages behind one address."};

inline constexpr Service<Struct(std::string, Struct)> storage_plugin_getStorageServerInfo{
    "storage_plugin_getStorageServerInfo",
    {"impl_name", "ss"},
    k32,
    Effect::kReads,
    "Reads a storage server's record."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_isCloneable{
    "storage_plugin_isCloneable",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Says whether something can be cloned."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_isRestorable{
    "storage_plugin_isRestorable",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Says whether a snapshot can be rolled back to."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_isSnapable{
    "storage_plugin_isSnapable",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Says whether something can be snapshotted."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_list{
    "storage_plugin_list",
    {"impl_name", "args"},
    k32,
    Effect::kReads,
    "Names the elements or files there are."};

inline constexpr Service<Array(std::string, Struct)> storage_plugin_listFileSystems{
    "storage_plugin_listFileSystems",
    {"impl_name", "ss"},
    k32,
    Effect::kReads,
    "Describes each file system that a storage server offers."};

inline constexpr Service<Array(std::string, Struct)> storage_plugin_listMountPoints{
    "storage_plugin_listMountPoints",
    {"impl_name", "ss"},
    k32,
    Effect::kReads,
    "Lists where the host has this storage mounted."};

inline constexpr Service<Struct(std::string, Struct, Struct, std::string, std::string, bool,
                                std::vector<std::string>)>
    storage_plugin_mount{
        "storage_plugin_mount",
        {"impl_name", "ss", "fs", "mount_point", "option", "active", "option_list"},
        k32 | k33,
        Effect::kMutates,
        "Mounts a file system, stamps its root and answers its record."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_offline{
    "storage_plugin_offline",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Takes an element out of use."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_online{
    "storage_plugin_online",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Puts an element into use."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_refresh{
    "storage_plugin_refresh",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Has the storage's state read anew."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_remove{
    "storage_plugin_remove",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Deletes an element from the storage."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_removeAccessGroups{
    "storage_plugin_removeAccessGroups",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Dissolves access groups."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_removeFromAccessGroup{
    "storage_plugin_removeFromAccessGroup",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Drops initiators or clients from an access group."};

inline constexpr Service<Value(std::string, Struct, Value, Value)> storage_plugin_renameAccessGroup{
    "storage_plugin_renameAccessGroup",
    {"impl_name", "ss", "name", "new_name"},
    k32,
    Effect::kMutates,
    "Gives an access group another name."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_resize{
    "storage_plugin_resize",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Resizes a file or element."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_resizeFileSystem{
    "storage_plugin_resizeFileSystem",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Resizes a file system."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_setQoS{
    "storage_plugin_setQoS",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Chooses a service level."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_snapRemove{
    "storage_plugin_snapRemove",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Deletes a snapshot."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_snapRestore{
    "storage_plugin_snapRestore",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Rolls back to a snapshot."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_splitClone{
    "storage_plugin_splitClone",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Cuts a clone loose from its origin."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_start{
    "storage_plugin_start",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Starts an element's service."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_startPresent{
    "storage_plugin_startPresent",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Presents an element to an access group."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_stop{
    "storage_plugin_stop",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Stops an element's service."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_stopPresent{
    "storage_plugin_stopPresent",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Withdraws an element from an access group."};

inline constexpr Service<void(std::string, Struct, Struct, std::string, bool)>
    storage_plugin_unmount{"storage_plugin_unmount",
                           {"impl_name", "ss", "fs", "mount_point", "active"},
                           k32,
                           Effect::kMutates,
                           "Unmounts a file system of the storage from the host."};

inline constexpr Service<Value(std::string, Rest<Value>)> storage_plugin_updateSERecords{
    "storage_plugin_updateSERecords",
    {"impl_name", "args"},
    k32,
    Effect::kMutates,
    "Brings the host's element records up to date after a change."};

inline constexpr Service<Value(std::string, Struct)> storage_plugin_validate{
    "storage_plugin_validate",
    {"impl_name", "ss"},
    k32,
    Effect::kReads,
    "Tests a storage's address and credentials."};

}  // namespace trestle::ovm3::api::storage_plugin

#endif  // TRESTLE_OBJECTS_OVM3_API_STORAGE_PLUGIN_H_
