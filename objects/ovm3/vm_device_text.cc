// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_device_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kCdrom = ":cdrom";
constexpr std::string_view kDiskSuffix = ":disk";

constexpr std::array<std::pair<std::string_view, DiskMode>, 4> kModes{{
    {"r", DiskMode::kReadOnly},
    {"w", DiskMode::kReadWrite},
    {"r!", DiskMode::kSharedReadOnly},
    {"w!", DiskMode::kSharedReadWrite},
}};

tl::unexpected<Error> bad_disk(std::string_view text, std::string_view why) {
  return fail(Code::kInvalidArgument, "the disk '" + std::string(text) + "' " + std::string(why) +
                                          "; write BACKEND:PATH,DEVICE,MODE as in "
                                          "file:/OVS/Repositories/ID/VirtualDisks/NAME.img,xvda,w");
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) == 0x7f;
  });
}

/// Takes the pairs of that name out of `pairs`; the last one counts, as in a Python dictionary.
std::optional<std::string> take(std::vector<TextPair>& pairs, std::string_view name) {
  std::optional<std::string> value;
  for (const TextPair& pair : pairs) {
    if (pair.name == name) value = pair.value;
  }
  std::erase_if(pairs, [name](const TextPair& pair) { return pair.name == name; });
  return value;
}

Result<void> append(std::string& out, std::string_view name, std::string_view value) {
  if (name.empty() || name.find_first_of(",=") != std::string_view::npos || has_control(name) ||
      value.find(',') != std::string_view::npos || has_control(value)) {
    // The value may be a password, so only the name is shown.
    return fail(Code::kInvalidArgument,
                "the device parameter '" + std::string(name) +
                    "' or its value holds a comma, '=' or a control character; take it out");
  }
  if (!out.empty()) out += ',';
  out.append(name).append("=").append(value);
  return {};
}

Result<std::string> join(const std::vector<TextPair>& pairs, const std::vector<TextPair>& others) {
  std::string out;
  for (const TextPair& pair : pairs) {
    if (pair.value.empty()) continue;
    TRESTLE_RETURN_IF_ERROR(append(out, pair.name, pair.value));
  }
  for (const TextPair& pair : others) {
    TRESTLE_RETURN_IF_ERROR(append(out, pair.name, pair.value));
  }
  return out;
}

}  // namespace

std::string_view to_string(DiskMode mode) {
  const auto* const found = std::ranges::find(kModes, mode, &decltype(kModes)::value_type::second);
  return found->first;
}

std::string DiskConfig::uname() const { return backend.empty() ? path : backend + ":" + path; }

Result<DiskConfig> parse_disk(std::string_view text) {
  // From the right: a path may hold commas, a device and a mode cannot.
  const std::size_t last = text.rfind(',');
  if (last == std::string_view::npos || last == 0) return bad_disk(text, "has fewer than 3 parts");
  const std::size_t middle = text.rfind(',', last - 1);
  if (middle == std::string_view::npos) return bad_disk(text, "has fewer than 3 parts");
  std::string_view source = trimmed(text.substr(0, middle));
  std::string_view dev = trimmed(text.substr(middle + 1, last - middle - 1));
  const std::string_view mode = trimmed(text.substr(last + 1));

  DiskConfig disk;
  const auto* const known = std::ranges::find(kModes, mode, &decltype(kModes)::value_type::first);
  if (known == kModes.end()) return bad_disk(text, "has a mode other than r, w, r! and w!");
  disk.mode = known->second;
  disk.cdrom = dev.ends_with(kCdrom);
  if (disk.cdrom) dev.remove_suffix(kCdrom.size());
  if (dev.ends_with(kDiskSuffix)) dev.remove_suffix(kDiskSuffix.size());
  if (dev.empty() || dev.find('/') != std::string_view::npos) {
    return bad_disk(text, "has no device name");
  }
  disk.dev = dev;
  if (source.empty()) return disk;
  std::size_t colon = source.find(":/");
  if (colon == std::string_view::npos) colon = source.find(':');
  if (colon == std::string_view::npos || colon == 0) return bad_disk(text, "has no backend");
  disk.backend = source.substr(0, colon);
  disk.path = source.substr(colon + 1);
  return disk;
}

