// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "helpers/ovm3/storage_place.h"
#include "objects/core/template_properties.h"

namespace trestle::ovm3 {
namespace {

TEST(NfsLocation, IsOneTextForOneExport) {
  // known defect 58
  for (const char* url :
       {"nfs://server/volumes/cs", "nfs://server:/volumes/cs", "nfs://server:2049/volumes/cs",
        "nfs://server//volumes//cs//", "nfs://server:0/volumes/cs", "nfs://server:-1/volumes/cs"}) {
    const auto location = nfs_location_of_url(url);
    ASSERT_TRUE(location) << url << ": " << location.error().message();
    EXPECT_EQ(*location, "server:/volumes/cs") << url;
  }
  EXPECT_EQ(*nfs_location_of_url("nfs://[fd00::1]/a"), "[fd00::1]:/a");
  EXPECT_EQ(nfs_place(*nfs_location_of_url("nfs://s/a/"))->mount_point,
            nfs_place(*nfs_location("s", "/a", -1))->mount_point);
}

TEST(NfsLocation, RefusesWhatIsNone) {
  for (const char* url : {"nfs://", "nfs://server", "nfs://server/", "nfs:///a", "nfs://s/../etc",
                          "nfs://s:port/a", "nfs://a b/c"}) {
    const auto location = nfs_location_of_url(url);
    ASSERT_FALSE(location) << url;
    EXPECT_EQ(location.error().code, Code::kInvalidArgument) << url;
  }
  for (const char* url : {"http://server/a", "cifs://server/a", "server:/a", "nfs://s:4000/a"}) {
    const auto location = nfs_location_of_url(url);
    ASSERT_FALSE(location) << url;
    EXPECT_EQ(location.error().code, Code::kUnimplemented) << url;
  }
}

TEST(TemplateProperties, KeepADescriptionInOneValue) {
  const std::string text = to_text(TemplateProperties{.id = 203,
                                                      .unique_name = "u",
                                                      .file = "x.raw",
                                                      .description = "two\nlines \\ back",
                                                      .size = Bytes{7}});
  EXPECT_NE(text.find("description=two lines \\\\ back\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nvirtualsize=7\n"), std::string::npos);
  EXPECT_NE(text.find("\npublic=false\n"), std::string::npos);
}

}  // namespace
}  // namespace trestle::ovm3
