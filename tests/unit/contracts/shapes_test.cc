// SPDX-License-Identifier: Apache-2.0
// The contracts can be implemented: a plugin in small, that knows commands only from the schema.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/contracts/discoverer.h"
#include "integration/contracts/fence_builder.h"
#include "integration/contracts/guru.h"
#include "integration/contracts/hypervisor_resource.h"
#include "integration/contracts/investigator.h"
#include "integration/contracts/listener.h"
#include "integration/contracts/orchestrator.h"
#include "integration/contracts/resource_state_adapter.h"
#include "integration/contracts/storage_processor.h"
#include "integration/contracts/virtual_router_deployer.h"
#include "integration/schema/generated/all.h"

namespace trestle::contracts {
namespace {

/// A host that knows health checks only.
class SmallResource final : public HypervisorResource {
 public:
  Result<void> configure(const Configuration& configuration) override {
    if (configuration.values.contains("guid")) return {};
    return fail(Code::kInvalidArgument, "setting guid is missing");
  }
  Result<std::vector<schema::Object>> initialize(const CallContext& /*ctx*/) override {
    return std::vector{schema::Object(schema::StartupRoutingCommand{})};
  }
  Result<schema::Object> current_status(const CallContext& /*ctx*/) override {
    return fail(Code::kUnavailable, "nobody answers there");
  }
  schema::Object execute(const CallContext& /*ctx*/, const schema::Object& command) override {
    if (command.as<schema::CheckHealthCommand>() != nullptr) {
      return schema::Object(schema::CheckHealthAnswer{.result = true});
    }
    return schema::Object(
        schema::UnsupportedAnswer{.details = std::string(command.type().java_class)});
  }
  void disconnected() override {}
  [[nodiscard]] std::string platform() const override { return "Small"; }
};

/// An orchestrator with two hosts in its books.
class SmallOrchestrator final : public Orchestrator {
 public:
  Result<std::vector<HostRecord>> hosts_of_cluster(const CallContext& /*ctx*/,
                                                   std::int64_t cluster) override {
    std::vector<HostRecord> found;
    for (const auto& [guid, host] : books_) {
      if (host.cluster == cluster) found.push_back(host);
    }
    if (found.empty()) return fail(Code::kNotFound, "no cluster " + std::to_string(cluster));
    return found;
  }
  Result<std::optional<HostRecord>> host_by_guid(const CallContext& /*ctx*/,
                                                 std::string_view guid) override {
    const auto found = books_.find(guid);
    if (found == books_.end()) return std::optional<HostRecord>();
    return std::optional(found->second);
  }
  Result<std::optional<HostRecord>> host_by_id(const CallContext& /*ctx*/,
                                               std::int64_t host) override {
    for (const auto& [guid, record] : books_) {
      if (record.id == host) return std::optional(record);
    }
    return std::optional<HostRecord>();
  }
  Result<schema::Object> send(const CallContext& ctx, std::int64_t host,
                              const schema::Object& command) override {
    if (host != 1) return fail(Code::kUnavailable, "host " + std::to_string(host) + " is not up");
    return resource_.execute(ctx, command);
  }

 private:
  std::map<std::string, HostRecord, std::less<>> books_{
      {"a", {.id = 1, .guid = "a", .cluster = 7, .state = HostState::kUp}},
      {"b", {.id = 2, .guid = "b", .cluster = 7, .state = HostState::kDown}}};
  SmallResource resource_;
};

TEST(Contracts, CarryCommandsToAHostAndAnswersBack) {
  SmallOrchestrator orchestrator;
  const CallContext ctx = context_for(std::chrono::seconds(5));
  const auto hosts = orchestrator.hosts_of_cluster(ctx, 7);
  ASSERT_TRUE(hosts);
  EXPECT_EQ(hosts->size(), 2U);
  const auto answer = orchestrator.send(ctx, 1, schema::Object(schema::CheckHealthCommand{}));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(schema::result_of(*answer));
  const auto refused = orchestrator.send(ctx, 1, schema::Object(schema::StartCommand{}));
  ASSERT_TRUE(refused) << "an answer that says no is an answer";
  EXPECT_FALSE(schema::result_of(*refused));
  EXPECT_EQ(*schema::details_of(*refused), "com.cloud.agent.api.StartCommand");
  EXPECT_EQ(orchestrator.send(ctx, 2, schema::Object(schema::CheckHealthCommand{})).error().code,
            Code::kUnavailable);
  EXPECT_FALSE(*orchestrator.host_by_guid(ctx, "c")) << "not in the books is no error";
}

TEST(Contracts, KeepPasswordsApartFromSettings) {
  const Configuration configuration{.values = {{"guid", "g"}},
                                    .secrets = {{"password", Secret("hunter2")}}};
  EXPECT_EQ(testing::PrintToString(configuration.values).find("hunter2"), std::string::npos);
  EXPECT_EQ(testing::PrintToString(configuration.secrets).find("hunter2"), std::string::npos);
  EXPECT_TRUE(SmallResource().configure(configuration));
  EXPECT_FALSE(SmallResource().configure({}));
}

// Every contract is an abstract class that can be held and destroyed by its base.
template <class T>
constexpr bool kIsContract =
    std::is_abstract_v<T>&& std::has_virtual_destructor_v<T> && !std::is_copy_constructible_v<T>;
static_assert(kIsContract<HypervisorResource> && kIsContract<Discoverer> &&
              kIsContract<HypervisorGuru>);
static_assert(kIsContract<StorageProcessor> && kIsContract<FenceBuilder> &&
              kIsContract<Investigator>);
static_assert(kIsContract<Listener> && kIsContract<ResourceStateAdapter> &&
              kIsContract<VirtualRouterDeployer>);
static_assert(kIsContract<Orchestrator>);

}  // namespace
}  // namespace trestle::contracts
