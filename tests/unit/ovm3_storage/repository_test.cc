// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "objects/ovm3/id_forms.h"
#include "tests/support/mock_transport.h"
#include "tests/unit/ovm3_storage/fixtures.h"

namespace trestle::ovm3 {
namespace {

using ::testing::_;
using testing::a_minute;
using testing::Answers;
using testing::Calls;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using testing::MockTransport;
using testing::repository_id;
using ::testing::StrictMock;
using testing::synthetic;

const std::string kFirst(testing::kRepositoryText);
const std::string kSecond = "0004fb0000030000bbbbbbbbbbbbbbb2";

Value document_of(const char* sample) { return synthetic(sample).root().to_value(); }

TEST(Repositories, EachKeepsItsOwnContentsWhenSeveralAreListed) {
  // known defect 19: contents were looked up by the argument, so one list served for all.
  const auto list = read_repositories(synthetic("discover_repositories--two").root());
  ASSERT_TRUE(list.has_value()) << list.error().message();
  ASSERT_EQ(list->repositories.size(), 2U);
  const RepositoryContents& first = list->repositories[0];
  EXPECT_EQ(first.id.text(), kFirst);
  EXPECT_EQ(first.alias, "fast");
  EXPECT_THAT(first.assemblies, ElementsAre("appliance"));
  EXPECT_THAT(first.templates,
              ElementsAre(RepositoryFolder{.name = "el6", .files = {"vm.cfg", "el6.img"}}));
  EXPECT_THAT(first.virtual_disks, ElementsAre("a.img", "b.img"));
  EXPECT_THAT(first.isos, IsEmpty());
  const RepositoryContents& second = list->repositories[1];
  EXPECT_THAT(second.templates, IsEmpty());
  EXPECT_THAT(second.virtual_machines, IsEmpty());
  EXPECT_THAT(second.virtual_disks, ElementsAre("c.img"));
  EXPECT_THAT(second.isos, ElementsAre("boot.iso"));
  EXPECT_EQ(second.alias, std::nullopt);
  EXPECT_EQ(second.manager, std::nullopt);
}

TEST(Repositories, AskForEachByTheIdAsItCame) {
  StrictMock<MockTransport> transport;
  const auto dashed = RepositoryId::parse(with_dashes(kSecond));
  const std::array<RepositoryId, 2> ids{repository_id(), *dashed};
  EXPECT_CALL(transport,
              round_trip(_, Calls("discover_repositories", Array{kFirst, with_dashes(kSecond)})))
      .WillOnce(Answers(document_of("discover_repositories--two")));
  const auto found = discover_repositories(a_minute(), Agent(transport), ids);
  ASSERT_TRUE(found.has_value()) << found.error().message();
  EXPECT_EQ(found->size(), 2U);
}

TEST(Repositories, IsFoundInTheOtherFormOfItsId) {
  // known defect 19: the asked form and the told form of an id may differ.
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("discover_repositories", Array{kSecond})))
      .WillOnce(Answers(document_of("discover_repositories--two")));
  const auto contents =
      Repository(Agent(transport), *RepositoryId::parse(kSecond)).contents(a_minute());
  ASSERT_TRUE(contents.has_value()) << contents.error().message();
  EXPECT_THAT(contents->virtual_disks, ElementsAre("c.img"));
  EXPECT_EQ(contents->id.text(), "0004FB00-0003-0000-BBBB-BBBBBBBBBBB2");
}

TEST(Repositories, SayThatAnUnknownOneIsNotThere) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("discover_repositories", Array{kFirst})))
      .WillOnce(Answers(document_of("discover_repositories--unknown")));
  const auto contents = Repository(Agent(transport), repository_id()).contents(a_minute());
  ASSERT_THAT(contents, FailsWith(Code::kNotFound));
  EXPECT_EQ(contents.error().service, "discover_repositories");
  EXPECT_EQ(contents.error().host, "host.example:8899");
}

TEST(Repositories, TellVmsFromWhateverElseLiesInTheFolder) {
  const auto list = read_repositories(synthetic("discover_repositories--two").root());
  ASSERT_TRUE(list.has_value());
  const auto& contents = list->repositories[0];
  EXPECT_EQ(contents.virtual_machines.size(), 3U);
  ASSERT_EQ(contents.vms().size(), 1U);
  EXPECT_EQ(contents.vms()[0].text(), "i-2-3-VM");
}

