// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_QEMU_IMAGE_H_
#define TRESTLE_SYSTEMVM_QEMU_IMAGE_H_

#include <memory>
#include <span>
#include <string>

#include "systemvm/file.h"
#include "systemvm/image_source.h"

namespace trestle::systemvm {

/// The format that qemu-img reads for us, by the first kFormatBytes of an image: "qcow2", "vmdk",
/// "vdi", "vhdx"; empty for raw and VHD, which are read here.
[[nodiscard]] std::string qemu_format(std::span<const std::byte> first);

/// An image of such a format: qemu-img writes its content into a scratch file beside
/// `scratch_near`. An image that names other files (a backing file, a data file, extents in other
/// folders) is refused, because it could make any file of this machine part of a template. Errors:
/// kFailedPrecondition without qemu-img, kCorruptImage with its words, those of the system.
[[nodiscard]] Result<std::unique_ptr<DiskImage>> open_qemu(const CallContext& ctx,
                                                           const ReadFile& file,
                                                           const std::string& format,
                                                           const std::string& scratch_near);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_QEMU_IMAGE_H_
