// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_TEMPLATE_PROPERTIES_H_
#define TRESTLE_OBJECTS_CORE_TEMPLATE_PROPERTIES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/units.h"

namespace trestle {

/// The file that makes a folder on secondary storage a template for CloudStack.
inline constexpr std::string_view kTemplateProperties = "template.properties";

/// What it says of a raw image. A value.
struct TemplateProperties {
  std::uint64_t id = 0;
  std::string unique_name;
  std::string file;  ///< name of the image beside it
  std::string description;
  Bytes size;  ///< of the disk, and of the file: a raw image has one size
  bool hvm = false;
  bool is_public = false;
};

/// The lines as CloudStack's own installers write them; whatever stands in `description` stays one
/// value.
[[nodiscard]] std::string to_text(const TemplateProperties& properties);

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_TEMPLATE_PROPERTIES_H_
