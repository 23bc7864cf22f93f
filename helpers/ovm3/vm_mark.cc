// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_mark.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "helpers/ovm3/storage_place.h"
#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kDescription = "OVM_description";
constexpr std::string_view kUuidWord = "cloudstack-uuid=";
constexpr std::string_view kMakingWord = "cloudstack-making=";
constexpr std::string_view kHostWord = "cloudstack-host=";
constexpr std::string_view kCompleteFile = "cloudstack.on.";
constexpr std::string_view kMakingFile = "cloudstack.making.";
constexpr std::size_t kKeyDigits = 32;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

Result<std::string> canonical_uuid(std::string_view text) {
  TRESTLE_ASSIGN_OR_RETURN(const VmId id, VmId::parse(text));
  return with_dashes(id.key());
}

VmId vm_id_for(const std::string& uuid) {
  const std::string digits = without_dashes(uuid);
  // The second half of a random UUID: 62 random bits. The whole one is compared by the mark.
  const std::string tail = digits.size() == kKeyDigits ? digits.substr(16) : std::string(16, '0');
  return *VmId::parse(std::string(kVmIdPrefix) + tail);
}

std::optional<VmMark> read_mark(const VmConfig& config) {
  VmMark mark;
  const std::string description = config.text(kDescription).value_or("");
  for (const std::string_view word : words_of(description)) {
    if (word.starts_with(kUuidWord)) {
      auto uuid = canonical_uuid(word.substr(kUuidWord.size()));
      if (!uuid) return std::nullopt;
      mark.uuid = *std::move(uuid);
    } else if (word.starts_with(kHostWord)) {
      mark.host = word.substr(kHostWord.size());
    } else if (word.starts_with(kMakingWord)) {
      const std::string_view rest = word.substr(kMakingWord.size());
      const std::size_t at = rest.find('@');
      if (at == 0 || at == std::string_view::npos) return std::nullopt;
      mark.attempt = rest.substr(0, at);
      const std::string_view number = rest.substr(at + 1);
      const char* const end = number.data() + number.size();
      const auto [stopped, error] = std::from_chars(number.data(), end, mark.beat);
      // A beat that is taken for 0 would have the VM removed as the rest of a dead maker.
      if (error != std::errc{} || stopped != end) return std::nullopt;
    }
  }
  if (mark.uuid.empty()) return std::nullopt;
  return mark;
}

bool bears_mark(std::string_view description) {
  return std::ranges::any_of(words_of(description),
                             [](std::string_view word) { return word.starts_with(kUuidWord); });
}

std::string description_with(const VmConfig& config, const VmMark& mark) {
  std::string text = std::string(kUuidWord) + mark.uuid;
  if (!mark.complete()) {
    text += " " + std::string(kMakingWord) + mark.attempt + "@" + std::to_string(mark.beat);
  }
  if (!mark.host.empty()) text += " " + std::string(kHostWord) + mark.host;
  const std::string before = config.text(kDescription).value_or("");
  for (const std::string_view word : words_of(before)) {
    if (word.starts_with(kUuidWord) || word.starts_with(kMakingWord) ||
        word.starts_with(kHostWord)) {
      continue;
    }
    text += " " + std::string(word);
  }
  return text;
}

std::string VmMarker::file() const {
  return std::string(complete ? kCompleteFile : kMakingFile) + host + "." + name;
}

std::optional<VmMarker> read_marker(std::string_view file) {
  VmMarker marker;
  if (file.starts_with(kCompleteFile)) {
    file.remove_prefix(kCompleteFile.size());
  } else if (file.starts_with(kMakingFile)) {
    file.remove_prefix(kMakingFile.size());
    marker.complete = false;
  } else {
    return std::nullopt;
  }
  if (file.size() < kKeyDigits + 2 || file[kKeyDigits] != '.') return std::nullopt;
  marker.host = file.substr(0, kKeyDigits);
  marker.name = file.substr(kKeyDigits + 1);
  if (!std::ranges::all_of(marker.host, is_hex_digit)) return std::nullopt;
  return marker;
}

Result<std::string> host_key(const std::optional<std::string>& unique_id) {
  std::string key;
  for (const char c : unique_id.value_or("")) {
    if (c == ':' || c == '-') continue;
    key += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (key.size() == kKeyDigits && std::ranges::all_of(key, is_hex_digit)) return key;
  return fail(Code::kFailedPrecondition,
              "the host does not tell its Unique_Id in discover_server, so its VMs cannot be told "
              "from those of its neighbours; look at the agent's log");
}

}  // namespace trestle::ovm3
