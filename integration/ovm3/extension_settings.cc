// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/extension_settings.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "helpers/ovm3/making.h"
#include "helpers/ovm3/network_map.h"
#include "helpers/ovm3/vm_power.h"
#include "objects/ovm3/agent_url.h"

namespace trestle::ovm3 {
namespace {

constexpr std::int64_t kMostVcpus = 128;
constexpr std::int64_t kMostGibibytes = 65'536;
constexpr std::int64_t kMostPatience = 3600;
/// Classic VNC looks at no more.
constexpr std::size_t kVncPasswordLength = 8;

std::string trimmed(const std::string& text) {
  constexpr const char* kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string how_to_set(std::string_view name) {
  return "set it with 'update host id=... externaldetails[0]." + std::string(name) +
         "=...', or on the cluster mapping or the extension";
}

Result<std::string> needed(const ExtensionRequest& request, std::string_view name) {
  auto value = detail(request, name);
  if (value) return *std::move(value);
  return fail(Code::kInvalidArgument,
              "detail " + std::string(name) + " is missing; " + how_to_set(name));
}

Result<std::int64_t> whole_number(std::string_view name, const std::string& text,
                                  std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size() && number >= least &&
      number <= most) {
    return number;
  }
  return fail(Code::kInvalidArgument, std::string(name) + " wants a whole number from " +
                                          std::to_string(least) + " to " + std::to_string(most) +
                                          ", not '" + text + "'");
}

Result<std::optional<TlsPolicy>> tls_setting(const ExtensionRequest& request,
                                             const Endpoint& endpoint) {
  if (endpoint.scheme == Scheme::kHttp) return std::optional<TlsPolicy>();
  TRESTLE_ASSIGN_OR_RETURN(const bool verify,
                           flag_setting(request, "verify_tls_certificate", true));
  TRESTLE_ASSIGN_OR_RETURN(const bool old, flag_setting(request, "allow_tls_1_0", false));
  const auto pin = detail(request, "tls_pin");
  const auto file = detail(request, "tls_ca_file");
  Result<TlsPolicy> policy = TlsPolicy::insecure();
  if (verify && pin) {
    policy = TlsPolicy::pin(*pin);
  } else if (verify && file) {
    policy = TlsPolicy::ca_file(*file);
  } else if (verify) {
    return fail(Code::kInvalidArgument,
                "how shall the host prove who it is? set detail tls_pin to sha256//KEY or "
                "tls_ca_file to a PEM file, or verify_tls_certificate to false to trust anybody");
  }
  if (!policy) return fail(std::move(policy).error());
  return std::optional<TlsPolicy>(old ? policy->with_tls10() : *policy);
}

Result<DiskSpec> disk_of(const ExtensionRequest& request) {
  DiskSpec disk;
  if (const auto size = detail(request, "disk_size_gb")) {
    TRESTLE_ASSIGN_OR_RETURN(disk.size, gibibytes("disk_size_gb", *size));
  }
  TRESTLE_ASSIGN_OR_RETURN(disk.any_image, flag_setting(request, "allow_any_image", false));
  const std::string type = detail(request, "template_type").value_or("template");
  if (type == "template") {
    auto source = detail(request, "template_id");
    if (!source) source = detail(request, "template_path");
    if (!source) {
      return fail(Code::kInvalidArgument,
                  "detail template_id is missing; set it with 'register template ... "
                  "externaldetails[0].template_id=ID'");
    }
    disk.source = *std::move(source);
    return disk;
  }
  if (type != "iso") {
    return fail(Code::kInvalidArgument, "template_type is template or iso, not '" + type + "'");
  }
  if (disk.size.count == 0) {
    return fail(Code::kInvalidArgument,
                "template_type " + type + " needs detail disk_size_gb, the size of the new disk");
  }
  return disk;
}

VncSettings vnc_of(const ExtensionRequest& request) {
  const std::string password = request.vnc_password.reveal();
  return {.listen = detail(request, "vnc_listen").value_or("0.0.0.0"),
          .password = Secret(password.substr(0, kVncPasswordLength))};
}

}  // namespace

const std::vector<DetailRow>& detail_rows() {
  using enum DetailLevel;
  static const std::vector<DetailRow> rows = {
      {"url", kAdmin, "needed", "the agent: https://HOST[:8899][/PATH]"},
      {"user", kAdmin, "oracle", "user of the agent"},
      {"password", kAdmin, "needed", "password of that user"},
      {"verify_tls_certificate", kAdmin, "true", "false: trust anybody who answers at url"},
      {"tls_pin", kAdmin, "", "sha256//KEY of the host's public key (several with ;)"},
      {"tls_ca_file", kAdmin, "", "PEM file on the management server that signed the certificate"},
      {"allow_tls_1_0", kAdmin, "false", "true: also TLS 1.0, which is all that release 3.2 has"},
      {"repository_id", kAdmin, "needed", "repository for new VMs"},
      {"network_bridge", kAdmin, "needed where a VM has NICs",
       "bridge, bond or NIC for guests; VLANs are made over it"},
      {"network_bridge.LABEL", kAdmin, "network_bridge",
       "the same for networks with traffic label LABEL"},
      {"vnc_listen", kAdmin, "0.0.0.0", "address of the host on which consoles of new VMs listen"},
      {"console_host", kAdmin, "the host of url", "address that console proxies are sent to"},
      {"stop_patience_seconds", kAdmin, "90", "time for a guest to shut down before it is cut off"},
      {"allow_any_image", kAdmin, "false",
       "true: templates may be images outside of a folder Templates"},
      {"user_actions", kAdmin, "",
       "custom actions beyond a user's own VM that others than admins may run, with commas"},
      {"template_type", kUser, "template", "template or iso"},
      {"template_id", kUser, "needed for template", "folder in Templates of a repository"},
      {"template_path", kUser, "", "in place of template_id: path of an image"},
      {"iso_path", kUser, "needed for iso", "file in ISOs of a repository"},
      {"disk_size_gb", kUser, "needed for iso", "size of the first disk in GiB"},
      {"domain_type", kUser, "the template's, else xen_hvm",
       "xen_pvm, xen_hvm or xen_hvm_pv_drivers"},
      {"os_type", kUser, "the template's", "OVM_os_type of vm.cfg"},
      {"ovm3_vm_uuid", kUser, "made from CloudStack's uuid",
       "where the VM is; believed only if its mark agrees; kept by prepare"},
  };
  return rows;
}

std::optional<std::string> detail(const ExtensionRequest& request, std::string_view name) {
  const auto& rows = detail_rows();
  const auto row = std::ranges::find(rows, name, &DetailRow::name);
  const bool from_user = row != rows.end() && row->level == DetailLevel::kUser;
  const auto in = [&](const Details& level) -> std::optional<std::string> {
    const auto found = level.find(name);
    if (found == level.end()) return std::nullopt;
    std::string value = trimmed(found->second);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  };
  if (from_user) {
    if (auto value = in(request.virtualmachine)) return value;
    if (auto value = in(request.vm_details)) return value;
  }
  if (auto value = in(request.host)) return value;
  if (auto value = in(request.resourcemap)) return value;
  return in(request.extension);
}

Result<bool> flag_setting(const ExtensionRequest& request, std::string_view name, bool otherwise) {
  const auto value = detail(request, name);
  if (!value) return otherwise;
  if (*value == "true" || *value == "True" || *value == "1") return true;
  if (*value == "false" || *value == "False" || *value == "0") return false;
  return fail(Code::kInvalidArgument,
              "detail " + std::string(name) + " is true or false, not '" + *value + "'");
}

Result<AgentSettings> agent_settings(const ExtensionRequest& request) {
  std::string missing;
  for (const std::string_view name : {"url", "password"}) {
    if (!detail(request, name)) missing += (missing.empty() ? "" : " and ") + std::string(name);
  }
  if (!missing.empty()) {
    return fail(Code::kInvalidArgument,
                "detail " + missing + " of the agent is missing; " +
                    how_to_set(detail(request, "url") ? "password" : "url"));
  }
  auto endpoint = parse_agent_url(*detail(request, "url"));
  if (!endpoint) return fail(wrap("detail url", std::move(endpoint).error()));
  if (const auto user = detail(request, "user")) endpoint->user = *user;
  TRESTLE_ASSIGN_OR_RETURN(auto tls, tls_setting(request, *endpoint));
  return AgentSettings{.endpoint = *std::move(endpoint),
                       .password = Secret(*detail(request, "password")),
                       .tls = std::move(tls)};
}

Result<RepositoryId> repository_setting(const ExtensionRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, needed(request, "repository_id"));
  auto id = RepositoryId::from_name(text);
  if (!id) return fail(wrap("detail repository_id", std::move(id).error()));
  return id;
}

