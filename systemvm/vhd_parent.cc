// SPDX-License-Identifier: Apache-2.0
#include "systemvm/vhd_parent.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace trestle::systemvm {
namespace {

/// Longest path that a locator may hold; four times what any system allows.
constexpr std::uint32_t kLongestLocator = 16384;

std::string with_slashes(std::string path) {
  std::ranges::replace(path, '\\', '/');
  return path;
}

/// "C:/images/base.vhd" names nothing here.
bool windows_absolute(std::string_view path) { return path.size() > 1 && path[1] == ':'; }

/// The path in a file URL of a MacX locator; "file:./base.vhd" is relative.
std::string from_url(std::string url) {
  for (const std::string_view prefix : {"file://localhost", "file://", "file:"}) {
    if (url.starts_with(prefix)) return url.substr(prefix.size());
  }
  return url;
}

/// Four bytes of a file as a message may hold them.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

/// Bytes of a text that may be padded with zeroes.
std::string until_zero(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    if (byte == std::byte{0}) break;
    text += std::to_integer<char>(byte);
  }
  return text;
}

void add(std::vector<std::string>& paths, const std::string& folder, const std::string& name) {
  if (name.empty() || windows_absolute(name)) return;
  std::string path = name.front() == '/' ? name : folder + "/" + name;
  if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
}

}  // namespace

Result<std::vector<std::string>> vhd_parent_paths(const ReadFile& child, const VhdHeader& header) {
  const std::string folder = folder_of(child.path());
  std::vector<std::string> relative;
  std::vector<std::string> absolute;
  for (const VhdLocator& locator : header.locators) {
    if (locator.length == 0 || locator.length > kLongestLocator) continue;
    if (locator.offset > child.size() || child.size() - locator.offset < locator.length) {
      return fail(Code::kCorruptImage,
                  "VHD " + child.path() + ": a parent locator (\"" + printable(locator.platform) +
                      "\") names " + std::to_string(locator.length) + " bytes at offset " +
                      std::to_string(locator.offset) + ", but the file has " +
                      std::to_string(child.size()) + "; the image is damaged: fetch it again");
    }
    std::vector<std::byte> bytes(locator.length);
    TRESTLE_RETURN_IF_ERROR(child.read(locator.offset, bytes));
    std::string name;
    if (locator.platform == "W2ru" || locator.platform == "W2ku") {
      name = with_slashes(from_utf16(bytes, false));
    } else if (locator.platform == "MacX") {
      name = from_url(until_zero(bytes));
    }
    add(name.starts_with('/') ? absolute : relative, folder, name);
    if (windows_absolute(name)) add(relative, folder, name_of(name));
  }
  relative.insert(relative.end(), absolute.begin(), absolute.end());
  add(relative, folder, name_of(with_slashes(header.parent_name)));
  return relative;
}

}  // namespace trestle::systemvm