TEST(RepositoryRecords, TellMountedFromUnmounted) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("discover_repository_db", Array{})))
      .Times(2)
      .WillRepeatedly(Answers(document_of("discover_repository_db--two")));
  const auto records = discover_repository_db(a_minute(), Agent(transport));
  ASSERT_TRUE(records.has_value()) << records.error().message();
  ASSERT_EQ(records->size(), 2U);
  EXPECT_TRUE((*records)[0].mounted());
  EXPECT_EQ((*records)[0].alias, "fast & small");
  EXPECT_FALSE((*records)[1].mounted());
  EXPECT_EQ((*records)[1].mount_point, std::nullopt);
  EXPECT_EQ((*records)[1].manager, std::nullopt);
  // In the other form of the id.
  const auto one =
      Repository(Agent(transport), *RepositoryId::parse(with_dashes(kSecond))).record(a_minute());
  ASSERT_TRUE(one.has_value()) << one.error().message();
  EXPECT_EQ(*one, (*records)[1]);
}

TEST(RepositoryRecords, SayThatAnUnknownOneIsNotThere) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _)).WillOnce(Answers("<Discover_Repository_Db_Result/>"));
  EXPECT_THAT(Repository(Agent(transport), repository_id()).record(a_minute()),
              FailsWith(Code::kNotFound));
}

struct BadDocument {
  const char* name;
  const char* text;
};

class BadRepositoryDocumentTest : public ::testing::TestWithParam<BadDocument> {};

TEST_P(BadRepositoryDocumentTest, IsABadReply) {
  const Reply reply = Reply::from(GetParam().text);
  EXPECT_THAT(read_repository_db(reply.root()), FailsWith(Code::kBadReply));
  EXPECT_THAT(read_repositories(reply.root()), FailsWith(Code::kBadReply));
}

INSTANTIATE_TEST_SUITE_P(
    Documents, BadRepositoryDocumentTest,
    ::testing::Values(BadDocument{"Empty", ""}, BadDocument{"NoXml", "Repositories: none"},
                      BadDocument{"OtherRoot", "<Discover_Server_Result/>"},
                      BadDocument{"CutOff", "<Discover_Repository_Db_Result><RepositoryDbList>"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(RepositoryRecords, ARepositoryWithoutIdIsABadReply) {
  const Reply db = Reply::from(
      "<Discover_Repository_Db_Result><RepositoryDbList><Repository><Alias>x</Alias></Repository>"
      "</RepositoryDbList></Discover_Repository_Db_Result>");
  EXPECT_THAT(read_repository_db(db.root()), FailsWith(Code::kBadReply));
  const Reply list = Reply::from(
      "<Discover_Repositories_Result><RepositoryList><Repository Name='../etc'/></RepositoryList>"
      "</Discover_Repositories_Result>");
  EXPECT_THAT(read_repositories(list.root()), FailsWith(Code::kBadReply));
}

TEST(RepositoryImport, SendsTheUrlsOfATemplateAsOneList) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport,
              round_trip(_, Calls("import_template",
                                  Array{kFirst, "el6", Array{"http://f/a.tgz", "http://f/b.tgz"}})))
      .WillOnce(Answers(Nil{}));
  EXPECT_THAT(Repository(Agent(transport), repository_id())
                  .import_template(a_minute(), "el6", {"http://f/a.tgz", "http://f/b.tgz"}),
              testing::Succeeds());
}

TEST(RepositoryPaths, FollowTheLayoutWithoutDashes) {
  const RepositoryPaths paths(*RepositoryId::parse(with_dashes(kFirst)));
  EXPECT_EQ(paths.root(), "/OVS/Repositories/" + kFirst);
  EXPECT_EQ(paths.folder(kVirtualDisks), paths.root() + "/VirtualDisks");
  EXPECT_EQ(paths.file(kIsos, "boot.iso").value_or(""), paths.root() + "/ISOs/boot.iso");
}

TEST(RepositoryPaths, RefuseNamesThatLeaveTheFolder) {
  const RepositoryPaths paths(repository_id());
  for (const char* name : {"", ".", "..", "../x", "a/b", "a\nb"}) {
    EXPECT_THAT(paths.file(kVirtualDisks, name), FailsWith(Code::kInvalidArgument)) << name;
  }
}

TEST(IdForms, KeepLettersAndLeaveNamesAlone) {
  EXPECT_EQ(with_dashes("0004FB0000030000AAAAAAAAAAAAAAA1"),
            "0004FB00-0003-0000-AAAA-AAAAAAAAAAA1");
  EXPECT_EQ(without_dashes("0004FB00-0003-0000-AAAA-AAAAAAAAAAA1"),
            "0004FB0000030000AAAAAAAAAAAAAAA1");
  EXPECT_EQ(with_dashes("i-2-3-VM"), "i-2-3-VM");
  EXPECT_EQ(without_dashes("i-2-3-VM"), "i-2-3-VM");
}

}  // namespace
}  // namespace trestle::ovm3
