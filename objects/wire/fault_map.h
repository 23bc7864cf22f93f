// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_FAULT_MAP_H_
#define TRESTLE_OBJECTS_WIRE_FAULT_MAP_H_

#include "objects/core/error.h"
#include "objects/wire/codec.h"

namespace trestle::wire {

/// Splits "TYPE:TEXT" of a Python agent (2.4: "exceptions.OSError:...", 2.6: "<type
/// 'exceptions.OSError'>:..."), finds errno, and gives the fault a code by the one table in
/// fault_map.cc. The raw text is always kept. `what` of the result is the text without the class.
[[nodiscard]] Error to_error(const Fault& fault);

}  // namespace trestle::wire

#endif  // TRESTLE_OBJECTS_WIRE_FAULT_MAP_H_
