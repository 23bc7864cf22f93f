// SPDX-License-Identifier: Apache-2.0
#include "integration/doors/extension/payload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace trestle::extension {
namespace {

using Json = nlohmann::json;
using ovm3::Details;

/// Deeper than any payload; a document made to overflow the stack ends here.
constexpr std::size_t kMostDepth = 64;

class File {
 public:
  // Not blocking: a pipe in the file's place must not hold the program up.
  explicit File(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> unreadable(const std::string& path, const std::string& why) {
  return fail(Code::kInvalidArgument, "payload file " + path + " " + why);
}

const Json* member(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// A text as it is, any other value as JSON.
std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& object, std::string_view key) {
  const Json* const value = member(object, key);
  return value == nullptr ? std::string() : text_of(*value);
}

Result<std::optional<std::int64_t>> number_at(const Json& object, std::string_view key) {
  const Json* const value = member(object, key);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) {
    return fail(Code::kInvalidArgument, "payload: " + std::string(key) + " is too large");
  }
  if (value->is_number_integer()) return std::optional(value->get<std::int64_t>());
  return fail(Code::kInvalidArgument, "payload: " + std::string(key) + " is no whole number");
}

Result<Details> details_at(const Json& object, std::string_view key) {
  Details details;
  const Json* const level = member(object, key);
  if (level == nullptr) return details;
  if (!level->is_object()) {
    return fail(Code::kInvalidArgument, "payload: " + std::string(key) + " is no object");
  }
  for (const auto& [name, value] : level->items()) {
    if (!value.is_null()) details.emplace(name, text_of(value));
  }
  return details;
}

bool is_secret_key(std::string_view key) {
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::any_of(
      std::array{"password", "passwd", "secret", "token"},
      [&](const char* word) { return lower.find(word) != std::string::npos; });
}

std::size_t depth_of(std::string_view json) {
  std::size_t depth = 0;
  std::size_t most = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      most = std::max(most, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return most;
}

void collect_secrets(const Json& value, bool below_secret, std::vector<std::string>& into) {
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      collect_secrets(item, below_secret || is_secret_key(key), into);
    }
  } else if (value.is_array()) {
    for (const Json& item : value) collect_secrets(item, below_secret, into);
  } else if (below_secret && value.is_string() && !value.get_ref<const std::string&>().empty()) {
    into.push_back(value.get<std::string>());
  }
}

Result<std::vector<ovm3::ExtensionNic>> nics_at(const Json& vm) {
  std::vector<ovm3::ExtensionNic> nics;
  const Json* const list = member(vm, "nics");
  if (list == nullptr) return nics;
  if (!list->is_array()) return fail(Code::kInvalidArgument, "payload: nics is no list");
  for (const Json& item : *list) {
    if (!item.is_object()) return fail(Code::kInvalidArgument, "payload: a NIC is no object");
    ovm3::ExtensionNic nic{.mac = text_at(item, "mac"),
                           .broadcast_uri = text_at(item, "broadcastUri"),
                           .label = text_at(item, "name")};
    TRESTLE_ASSIGN_OR_RETURN(const auto number, number_at(item, "deviceId"));
    nic.device_id = number.value_or(static_cast<std::int64_t>(nics.size()));
    nics.push_back(std::move(nic));
  }
  return nics;
}

Result<void> read_vm(const Json& payload, ovm3::ExtensionRequest& request) {
  const Json none = Json::object();
  const Json* const found = member(payload, "cloudstack.vm.details");
  const Json& vm = found == nullptr ? none : *found;
  if (!vm.is_object()) {
    return fail(Code::kInvalidArgument, "payload: cloudstack.vm.details is no object");
  }
  request.vm_uuid = text_at(payload, "virtualmachineid");
  if (request.vm_uuid.empty()) request.vm_uuid = text_at(vm, "uuid");
  request.vm_name = text_at(payload, "virtualmachinename");
  if (request.vm_name.empty()) request.vm_name = text_at(vm, "name");
  request.vm_state = text_at(vm, "state");
  request.vnc_password = Secret(text_at(vm, "vncPassword"));
  TRESTLE_ASSIGN_OR_RETURN(request.cpus, number_at(vm, "cpus"));
  TRESTLE_ASSIGN_OR_RETURN(request.memory_bytes, number_at(vm, "minRam"));
  TRESTLE_ASSIGN_OR_RETURN(request.vm_details, details_at(vm, "details"));
  TRESTLE_ASSIGN_OR_RETURN(request.nics, nics_at(vm));
  return {};
}

Result<Payload> read_members(std::string_view action, const Json& payload) {
  Payload read;
  ovm3::ExtensionRequest& request = read.request;
  request.action = action;
  request.custom = member(payload, "action") != nullptr;
  const Json none = Json::object();
  const Json* const found = member(payload, "externaldetails");
  const Json& levels = found == nullptr ? none : *found;
  if (!levels.is_object()) {
    return fail(Code::kInvalidArgument, "payload: externaldetails is no object");
  }
  TRESTLE_ASSIGN_OR_RETURN(request.extension, details_at(levels, "extension"));
  TRESTLE_ASSIGN_OR_RETURN(request.resourcemap, details_at(levels, "resourcemap"));
  TRESTLE_ASSIGN_OR_RETURN(request.host, details_at(levels, "host"));
  TRESTLE_ASSIGN_OR_RETURN(request.virtualmachine, details_at(levels, "virtualmachine"));
  TRESTLE_ASSIGN_OR_RETURN(request.parameters, details_at(payload, "parameters"));
  TRESTLE_RETURN_IF_ERROR(read_vm(payload, request));
  if (const Json* const caller = member(payload, "caller")) {
    request.caller = text_at(*caller, "name");
    request.caller_role = text_at(*caller, "roletype");
  }
  collect_secrets(payload, false, read.secrets);
  return read;
}

}  // namespace

Result<std::string> read_payload_file(const std::string& path) {
  const File file(path);
  if (file.get() < 0) {
    return unreadable(path, std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return unreadable(path, "is no regular file");
  }
  std::string text;
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostPayloadBytes) return unreadable(path, "is too large to be a payload");
  }
  if (!text.empty()) return text;
  return unreadable(path, "is empty: look for a full disk on the management server");
}

Result<Payload> parse_payload(std::string_view action, std::string_view json) {
  if (depth_of(json) > kMostDepth) {
    return fail(Code::kInvalidArgument, "payload: nested too deeply to be one of CloudStack's");
  }
  // The library throws for what it does not expect; nothing of that leaves this file.
  try {
    const Json payload = Json::parse(json, nullptr, false);
    if (payload.is_object()) return read_members(action, payload);
  } catch (const Json::exception& error) {
    return fail(Code::kInvalidArgument, std::string("payload: ") + error.what());
  }
  return fail(Code::kInvalidArgument,
              "the payload is no JSON object; look for a full disk on the management server");
}

}  // namespace trestle::extension
