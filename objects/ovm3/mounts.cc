// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/mounts.h"

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

Mount read_mount(XmlElement element, const std::string& type) {
  Mount mount{.type = type,
              .dir = element.attribute("Dir").value_or(""),
              .device = element.text_of("Device"),
              .host = {},
              .remote_path = {},
              .options = split(element.child("Mount_Options").text(), ',')};
  if (mount.device && type.starts_with("nfs")) {
    // The first ":/" and not the first colon: the host may be an IPv6 address in brackets.
    if (const auto at = mount.device->find(":/"); at != std::string::npos && at > 0) {
      mount.host = mount.device->substr(0, at);
      mount.remote_path = mount.device->substr(at + 1);
    }
  }
  return mount;
}

}  // namespace

std::string_view Mount::last_path_part() const {
  std::string_view path = dir;
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Result<std::vector<Mount>> read_mounts(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Mounted_File_Systems_Result"));
  std::vector<Mount> mounts;
  for (const XmlElement filesystem : document.root().children("Filesystem")) {
    const std::string type = filesystem.attribute("Type").value_or("");
    for (const XmlElement element : filesystem.children("Mount")) {
      mounts.push_back(read_mount(element, type));
    }
  }
  return mounts;
}

Value describe(const Mount& mount) {
  return Struct{{"type", mount.type},
                {"dir", mount.dir},
                {"device", describe(mount.device)},
                {"host", describe(mount.host)},
                {"remote_path", describe(mount.remote_path)},
                {"options", describe(mount.options)},
                {"last_path_part", mount.last_path_part()}};
}

}  // namespace trestle::ovm3
