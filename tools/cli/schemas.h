// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_SCHEMAS_H_
#define TRESTLE_TOOLS_CLI_SCHEMAS_H_

#include <string_view>

/// Shapes of --json documents that are long or used by several verbs (see Verb::schema).
namespace trestle::cli {

inline constexpr std::string_view kServerSchema = R"("any")";
inline constexpr std::string_view kHardwareSchema = R"("any")";
inline constexpr std::string_view kMountSchema = R"("any")";
inline constexpr std::string_view kStoragePluginSchema = R"("any")";
inline constexpr std::string_view kOwnedSchema =
    R"({"hostname": "text?", "manager_unique_id": "text?", "membership_state": "text?", )"
    R"("roles": ["text"]})";
inline constexpr std::string_view kPowerSchema =
    R"({"hostname": "text", "asked_for": "text", "answered": "boolean"})";
inline constexpr std::string_view kNtpSchema =
    R"({"servers": ["text"], "local_time_source": "boolean?", "running": "boolean?"})";
inline constexpr std::string_view kNetworkSchema = R"("any")";
inline constexpr std::string_view kChangedDeviceSchema =
    R"({"device": "text", "present": "boolean", "said": "text", "now": "any"})";
inline constexpr std::string_view kRepositoryListSchema = R"("any")";
inline constexpr std::string_view kRepositorySchema = R"("any")";
inline constexpr std::string_view kRepositoryContentsSchema = R"("any")";
inline constexpr std::string_view kRepositoryRecordSchema = R"("any")";
inline constexpr std::string_view kDiskSchema =
    R"({"name": "text", "repository": "text", "path": "text", "size_bytes": "integer?", )"
    R"("on_disk_bytes": "integer?"})";
inline constexpr std::string_view kDiskListSchema =
    R"([{"name": "text", "repository": "text", "path": "text", "size_bytes": "integer?", )"
    R"("on_disk_bytes": "integer?"}])";
inline constexpr std::string_view kFileSystemSchema =
    R"({"fs_id": "text?", "access_path": "text", "mount_point": "text", )"
    R"("size_bytes": "integer?", "free_bytes": "integer?"})";
inline constexpr std::string_view kPoolSchema = R"("any")";
inline constexpr std::string_view kPoolShowSchema = R"("any")";
inline constexpr std::string_view kVmSchema = R"("any")";
inline constexpr std::string_view kVmStatsSchema = R"("any")";
inline constexpr std::string_view kHostStatsSchema = R"("any")";

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_SCHEMAS_H_
