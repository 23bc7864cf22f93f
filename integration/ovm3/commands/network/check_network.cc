// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/commands/network/family.h"
#include "integration/ovm3/nic_request.h"
#include "integration/schema/generated/network_types.h"

namespace trestle::ovm3 {
namespace {

struct WantedLabel {
  std::string label;
  std::string where;  ///< "guest traffic of physical network 200"
};

std::vector<WantedLabel> wanted_labels(const schema::CheckNetworkCommand& command) {
  std::vector<WantedLabel> wanted;
  if (!command.networkInfoList) return wanted;
  for (const schema::PhysicalNetworkSetupInfo& info : *command.networkInfoList) {
    const auto add = [&](const std::optional<std::string>& label, const char* traffic) {
      if (!label || label->empty()) return;  // this network carries no such traffic
      std::string where = std::string(traffic) + " traffic";
      if (info.physicalNetworkId) {
        where += " of physical network " + std::to_string(*info.physicalNetworkId);
      }
      wanted.push_back({.label = *label, .where = std::move(where)});
    };
    add(info.guestNetworkName, "guest");
    add(info.privateNetworkName, "private");
    add(info.publicNetworkName, "public");
    add(info.storageNetworkName, "storage");
  }
  return wanted;
}

}  // namespace

Result<schema::CheckNetworkAnswer> check_network(const Task& task,
                                                 const schema::CheckNetworkCommand& command) {
  const std::vector<WantedLabel> wanted = wanted_labels(command);
  std::vector<std::string> labels;
  for (const WantedLabel& one : wanted) labels.push_back(one.label);
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<LabelFault> faults,
                           check_labels(task.ctx, place_host(task), labels));
  schema::CheckNetworkAnswer answer;
  answer.result = faults.empty();
  answer.details = "Network Setup check by names is done";
  if (faults.empty()) return answer;
  std::string missing;
  for (const LabelFault& fault : faults) {
    for (const WantedLabel& one : wanted) {
      if (one.label != fault.label) continue;
      missing += (missing.empty() ? "" : "; ") + one.where + ": " + fault.why;
    }
  }
  answer.details = std::move(missing);
  return answer;
}

}  // namespace trestle::ovm3