Result<std::chrono::seconds> patience_setting(const ExtensionRequest& request) {
  const auto text = detail(request, "stop_patience_seconds");
  if (!text) return kStopPatience;
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t seconds,
                           whole_number("stop_patience_seconds", *text, 0, kMostPatience));
  return std::chrono::seconds(seconds);
}

Result<VmName> vm_name_of(const ExtensionRequest& request) {
  if (request.vm_uuid.empty() || request.vm_name.empty()) {
    return fail(Code::kInvalidArgument,
                "the payload names no VM: virtualmachineid and virtualmachinename are missing");
  }
  VmName name;
  TRESTLE_ASSIGN_OR_RETURN(name.uuid, canonical_uuid(request.vm_uuid));
  name.name = request.vm_name;
  if (!VmId::from_name(name.name) || name.name.find(' ') != std::string::npos) {
    return fail(Code::kInvalidArgument,
                "'" + name.name + "' cannot be the name of a VM on a host of this kind");
  }
  if (const auto hint = detail(request, "ovm3_vm_uuid")) {
    const auto id = VmId::from_name(*hint);
    if (id) name.hint = *id;
  }
  return name;
}

Result<std::vector<NicSpec>> nics_of(const ExtensionRequest& request) {
  std::vector<ExtensionNic> nics = request.nics;
  std::ranges::stable_sort(nics, {}, &ExtensionNic::device_id);
  std::vector<NicSpec> specs;
  for (const ExtensionNic& nic : nics) {
    NicSpec spec{.mac = nic.mac};
    const std::string where = "NIC " + std::to_string(nic.device_id);
    if (spec.mac.empty()) return fail(Code::kInvalidArgument, where + " has no MAC address");
    const std::string uri = nic.broadcast_uri.empty() ? "vlan://untagged" : nic.broadcast_uri;
    auto vlan = parse_vlan_uri(uri);
    if (!vlan) return fail(wrap(where, std::move(vlan).error()));
    spec.vlan = *vlan;
    std::optional<std::string> parent;
    if (!nic.label.empty()) parent = detail(request, "network_bridge." + nic.label);
    if (!parent) {
      TRESTLE_ASSIGN_OR_RETURN(parent, needed(request, "network_bridge"));
    }
    spec.parent = *std::move(parent);
    specs.push_back(std::move(spec));
  }
  return specs;
}

