// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/name_uuid.h"

#include <gtest/gtest.h>

namespace trestle::ovm3 {
namespace {

// The numbers are those of Python's uuid.UUID(bytes=md5(name), version=3) and of Java's
// UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).
TEST(NameUuid, IsTheOneThatJavaMakes) {
  EXPECT_EQ(name_uuid("i-2-3-VM"), "868a6627-c3b0-3d9b-aea4-f279cbaa253b");
  EXPECT_EQ(name_uuid("i-2-7-VM"), "7efbdbe0-3d01-3b22-a8a0-1d41c6f2502f");
  EXPECT_EQ(name_uuid(""), "d41d8cd9-8f00-3204-a980-0998ecf8427e");
  EXPECT_EQ(vm_id_of_name("i-2-3-VM").text(), name_uuid("i-2-3-VM"));
  EXPECT_NE(vm_id_of_name("i-2-3-VM"), vm_id_of_name("i-2-33-VM"));
}

}  // namespace
}  // namespace trestle::ovm3
