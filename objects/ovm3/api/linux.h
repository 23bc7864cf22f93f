// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_LINUX_H_
#define TRESTLE_OBJECTS_OVM3_API_LINUX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.host.linux.Linux.
namespace trestle::ovm3::api::linux_host {

inline constexpr Service<Value(Value, Value)> configure_yum{
    "configure_yum",
    {"section", "params"},
    k32,
    Effect::kMutates,
    "Edits one section of yum's configuration."};

inline constexpr Service<void(std::string, std::string, std::optional<bool>, std::optional<Value>)>
    copy_file{"copy_file",
              {"src", "dst", "sparse", "update_period"},
              k32 | k33,
              Effect::kMutates,
              "Copies a file within the host, with holes for zeros if sparse is true; takes as "
              "long as the copy."};

inline constexpr Service<Value(std::string)> delete_yum_repo{
    "delete_yum_repo",
    {"repo_id"},
    k32,
    Effect::kMutates,
    "Removes the definition of one yum repository."};

inline constexpr Service<void()> disable_ntp{
    "disable_ntp", {}, k32, Effect::kIdempotent, "Stops the NTP service now and for later boots."};

inline constexpr Service<XmlText()> discover_hardware{
    "discover_hardware",
    {},
    k32 | k33 | k34,
    Effect::kReads,
    "Tells CPUs, memory in pages, SCSI hosts, iSCSI initiator and BIOS data."};

inline constexpr Service<XmlText(Rest<std::string>)> discover_mounted_file_systems{
    "discover_mounted_file_systems",
    {"args"},
    k32 | k33 | k34,
    Effect::kReads,
    "Lists the mounts of the named file system types, or all mounts."};

inline constexpr Service<XmlText(Rest<std::string>)> discover_physical_luns{
    "discover_physical_luns",
    {"args"},
    k32 | k34,
    Effect::kReads,
    "Lists the disks and iSCSI targets that the host sees; one empty text asks for all."};

inline constexpr Service<XmlText()> discover_server{
    "discover_server",
    {},
    k32 | k33 | k34,
    Effect::kReads,
    "Tells the host's identity, versions, owner, pool, roles, clock state and abilities."};

inline constexpr Service<void()> enable_ntp{
    "enable_ntp", {}, k32, Effect::kIdempotent, "Starts the NTP service now and for later boots."};

inline constexpr Service<Value(Value, Value, Value, Value, std::optional<Value>)> export_fs{
    "export_fs",
    {"export_uuid", "export_type", "client", "path", "options"},
    k32,
    Effect::kMutates,
    "Exports a path of this host to a client."};

inline constexpr Service<Array()> get_datetime{
    "get_datetime",
    {},
    k32 | k34,
    Effect::kReads,
    "Tells the host's clock as year, month, day, hour, minute and second."};

inline constexpr Service<Struct()> get_last_boot_time{
    "get_last_boot_time",
    {},
    k32 | k34,
    Effect::kReads,
    "Tells boot time and present time in seconds since 1970, as int or i8."};

inline constexpr Service<Struct(std::vector<std::string>)> get_log{
    "get_log", {"loglist"}, k32 | k34, Effect::kReads, "Gives the text of each named log."};

inline constexpr Service<Array()> get_ntp{
    "get_ntp",
    {},
    k32 | k34,
    Effect::kReads,
    "Tells the NTP servers, whether the own clock is a source, and whether NTP runs."};

inline constexpr Service<Value()> get_support_files{
    "get_support_files", {}, k32, Effect::kReads, "Gathers files for a support case."};

inline constexpr Service<Array()> get_timezone{
    "get_timezone",
    {},
    k32 | k34,
    Effect::kReads,
    "Tells the zone name and whether the hardware clock runs in UTC."};

inline constexpr Service<Value()> get_yum_config{
    "get_yum_config", {}, k32, Effect::kReads, "Shows how yum is configured."};

inline constexpr Service<Value(Value, std::optional<Value>)> install_package{
    "install_package",
    {"pkg_data", "option"},
    k32,
    Effect::kMutates,
    "Installs packages that are sent along or named."};

inline constexpr Service<Value(std::optional<Value>)> list_package{
    "list_package",
    {"name"},
    k32,
    Effect::kReads,
    "Lists installed packages, by name if one is given."};

inline constexpr Service<Value(Value, std::string)> notify_manager{
    "notify_manager",
    {"notification", "data"},
    k32,
    Effect::kMutates,
    "Sends an event to the manager that owns the host."};

inline constexpr Service<Value(std::string, Rest<Value>)> ovs_async_proc{
    "ovs_async_proc",
    {"func", "args"},
    k32,
    Effect::kMutates,
    "Starts another service in the background and answers its process number."};

inline constexpr Service<Value(Value)> ovs_async_proc_status{
    "ovs_async_proc_status",
    {"pid"},
    k32,
    Effect::kReads,
    "Tells how a background process stands."};

inline constexpr Service<Value(Value)> ovs_async_proc_stop{
    "ovs_async_proc_stop", {"pid"}, k32, Effect::kMutates, "Ends a background process."};

inline constexpr Service<Value(std::string, Value, std::optional<Value>, std::optional<Value>,
                               std::optional<Value>, std::optional<Value>, std::optional<Value>)>
    ovs_download_file{
        "ovs_download_file",
        {"url", "filename", "option", "obj", "obj_current", "obj_total", "update_period"},
        k32,
        Effect::kMutates,
        "Fetches a URL into a file of the host."};

inline constexpr Service<void(std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                              std::int64_t)>
    set_datetime{"set_datetime",
                 {"year", "month", "day", "hour", "min", "sec"},
                 k32,
                 Effect::kMutates,
                 "Sets the host's clock; a late repeat would turn it back."};

inline constexpr Service<void(std::vector<std::string>, bool, std::optional<bool>)> set_ntp{
    "set_ntp",
    {"servers", "local_time_source", "allow_query"},
    k32,
    Effect::kIdempotent,
    "Writes the list of NTP servers, whether the own clock may serve as a source, and whether "
    "others may ask."};

inline constexpr Service<void(std::int64_t)> set_statistic_interval{
    "set_statistic_interval",
    {"interval"},
    k32,
    Effect::kIdempotent,
    "Sets the number of seconds between two statistics reports to the manager."};

inline constexpr Service<void(std::string, bool)> set_timezone{
    "set_timezone",
    {"timezone", "utc"},
    k32,
    Effect::kIdempotent,
    "Sets the zone and whether the hardware clock runs in UTC."};

inline constexpr Service<Value(Value)> unexport_fs{
    "unexport_fs", {"export_uuid"}, k32, Effect::kMutates, "Withdraws an export."};

inline constexpr Service<Value(Value, std::optional<Value>)> uninstall_package{
    "uninstall_package",
    {"pkg_list", "option"},
    k32,
    Effect::kMutates,
    "Takes packages off the host."};

inline constexpr Service<void(std::string, std::string)> update_agent_password{
    "update_agent_password",
    {"username", "password"},
    k32,
    Effect::kMutates,
    "Gives the agent's user a new password."};

inline constexpr Service<void(std::string, std::string, std::string)> update_agent_password_33{
    "update_agent_password",
    {"username", "password", "old_password"},
    k33,
    Effect::kMutates,
    "The form of 3.3 and later: the old password goes along."};

inline constexpr Service<Value(std::string, std::optional<Value>)> update_core_api_bindings{
    "update_core_api_bindings",
    {"url", "option"},
    k32,
    Effect::kMutates,
    "Fetches the manager's API bindings anew from a URL."};

inline constexpr Service<Value(std::optional<Value>, std::optional<Value>, std::optional<Value>,
                               std::optional<Value>)>
    yum_list_package{"yum_list_package",
                     {"pkgnarrow", "patterns", "showdups", "ignore_case"},
                     k32,
                     Effect::kReads,
                     "Lists packages known to yum."};

inline constexpr Service<Value(std::optional<Value>)> yum_update{
    "yum_update", {"option"}, k32, Effect::kMutates, "Updates the host's packages with yum."};

inline constexpr Service<Struct()> package_get_repositories{
    "package_get_repositories",
    {},
    k34,
    Effect::kReads,
    "Shows where packages come from; 3.4 has it in place of the yum calls."};

inline constexpr Service<Array(Value)> package_list{
    "package_list",
    {"what"},
    k34,
    Effect::kReads,
    "Shows installed packages, or those that could be updated."};

inline constexpr Service<Struct()> get_system_disk_space{
    "get_system_disk_space",
    {},
    k34,
    Effect::kReads,
    "Tells how full the host's own system disk is."};

}  // namespace trestle::ovm3::api::linux_host

#endif  // TRESTLE_OBJECTS_OVM3_API_LINUX_H_
