// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/storage/family.h"

namespace trestle::ovm3 {

Result<schema::ResizeVolumeAnswer> resize_volume(const Task& /*task*/,
                                                 const schema::ResizeVolumeCommand& command) {
  const std::string path = command.path.value_or("the volume");
  if (command.newSize && command.newSize == command.currentSize) {
    auto answer = done<schema::ResizeVolumeAnswer>(path + " is to keep its size: nothing to do");
    answer.newSize = *command.newSize;
    return answer;
  }
  return fail(Code::kUnimplemented,
              path +
                  " cannot be resized: the arguments of the agent's calls for it "
                  "(storage_plugin_resize, storage_plugin_deviceResize) are not known; copy it "
                  "to a volume of the wanted size from within a VM");
}

}  // namespace trestle::ovm3
