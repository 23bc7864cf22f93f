// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_BENCH_BODIES_H_
#define TRESTLE_TESTS_BENCH_BODIES_H_

#include <cstddef>
#include <string>

namespace trestle::bench {

/// A list_vms reply with `vms` guests: names, nesting and sizes of a real host's reply (about 4.6
/// kB for each guest with one disk, one NIC and a frame buffer), values of our own.
std::string list_vms_body(std::size_t vms);

}  // namespace trestle::bench

#endif  // TRESTLE_TESTS_BENCH_BODIES_H_
