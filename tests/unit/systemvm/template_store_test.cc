// SPDX-License-Identifier: Apache-2.0
#include "systemvm/template_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/systemvm/image_scene.h"

namespace trestle::systemvm {
namespace {

using ::testing::ElementsAre;

TEST(TemplateProperties, AreReadAsJavaWritesThem) {
  const std::map<std::string, std::string> want{{"filename", "a=b.raw"},
                                                {"tab", "a\tb"},
                                                {"back", "C:\\x"},
                                                {"word", "\xC3\xA9"},
                                                {"pair", "\xF0\x9F\x98\x80!"},
                                                {"half",
                                                 "\xEF\xBF\xBD"
                                                 "0"},
                                                {"short", "u12"},
                                                {"empty", ""}};
  EXPECT_EQ(
      parse_properties("#Thu Jan 01\r\n!x=1\nfilename=a\\=b.raw\r\ntab=a\\tb\nback=C\\:\\\\x\n"
                       "word=\\u00e9\npair=\\uD83D\\uDE00!\nhalf=\\uD83D0\n"
                       "short=\\u12\nno sign\nempty="),
      want);
}

class Store : public ::testing::Test {
 protected:
  void SetUp() override {
    write_file(folder / "in.raw", small_disk(1U << 20U));
    std::filesystem::create_directories(folder / "secondary/template/tmpl/1/12");
  }
  void describe(const std::string& properties) {
    write_file(folder / "secondary/template/tmpl/1/12/template.properties", properties);
  }
  /// Names in the folder of template 12 after it was installed with force.
  std::vector<std::string> installed() {
    ConvertOptions options;
    options.replace = Replace::kAllowed;
    const auto store = TemplateStore::open(folder / "secondary");
    EXPECT_TRUE(store->install(a_minute(), folder / "in.raw", 12, "new", options).has_value());
    std::vector<std::string> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder / "secondary/template/tmpl/1/12")) {
      found.push_back(entry.path().filename());
    }
    std::ranges::sort(found);
    return found;
  }
  Folder folder;
};

TEST_F(Store, TakesAwayNothingOfWhatItHasJustInstalledWhateverTheOldPropertiesNamed) {
  for (const std::string name : {"template.properties", "systemvm-12.raw.manifest.json", "..", ".",
                                 "../../../../../in.raw", "gone.raw", ""}) {
    write_file(folder / "secondary/template/tmpl/1/12/systemvm-12.raw.manifest.json", "{}");
    describe("filename=" + name + "\n");
    EXPECT_THAT(installed(), ElementsAre("systemvm-12.raw", "systemvm-12.raw.manifest.json",
                                         "template.properties"))
        << name;
    EXPECT_EQ(TemplateStore::open(folder / "secondary")->list()->front().description, "new");
    EXPECT_TRUE(std::filesystem::exists(folder / "in.raw"));
  }
}

}  // namespace
}  // namespace trestle::systemvm