Result<MiB> memory_of(const ExtensionRequest& request) {
  if (request.memory_bytes && *request.memory_bytes > 0) {
    return MiB::ceil(Bytes{static_cast<std::uint64_t>(*request.memory_bytes)});
  }
  return fail(Code::kInvalidArgument, "the payload has no memory size (minRam, in bytes)");
}

Result<VmSpec> spec_of(const ExtensionRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(VmName name, vm_name_of(request));
  TRESTLE_ASSIGN_OR_RETURN(RepositoryId repository, repository_setting(request));
  VmSpec spec{.vm = std::move(name), .repository = std::move(repository)};
  spec.vcpus = request.cpus.value_or(1);
  if (spec.vcpus < 1 || spec.vcpus > kMostVcpus) {
    return fail(Code::kInvalidArgument, "a VM has 1 to " + std::to_string(kMostVcpus) +
                                            " vCPUs, not " + std::to_string(spec.vcpus));
  }
  TRESTLE_ASSIGN_OR_RETURN(spec.memory, memory_of(request));
  TRESTLE_ASSIGN_OR_RETURN(spec.nics, nics_of(request));
  TRESTLE_ASSIGN_OR_RETURN(spec.disk, disk_of(request));
  if (detail(request, "template_type") == "iso") {
    TRESTLE_ASSIGN_OR_RETURN(spec.iso, needed(request, "iso_path"));
  }
  spec.domain_type = detail(request, "domain_type").value_or("");
  if (!spec.domain_type.empty() && spec.domain_type != kParavirtual &&
      spec.domain_type != kEmulated && spec.domain_type != kEmulatedWithDrivers) {
    return fail(
        Code::kInvalidArgument,
        "domain_type is xen_pvm, xen_hvm or xen_hvm_pv_drivers, not '" + spec.domain_type + "'");
  }
  spec.os_type = detail(request, "os_type").value_or("");
  spec.vnc = vnc_of(request);
  return spec;
}

Result<Bytes> gibibytes(std::string_view name, const std::string& text) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t count, whole_number(name, text, 1, kMostGibibytes));
  return Bytes{static_cast<std::uint64_t>(count) << 30U};
}

}  // namespace trestle::ovm3