Result<std::string> to_text(const DiskConfig& disk) {
  const std::string shown = disk.uname() + "," + disk.dev;
  if (disk.dev.empty() || disk.dev.find_first_of(",:/") != std::string::npos) {
    return bad_disk(shown, "has no usable device name");
  }
  if (has_control(shown)) return bad_disk(disk.dev, "holds a control character");
  if (disk.backend.find_first_of(",/") != std::string::npos) {
    return bad_disk(shown, "has a backend with a separator in it");
  }
  if (disk.backend.empty() != disk.path.empty()) {
    return bad_disk(shown, "has a backend without a path or a path without a backend");
  }
  const bool writes = disk.mode == DiskMode::kReadWrite || disk.mode == DiskMode::kSharedReadWrite;
  if (disk.cdrom && writes) return bad_disk(shown, "is a CD that is to be written");
  return shown + (disk.cdrom ? std::string(kCdrom) : std::string()) + "," +
         std::string(to_string(disk.mode));
}

std::vector<TextPair> parse_pairs(std::string_view text) {
  std::vector<TextPair> pairs;
  for (const std::string& item : split(text, ',')) {
    const std::string_view view = item;
    const std::size_t equals = std::min(view.find('='), view.size());
    const std::string_view name = trimmed(view.substr(0, equals));
    const std::string_view value = trimmed(view.substr(std::min(equals + 1, view.size())));
    if (!name.empty()) pairs.push_back({std::string(name), std::string(value)});
  }
  return pairs;
}

VifConfig parse_vif(std::string_view text) {
  std::vector<TextPair> pairs = parse_pairs(text);
  VifConfig vif;
  vif.mac = take(pairs, "mac").value_or("");
  vif.bridge = take(pairs, "bridge").value_or("");
  vif.type = take(pairs, "type").value_or("");
  vif.model = take(pairs, "model").value_or("");
  vif.others = std::move(pairs);
  return vif;
}

Result<std::string> to_text(const VifConfig& vif) {
  return join({{"type", vif.type}, {"mac", vif.mac}, {"bridge", vif.bridge}, {"model", vif.model}},
              vif.others);
}

bool same_mac(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

VfbConfig parse_vfb(std::string_view text) {
  std::vector<TextPair> pairs = parse_pairs(text);
  VfbConfig vfb;
  vfb.type = take(pairs, "type").value_or("");
  vfb.vnclisten = take(pairs, "vnclisten").value_or("");
  vfb.keymap = take(pairs, "keymap").value_or("");
  if (auto password = take(pairs, "vncpasswd")) vfb.vncpasswd = Secret(std::move(*password));
  // A number or a flag that is neither stays among the others, so that it is written back.
  const auto unused = std::ranges::find(pairs, "vncunused", &TextPair::name);
  if (unused != pairs.end() && to_flag(unused->value)) {
    vfb.vncunused = to_flag(unused->value);
    pairs.erase(unused);
  }
  const auto display = std::ranges::find(pairs, "vncdisplay", &TextPair::name);
  if (display != pairs.end() && to_integer(display->value)) {
    vfb.vncdisplay = to_integer(display->value);
    pairs.erase(display);
  }
  vfb.others = std::move(pairs);
  return vfb;
}

Result<std::string> to_text(const VfbConfig& vfb) {
  std::vector<TextPair> pairs{{"type", vfb.type}};
  if (vfb.vncunused) pairs.push_back({"vncunused", *vfb.vncunused ? "1" : "0"});
  if (vfb.vncdisplay) pairs.push_back({"vncdisplay", std::to_string(*vfb.vncdisplay)});
  pairs.push_back({"vnclisten", vfb.vnclisten});
  pairs.push_back({"keymap", vfb.keymap});
  if (vfb.vncpasswd) pairs.push_back({"vncpasswd", vfb.vncpasswd->reveal()});
  return join(pairs, vfb.others);
}

}  // namespace trestle::ovm3
