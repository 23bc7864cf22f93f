// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_STORAGE_FILES_H_
#define TRESTLE_TOOLS_SIMULATOR_STORAGE_FILES_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "tools/simulator/model.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {

/// Written by storage_plugin_mount at the root of a file system; without it the generic plugin
/// makes no files there.
inline constexpr std::string_view kStampFile = ".generic_fs_stamp";

struct Space {
  std::uint64_t size_bytes = 0;
  std::uint64_t free_bytes = 0;
};

/// Size of the export that holds `device` and what is left of it: its size less the blocks that its
/// files take.
[[nodiscard]] Try<Space> space_of(Estate& estate, std::string_view device);

/// Copies a file without its holes: blocks of zeros are not written. Writes to a temporary name
/// beside `to` and renames, so that half a copy is never seen. Faults: errno of the step that
/// failed, errno 28 if the export of `to` has no room.
[[nodiscard]] std::optional<Fault> copy_sparse(Estate& estate, const std::filesystem::path& from,
                                               const std::filesystem::path& to);

/// How long moving this file takes on the simulated clock.
[[nodiscard]] Span copy_time(const Estate& estate, const std::filesystem::path& file);

/// Mounts `device` on `dir`: done if it is there already, errno 16 if something else is, errno 2
/// without such a device.
[[nodiscard]] std::optional<Fault> mount_device(const Call& call, std::string_view device,
                                                std::string_view dir);
/// errno 22 if nothing is mounted there, errno 16 if a guest of the host has a disk below it.
[[nodiscard]] std::optional<Fault> unmount_dir(const Call& call, std::string_view dir);

/// True if a guest of any host has a disk at `real` or below it, by whatever path it names it.
[[nodiscard]] bool is_in_use(Estate& estate, const std::filesystem::path& real);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_STORAGE_FILES_H_
