// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_config.h"

#include <algorithm>
#include <cmath>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/vm_config_text.h"

namespace trestle::ovm3 {
namespace {

std::string_view kind_of(const Value& value) {
  constexpr std::string_view kKinds[] = {"nil",    "a boolean",  "an integer", "a double", "a text",
                                         "base64", "a dateTime", "a list",     "a struct"};
  return kKinds[value.variant().index()];
}

bool fits(const Value& value, ConfigType type) {
  const bool is_text = value.get_if<std::string>() != nullptr;
  const bool is_list = value.get_if<Array>() != nullptr;
  switch (type) {
    case ConfigType::kInt:
      return value.get_if<std::int64_t>() != nullptr;
    case ConfigType::kText:
      return is_text;
    case ConfigType::kList:
      return is_list;
    case ConfigType::kTextOrList:
      return is_text || is_list;
    case ConfigType::kBool:
      break;
  }
  return value.get_if<bool>() != nullptr;
}

template <class T>
Result<VmConfig> with_texts(const VmConfig& config, std::string_view key,
                            const std::vector<T>& items) {
  Array texts;
  for (const T& item : items) {
    TRESTLE_ASSIGN_OR_RETURN(std::string text, to_text(item));
    texts.emplace_back(std::move(text));
  }
  return config.with(key, std::move(texts));
}

Struct describe_pairs(const std::vector<TextPair>& pairs, Passwords passwords) {
  Struct out;
  for (const TextPair& pair : pairs) {
    if (pair.name == "vncpasswd" && passwords == Passwords::kHide) {
      out.push_back({"vncpasswd_set", !pair.value.empty()});
    } else {
      out.push_back({pair.name, pair.value});
    }
  }
  return out;
}

Value describe_disk(const std::string& text) {
  const auto disk = parse_disk(text);
  // Kept as a text what nobody can take apart: one odd disk must not hide the others.
  if (!disk) return Struct{{"text", text}};
  const bool shared =
      disk->mode == DiskMode::kSharedReadOnly || disk->mode == DiskMode::kSharedReadWrite;
  return Struct{{"uname", disk->uname()}, {"backend", disk->backend},
                {"path", disk->path},     {"dev", disk->dev},
                {"cdrom", disk->cdrom},   {"mode", to_string(disk->mode)},
                {"shared", shared}};
}

Value describe_list(const VmConfig& config, std::string_view key, Passwords passwords) {
  Array all;
  for (const std::string& text : config.list(key)) {
    all.push_back(key == "disk" ? describe_disk(text)
                                : Value(describe_pairs(parse_pairs(text), passwords)));
  }
  return all;
}

/// The value of a key as its type says: a number may have come as a text, and a blank one is nil.
Value describe_plain(const VmConfig& config, const Member& member) {
  const ConfigKey* const key = find_config_key(member.name);
  if (key == nullptr || member.value.get_if<std::string>() == nullptr) return member.value;
  if (key->type == ConfigType::kBool) return describe(config.flag(member.name));
  if (key->type == ConfigType::kInt) return describe(config.number(member.name));
  return member.value;
}

}  // namespace

const Value* VmConfig::find(std::string_view key) const {
  const auto at = std::ranges::find(members_, key, &Member::name);
  return at == members_.end() ? nullptr : &at->value;
}

std::optional<std::string> VmConfig::text(std::string_view key) const {
  const Value* const value = find(key);
  const auto* const text = value != nullptr ? value->get_if<std::string>() : nullptr;
  return text != nullptr ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<std::int64_t> VmConfig::number(std::string_view key) const {
  const Value* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* const number = value->get_if<std::int64_t>()) return *number;
  if (const auto* const flag = value->get_if<bool>()) return *flag ? 1 : 0;
  const auto* const text = value->get_if<std::string>();
  return text != nullptr ? to_integer(*text) : std::nullopt;
}

std::optional<bool> VmConfig::flag(std::string_view key) const {
  const Value* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* const flag = value->get_if<bool>()) return *flag;
  if (const auto* const text = value->get_if<std::string>()) return to_flag(*text);
  const auto* const number = value->get_if<std::int64_t>();
  if (number == nullptr || (*number != 0 && *number != 1)) return std::nullopt;
  return *number == 1;
}

std::vector<std::string> VmConfig::list(std::string_view key) const {
  std::vector<std::string> texts;
  const Value* const value = find(key);
  const auto* const items = value != nullptr ? value->get_if<Array>() : nullptr;
  if (items == nullptr) return texts;
  for (const Value& item : *items) {
    if (const auto* const text = item.get_if<std::string>()) texts.push_back(*text);
  }
  return texts;
}

std::optional<MiB> VmConfig::mib(std::string_view key) const {
  const auto count = number(key);
  if (!count || *count < 0) return std::nullopt;
  return MiB{static_cast<std::uint64_t>(*count)};
}

Result<std::vector<DiskConfig>> VmConfig::disks() const {
  const Value* const value = find("disk");
  if (value != nullptr && value->get_if<Array>() == nullptr) {
    return fail(Code::kInvalidArgument,
                "the key 'disk' of vm.cfg must be a list, not " + std::string(kind_of(*value)));
  }
  std::vector<DiskConfig> disks;
  for (const std::string& text : list("disk")) {
    TRESTLE_ASSIGN_OR_RETURN(DiskConfig disk, parse_disk(text));
    disks.push_back(std::move(disk));
  }
  return disks;
}

