// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_BOOKS_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_BOOKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integration/contracts/orchestrator.h"
#include "integration/schema/values.h"

namespace trestle::ovm3 {

/// An orchestrator with a list of hosts; `send` answers as the test says.
class Books final : public contracts::Orchestrator {
 public:
  using Send = std::function<Result<schema::Object>(const CallContext&, std::int64_t host,
                                                    const schema::Object&)>;

  Result<std::vector<contracts::HostRecord>> hosts_of_cluster(const CallContext& /*ctx*/,
                                                              std::int64_t cluster) override {
    if (closed) return fail(Code::kUnavailable, "the books are closed");
    std::vector<contracts::HostRecord> found;
    for (const contracts::HostRecord& host : hosts) {
      if (host.cluster == cluster) found.push_back(host);
    }
    return found;
  }
  Result<std::optional<contracts::HostRecord>> host_by_guid(const CallContext& /*ctx*/,
                                                            std::string_view guid) override {
    if (closed) return fail(Code::kUnavailable, "the books are closed");
    for (const contracts::HostRecord& host : hosts) {
      if (host.guid == guid) return std::optional(host);
    }
    return std::optional<contracts::HostRecord>();
  }
  Result<std::optional<contracts::HostRecord>> host_by_id(const CallContext& /*ctx*/,
                                                          std::int64_t id) override {
    if (closed) return fail(Code::kUnavailable, "the books are closed");
    for (const contracts::HostRecord& host : hosts) {
      if (host.id == id) return std::optional(host);
    }
    return std::optional<contracts::HostRecord>();
  }
  Result<schema::Object> send(const CallContext& ctx, std::int64_t host,
                              const schema::Object& command) override {
    return on_send(ctx, host, command);
  }

  /// A host that is up, in cluster 1.
  contracts::HostRecord& add(std::int64_t id, std::string guid) {
    contracts::HostRecord host;
    host.id = id;
    host.name = "host-" + std::to_string(id);
    host.guid = std::move(guid);
    host.platform = "Ovm3";
    host.cluster = 1;
    host.state = contracts::HostState::kUp;
    hosts.push_back(std::move(host));
    return hosts.back();
  }

  std::vector<contracts::HostRecord> hosts;
  bool closed = false;
  Send on_send = [](const CallContext&, std::int64_t, const schema::Object&) {
    return Result<schema::Object>(fail(Code::kUnavailable, "nobody answers"));
  };
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_BOOKS_H_
