// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_WIRE_SHAPE_H_
#define TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_WIRE_SHAPE_H_

#include <string>
#include <vector>

namespace trestle::simulator {

/// What differs between two HTTP bodies besides their values, one line for each place: the tag of a
/// value (untyped is none), the names of the members of a struct, result or fault, and inside texts
/// that are XML documents the elements and attributes, by their paths. Empty arrays and folders
/// fit everything, since nothing is known of what they would hold.
[[nodiscard]] std::vector<std::string> shape_differences(const std::string& recorded,
                                                         const std::string& simulated);

/// The faultString of a body, "" if it holds no fault.
[[nodiscard]] std::string fault_text(const std::string& body);

}  // namespace trestle::simulator

#endif  // TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_WIRE_SHAPE_H_
