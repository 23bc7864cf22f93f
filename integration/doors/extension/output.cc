// SPDX-License-Identifier: Apache-2.0
#include "integration/doors/extension/output.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace trestle::extension {
namespace {

using Json = nlohmann::json;

/// Shorter ones would blot out parts of ordinary words and tell more than they hide.
constexpr std::size_t kLeastSecret = 4;

std::string dumped(const Json& value) {
  // What a host says may be no UTF-8: it must not spoil the whole answer.
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json rows_json(const std::vector<ovm3::TextRow>& rows, const std::vector<std::string>& secrets) {
  Json list = Json::array();
  for (const ovm3::TextRow& row : rows) {
    Json item = Json::object();
    for (const auto& [name, text] : row) item[name] = one_line(without_secrets(text, secrets));
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::string_view kHidden = "********";
  for (const std::string& secret : secrets) {
    if (secret.size() < kLeastSecret) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + kHidden.size())) {
      text.replace(at, secret.size(), kHidden);
    }
  }
  return text;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = byte <= 0x20 || byte == 0x7f;
    if (!blank) line.push_back(c);
    if (blank && !line.empty() && line.back() != ' ') line.push_back(' ');
  }
  if (line.size() <= kMostTextBytes) return line;
  std::size_t end = kMostTextBytes - 3;
  // Not in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "...";
}

Result<std::string> success_json(const ovm3::ExtensionRequest& request,
                                 const ovm3::ExtensionAnswer& answer,
                                 const std::vector<std::string>& secrets) {
  Json out = {{"status", "success"}};
  const std::string message = one_line(without_secrets(answer.message, secrets));
  if (!message.empty()) out["message"] = message;
  if (answer.power_state) out["power_state"] = *answer.power_state;
  if (answer.power_states) {
    out["power_state"] = Json::object();
    for (const auto& [name, state] : *answer.power_states) out["power_state"][name] = state;
  }
  if (answer.console) {
    out["console"] = {{"host", answer.console->host},
                      {"port", answer.console->port},
                      {"protocol", "vnc"},
                      {"passwordonetimeuseonly", false}};
    if (!answer.console->password.empty()) {
      out["console"]["password"] = answer.console->password.reveal();
    }
  }
  if (!answer.vm_details.empty()) out["details"] = answer.vm_details;
  if (request.custom) out["printmessage"] = "true";
  if (answer.table) out["message"] = rows_json(*answer.table, secrets);
  std::string text = dumped(out);
  if (text.size() <= kMostOutputBytes) return text;
  return fail(Code::kResourceExhausted,
              "the answer has " + std::to_string(text.size()) +
                  " bytes, and CloudStack's pipe holds less: ask for fewer things at once");
}

std::string error_json(const Error& error, const std::vector<std::string>& secrets) {
  const Json out = {{"status", "error"},
                    {"error", one_line(without_secrets(error.message(), secrets))}};
  return dumped(out);
}

}  // namespace trestle::extension
