// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/host_settings.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace trestle::ovm3 {
namespace {

using std::chrono::seconds;

/// Longest wait that may be set: longer ones are slips of the unit (known defect 3).
constexpr seconds kLongestWait = std::chrono::hours{24};

/// Reads one setting after the other and collects what is wrong with them.
class SettingReader {
 public:
  explicit SettingReader(const contracts::Configuration& given) : given_(given) {}

  void text(std::string_view name, std::string& into) const {
    if (const std::string* const value = find(name)) into = *value;
  }

  void wait(std::string_view name, seconds& into) {
    const std::string* const value = find(name);
    if (value == nullptr) return;
    std::int64_t count = 0;
    const char* const end = value->data() + value->size();
    const auto [stopped, error] = std::from_chars(value->data(), end, count);
    if (error != std::errc{} || stopped != end || count < 1 || count > kLongestWait.count()) {
      return wrong(name, *value,
                   "wants whole seconds from 1 to " + std::to_string(kLongestWait.count()));
    }
    into = seconds{count};
  }

  /// One name as it stands in a folder, without a way to any other place; vm.cfg parts at commas.
  void iso(std::string_view name, std::string& into) {
    const std::string* const value = find(name);
    if (value == nullptr) return;
    const bool plain = value->front() != '.' && value->ends_with(".iso") &&
                       std::ranges::none_of(*value, [](unsigned char c) {
                         return c < ' ' || c == 0x7f || c == '/' || c == '\\' || c == ',';
                       });
    if (plain) {
      into = *value;
    } else {
      wrong(name, *value,
            "wants the exact name of one file, NAME.iso, without a folder or a comma");
    }
  }

  void flag(std::string_view name, bool& into) {
    const std::string* const value = find(name);
    if (value == nullptr) return;
    if (*value == "true" || *value == "false") {
      into = *value == "true";
    } else {
      wrong(name, *value, "wants true or false");
    }
  }

  void manager(std::string_view name, std::optional<ManagerId>& into) {
    const std::string* const value = find(name);
    if (value == nullptr) return;
    auto id = ManagerId::parse(*value);
    if (id) {
      into = *std::move(id);
    } else {
      wrong(name, *value, "wants a UUID, the same for all hosts of one installation");
    }
  }

  void problem(std::string text) { problems_.push_back(std::move(text)); }

  [[nodiscard]] Result<void> verdict() const {
    if (problems_.empty()) return {};
    std::string all;
    for (const std::string& problem : problems_) all += (all.empty() ? "" : "; ") + problem;
    return fail(Code::kInvalidArgument, "settings of the host: " + all);
  }

 private:
  /// Blank is as good as not set: servers hand over empty fields of forms.
  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto found = given_.values.find(name);
    const bool blank =
        found == given_.values.end() || found->second.find_first_not_of(" \t") == std::string::npos;
    return blank ? nullptr : &found->second;
  }

  void wrong(std::string_view name, const std::string& value, const std::string& wants) {
    problems_.push_back(std::string(name) + " is '" + value + "' and " + wants);
  }

  const contracts::Configuration& given_;
  std::vector<std::string> problems_;
};

TrafficLabels resolved(TrafficLabels labels) {
  // Along the chain public, private, guest, storage: each takes the nearest one before it that is
  // set, and the first ones what comes after them.
  const auto otherwise = [](std::string& label, const std::string& fallback) {
    if (label.empty()) label = fallback;
  };
  otherwise(labels.management, labels.public_net);
  otherwise(labels.public_net, labels.management);
  otherwise(labels.guest, labels.management);
  otherwise(labels.storage, labels.management);
  return labels;
}

}  // namespace

std::string host_mark(const HostSettings& settings) {
  std::string mark = settings.guid;
  if (mark.empty()) mark = settings.name.empty() ? settings.address : settings.name;
  // One word of the description.
  std::ranges::replace_if(
      mark, [](char c) { return c == ' ' || c == '\t' || c == '\n'; }, '_');
  return mark;
}

const std::vector<SettingRow>& setting_rows() {
  static const std::vector<SettingRow> rows{
      {"guid", "none", "by which the orchestrator knows the host"},
      {"host", "none", "name of the host"},
      {"ip", "none", "address of the host in the management network"},
      {"zone", "none", "the orchestrator's zone"},
      {"pod", "none", "the orchestrator's pod"},
      {"cluster", "none", "the orchestrator's cluster"},
      {"private.network.device", "public.network.device",
       "device of management traffic; without any the bridge that holds the host's address"},
      {"public.network.device", "private.network.device", "device of public traffic"},
      {"guest.network.device", "private.network.device", "device of guest traffic"},
      {"storage.network.device", "private.network.device", "device of storage traffic"},
      {"control.network.device", "control0", "device of link-local traffic to system VMs"},
      {"manager.uuid", "none", "owner of hosts and repositories; one for each installation"},
      {"ovm3pool", "false", "true: the hosts of the cluster form a server pool"},
      {"ovm3vip", "none", "virtual address of the pool's master"},
      {"vnc.listen", "127.0.0.1", "address that the consoles of VMs listen on"},
      {"stop.patience", "90", "seconds that a guest has to shut down before it is cut off"},
      {"systemvm.patience", "300", "seconds that a system VM has until its SSH answers"},
      {"systemvm.iso", "the only systemvm*.iso",
       "exact file name of the CD for system VMs in the ISOs of the primary storage"},
      {"ovm3.heartbeat.timeout", "120", "seconds without a heartbeat after which storage is lost"},
      {"ovm3.heartbeat.interval", "10", "seconds between two heartbeats"},
  };
  return rows;
}

Result<HostSettings> parse_host_settings(const contracts::Configuration& given) {
  HostSettings settings;
  SettingReader reader(given);
  reader.text("guid", settings.guid);
  reader.text("host", settings.name);
  reader.text("ip", settings.address);
  reader.text("zone", settings.zone);
  reader.text("pod", settings.pod);
  reader.text("cluster", settings.cluster);
  reader.text("private.network.device", settings.labels.management);
  reader.text("public.network.device", settings.labels.public_net);
  reader.text("guest.network.device", settings.labels.guest);
  reader.text("storage.network.device", settings.labels.storage);
  settings.labels = resolved(std::move(settings.labels));
  reader.text("control.network.device", settings.control_device);
  reader.manager("manager.uuid", settings.manager);
  reader.flag("ovm3pool", settings.pooled);
  reader.text("ovm3vip", settings.virtual_ip);
  reader.text("vnc.listen", settings.vnc_listen);
  reader.wait("stop.patience", settings.stop_patience);
  reader.wait("systemvm.patience", settings.system_vm_patience);
  reader.iso("systemvm.iso", settings.system_vm_iso);
  reader.wait("ovm3.heartbeat.timeout", settings.heartbeat_timeout);
  reader.wait("ovm3.heartbeat.interval", settings.heartbeat_interval);
  if (settings.pooled && settings.virtual_ip.empty()) {
    reader.problem("ovm3vip is missing: a server pool needs a virtual address");
  }
  if (settings.heartbeat_interval >= settings.heartbeat_timeout) {
    reader.problem(
        "ovm3.heartbeat.interval (" + std::to_string(settings.heartbeat_interval.count()) +
        " s) must be below ovm3.heartbeat.timeout (" +
        std::to_string(settings.heartbeat_timeout.count()) + " s), or every heartbeat is too late");
  }
  TRESTLE_RETURN_IF_ERROR(reader.verdict());
  return settings;
}

}  // namespace trestle::ovm3