std::vector<VifConfig> VmConfig::vifs() const {
  std::vector<VifConfig> vifs;
  for (const std::string& text : list("vif")) vifs.push_back(parse_vif(text));
  return vifs;
}

std::vector<VfbConfig> VmConfig::vfbs() const {
  std::vector<VfbConfig> vfbs;
  for (const std::string& text : list("vfb")) vfbs.push_back(parse_vfb(text));
  return vfbs;
}

VmConfig VmConfig::with(std::string_view key, Value value) const {
  VmConfig copy = *this;
  const auto at = std::ranges::find(copy.members_, key, &Member::name);
  if (at == copy.members_.end()) {
    copy.members_.push_back({std::string(key), std::move(value)});
  } else {
    at->value = std::move(value);
  }
  return copy;
}

VmConfig VmConfig::without(std::string_view key) const {
  VmConfig copy = *this;
  std::erase_if(copy.members_, [key](const Member& member) { return member.name == key; });
  return copy;
}

Result<VmConfig> VmConfig::with_disks(const std::vector<DiskConfig>& disks) const {
  return with_texts(*this, "disk", disks);
}
Result<VmConfig> VmConfig::with_vifs(const std::vector<VifConfig>& vifs) const {
  return with_texts(*this, "vif", vifs);
}
Result<VmConfig> VmConfig::with_vfbs(const std::vector<VfbConfig>& vfbs) const {
  return with_texts(*this, "vfb", vfbs);
}

Result<void> VmConfig::check() const {
  for (auto member = members_.begin(); member != members_.end(); ++member) {
    const std::string shown = "the key '" + member->name + "' of vm.cfg";
    if (!is_python_name(member->name)) {
      return fail(Code::kInvalidArgument, shown + " is no name; take it out");
    }
    if (std::ranges::find(members_.begin(), member, member->name, &Member::name) != member) {
      return fail(Code::kInvalidArgument, shown + " stands there twice; take one out");
    }
    if (member->name == "vncused") {
      return fail(Code::kInvalidArgument, shown + " is unknown; the agent's word is vncunused");
    }
    const ConfigKey* const key = find_config_key(member->name);
    if (key != nullptr && !fits(member->value, key->type)) {
      return fail(Code::kInvalidArgument, shown + " must be " + std::string(to_string(key->type)) +
                                              ", not " + std::string(kind_of(member->value)));
    }
  }
  return {};
}

std::vector<std::string> ConfigChange::at_next_start() const {
  std::vector<std::string> names = removed;
  for (const Member& member : set) {
    const ConfigKey* const key = find_config_key(member.name);
    if (key == nullptr || !key->live) names.push_back(member.name);
  }
  return names;
}

ConfigChange changes(const VmConfig& before, const VmConfig& after) {
  ConfigChange change;
  for (const Member& member : after.members()) {
    const Value* const old = before.find(member.name);
    if (old == nullptr || *old != member.value) change.set.push_back(member);
  }
  for (const Member& member : before.members()) {
    if (after.find(member.name) == nullptr) change.removed.push_back(member.name);
  }
  return change;
}

Result<std::optional<VmConfig>> read_vm_config(ValueView reply) {
  if (reply.is_nil()) return std::optional<VmConfig>();
  if (reply.kind() != Kind::kStruct) {
    return fail(Code::kBadReply, "the configuration of a VM came as a value of kind " +
                                     std::string(to_string(reply.kind())) +
                                     " and not as a struct; compare the raw reply "
                                     "(trestle agent call get_vm_config)");
  }
  return std::optional<VmConfig>(VmConfig(*reply.to_value().get_if<Struct>()));
}

Result<VmConfig> parse_vm_config(std::string_view text) {
  TRESTLE_ASSIGN_OR_RETURN(Struct members, parse_vm_config_text(text));
  return VmConfig(std::move(members));
}

Result<std::string> to_text(const VmConfig& config) {
  TRESTLE_RETURN_IF_ERROR(config.check());
  return to_vm_config_text(config.members());
}

Value describe(const VmConfig& config, Passwords passwords) {
  Struct out;
  for (const Member& member : config.members()) {
    const bool has_own_form = member.name == "disk" || member.name == "vif" || member.name == "vfb";
    if (has_own_form && member.value.get_if<Array>() != nullptr) continue;
    if (member.name == "vncpasswd" && passwords == Passwords::kHide) {
      out.push_back({"vncpasswd_set", config.text("vncpasswd").value_or("") != ""});
    } else {
      out.push_back({member.name, describe_plain(config, member)});
    }
  }
  out.push_back({"memory_mib", describe(config.memory())});
  out.push_back({"maxmem_mib", describe(config.maxmem())});
  out.push_back({"disks", describe_list(config, "disk", passwords)});
  out.push_back({"vifs", describe_list(config, "vif", passwords)});
  const Value* const vfb = config.find("vfb");
  if (vfb == nullptr || vfb->get_if<Array>() != nullptr) {
    out.push_back({"vfb", describe_list(config, "vfb", passwords)});
  }
  return out;
}

}  // namespace trestle::ovm3
