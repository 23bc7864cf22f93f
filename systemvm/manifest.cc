// SPDX-License-Identifier: Apache-2.0
#include "systemvm/manifest.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "systemvm/file.h"

namespace trestle::systemvm {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kVersion = 1;
/// No disk is larger: offsets of the system are signed.
constexpr std::uint64_t kMostContent = std::numeric_limits<std::int64_t>::max();
/// A manifest of a disk of 2040 GiB whose every second 64 KiB is a hole stays below this.
constexpr std::uint64_t kMostBytes = 1ULL << 30U;

/// "0123456789abcdef-1ffff"; empty for all zeroes, which is most of a disk.
std::string to_text(const Locator& locator) {
  if (locator == Locator{}) return "";
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%016llx-%x",
                static_cast<unsigned long long>(locator.words), locator.positions);
  return text.data();
}

template <class T>
bool read_hex(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Locator> locator_from(std::string_view text) {
  Locator locator;
  if (text.empty()) return locator;
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || !read_hex(text.substr(0, dash), locator.words) ||
      !read_hex(text.substr(dash + 1), locator.positions)) {
    return std::nullopt;
  }
  return locator;
}

tl::unexpected<Error> bad(const std::string& name, const std::string& what) {
  return fail(Code::kCorruptImage,
              name + ": " + what + "; write it anew by converting the image again");
}

/// A whole number. Throws a Json::exception for any other value: -1, 1.5 and true too, which the
/// library would make numbers of.
std::uint64_t whole(const Json& value) { return value.get_ref<const std::uint64_t&>(); }

/// The lists of a manifest. False if they are not what they should be.
bool read_lists(const Json& json, ContentSum& content) {
  for (const Json& hole : json.at("holes")) {
    if (!hole.is_array() || hole.size() != 2) return false;
    content.holes.push_back({whole(hole[0]), whole(hole[1])});
  }
  for (const Json& text : json.at("locators")) {
    const auto locator = locator_from(text.get<std::string>());
    if (!locator) return false;
    content.locators.push_back(*locator);
  }
  return true;
}

}  // namespace

std::string manifest_path(const std::string& image) { return image + ".manifest.json"; }

std::string to_json(const Manifest& manifest) {
  Json json;
  json["manifest"] = kVersion;
  json["tool"] = manifest.tool;
  json["file"] = manifest.file;
  json["format"] = manifest.format;
  json["file_bytes"] = manifest.file_bytes;
  json["file_sha256"] = manifest.file_sha256;
  json["content_bytes"] = manifest.content.size;
  json["content_sha256"] = manifest.content.sha256;
  json["source"] = {{"name", manifest.source},
                    {"format", manifest.source_format},
                    {"checksum", manifest.source_checksum}};
  json["holes"] = Json::array();
  json["locator_bytes"] = kPieceBytes;
  json["locators"] = Json::array();
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  // The two long lists one item a line would make most of a file that people look at.
  std::string holes;
  for (const Extent& hole : manifest.content.holes) {
    holes += (holes.empty() ? "" : ", ") + ("[" + std::to_string(hole.offset)) + ", " +
             std::to_string(hole.length) + "]";
  }
  std::string locators;
  for (const Locator& locator : manifest.content.locators) {
    locators += (locators.empty() ? "\"" : ", \"") + to_text(locator) + "\"";
  }
  const auto fill = [&text](const std::string& name, const std::string& items) {
    const std::string empty = "\"" + name + "\": []";
    text.insert(text.rfind(empty) + empty.size() - 1, items);
  };
  fill("locators", locators);
  fill("holes", holes);
  return text + "\n";
}

Result<Manifest> parse_manifest(std::string_view text, const std::string& name) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return bad(name, "is no JSON object");
  try {
    if (whole(json.at("manifest")) != kVersion) {
      return bad(name, "is a manifest of another version");
    }
    if (whole(json.at("locator_bytes")) != kPieceBytes) {
      return bad(name, "has locators of another unit");
    }
    Manifest manifest{.tool = json.at("tool").get<std::string>(),
                      .file = json.at("file").get<std::string>(),
                      .format = json.at("format").get<std::string>(),
                      .file_bytes = whole(json.at("file_bytes")),
                      .file_sha256 = json.at("file_sha256").get<std::string>(),
                      .content = {},
                      .source = json.at("source").at("name").get<std::string>(),
                      .source_format = json.at("source").at("format").get<std::string>(),
                      .source_checksum = json.at("source").at("checksum").get<std::string>()};
    manifest.content.size = whole(json.at("content_bytes"));
    manifest.content.sha256 = json.at("content_sha256").get<std::string>();
    if (manifest.content.size > kMostContent) return bad(name, "names more bytes than a disk has");
    if (!read_lists(json, manifest.content)) return bad(name, "has a hole or a locator amiss");
    return manifest;
  } catch (const Json::exception& error) {
    return bad(name,
               std::string("lacks a member or has one of another kind (") + error.what() + ")");
  }
}

Result<Manifest> read_manifest(const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile file, ReadFile::open(path));
  if (file.size() > kMostBytes) return bad(path, "is larger than any manifest");
  std::string text(file.size(), '\0');
  TRESTLE_RETURN_IF_ERROR(file.read(0, std::as_writable_bytes(std::span(text))));
  return parse_manifest(text, path);
}

std::string without_secrets(std::string_view source) {
  if (!source.starts_with("http://") && !source.starts_with("https://")) {
    return std::string(source);
  }
  std::string url(source.substr(0, source.find_first_of("?#")));
  const std::size_t host = url.find("//") + 2;
  const std::size_t path = std::min(url.find('/', host), url.size());
  const std::size_t at = url.rfind('@', path);
  if (at != std::string::npos && at >= host && at < path) url.erase(host, at + 1 - host);
  return url;
}

}  // namespace trestle::systemvm
