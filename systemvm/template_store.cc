// SPDX-License-Identifier: Apache-2.0
#include "systemvm/template_store.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "objects/core/template_properties.h"
#include "objects/core/utf8.h"
#include "systemvm/file.h"
#include "systemvm/manifest.h"

namespace trestle::systemvm {
namespace {

namespace fs = std::filesystem;

/// Where CloudStack keeps the templates of account 1, the one that owns system VMs.
constexpr const char* kAccount = "/template/tmpl/1";
constexpr std::uint64_t kMostProperties = 1U << 20U;

std::uint64_t number_in(const std::map<std::string, std::string>& properties, const char* name) {
  std::uint64_t value = 0;
  if (const auto found = properties.find(name); found != properties.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  }
  return value;
}

std::string text_in(const std::map<std::string, std::string>& properties, const char* name) {
  const auto found = properties.find(name);
  return found == properties.end() ? "" : found->second;
}

/// Four hexadecimal digits.
std::optional<std::uint32_t> code_unit(std::string_view digits) {
  std::uint32_t unit = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  if (digits.size() != 4 || error != std::errc{} || end != digits.data() + 4) return std::nullopt;
  return unit;
}

/// A value without the escapes that Java's Properties writes; characters beyond ASCII are \uXXXX,
/// in halves of pairs above U+FFFF.
std::string unescaped(std::string_view text) {
  constexpr std::string_view kLetters = "tnrf";
  constexpr std::string_view kMeant = "\t\n\r\f";
  std::string value;
  while (!text.empty()) {
    if (text.size() < 2 || text.front() != '\\') {
      value += text.front();
      text.remove_prefix(1);
      continue;
    }
    auto unit = text[1] == 'u' ? code_unit(text.substr(2, 4)) : std::nullopt;
    if (unit) {
      text.remove_prefix(6);
      const auto low = text.starts_with("\\u") ? code_unit(text.substr(2, 4)) : std::nullopt;
      if (is_high_surrogate(*unit) && low && is_low_surrogate(*low)) {
        unit = joined_surrogates(*unit, *low);
        text.remove_prefix(6);
      }
      append_utf8(*unit, value);
      continue;
    }
    const std::size_t letter = kLetters.find(text[1]);
    value += letter == std::string_view::npos ? text[1] : kMeant[letter];
    text.remove_prefix(2);
  }
  return value;
}

Result<StoredTemplate> read_template(const std::string& folder, std::uint64_t id) {
  const std::string path = folder + "/" + std::string(kTemplateProperties);
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile file, ReadFile::open(path));
  if (file.size() > kMostProperties) {
    return fail(Code::kCorruptImage, path + " is larger than any such file; remove that folder");
  }
  std::string text(file.size(), '\0');
  TRESTLE_RETURN_IF_ERROR(file.read(0, std::as_writable_bytes(std::span(text))));
  const auto properties = parse_properties(text);
  StoredTemplate found{.id = id,
                       .folder = folder,
                       .file = name_of(text_in(properties, "filename")),
                       .unique_name = text_in(properties, "uniquename"),
                       .description = text_in(properties, "description"),
                       .size = number_in(properties, "virtualsize")};
  std::error_code ignored;
  const std::string image = folder + "/" + found.file;
  found.image_present = !found.file.empty() && fs::is_regular_file(image, ignored);
  found.ours = !found.file.empty() && fs::is_regular_file(manifest_path(image), ignored);
  return found;
}

}  // namespace

std::map<std::string, std::string> parse_properties(std::string_view text) {
  std::map<std::string, std::string> properties;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t equals = line.find('=');
    if (line.empty() || line.front() == '#' || line.front() == '!' ||
        equals == std::string_view::npos) {
      continue;
    }
    properties[std::string(line.substr(0, equals))] = unescaped(line.substr(equals + 1));
  }
  return properties;
}

Result<TemplateStore> TemplateStore::open(std::string root) {
  std::error_code error;
  if (fs::is_directory(root, error)) return TemplateStore(std::move(root));
  return fail(Code::kNotFound, root +
                                   " is no folder; mount the secondary storage and give the "
                                   "folder where it is mounted");
}

std::string TemplateStore::folder_for(std::uint64_t id) const {
  return root_ + kAccount + "/" + std::to_string(id);
}

Result<Converted> TemplateStore::install(const CallContext& ctx, const std::string& source,
                                         std::uint64_t id, const std::string& description,
                                         const ConvertOptions& options) const {
  const std::string folder = folder_for(id);
  const std::string properties = folder + "/" + std::string(kTemplateProperties);
  std::error_code error;
  const auto before = read_template(folder, id);
  if (!before && before.error().code != Code::kNotFound &&
      before.error().code != Code::kCorruptImage) {
    return fail(before.error());  // neither there nor absent: nothing is touched
  }
  const bool there = before || before.error().code == Code::kCorruptImage;
  if (there && options.replace == Replace::kNever) {
    return fail(Code::kAlreadyExists, "template " + std::to_string(id) + " is there already (" +
                                          folder +
                                          "); remove it, choose another --id, or give "
                                          "--force");
  }
  fs::create_directories(folder, error);
  if (error) return fail(system_error("cannot create " + folder, error.value()));
  const std::string file = "systemvm-" + std::to_string(id) + ".raw";
  ConvertOptions own = options;
  own.format = TargetFormat::kRaw;
  own.manifest = true;
  // Without properties nobody uses what lies there: an attempt that was killed is replaced.
  own.replace = Replace::kAllowed;
  auto made = convert(ctx, source, folder + "/" + file, own);
  if (!made) {
    fs::remove(folder, error);  // only if it is empty
    return made;
  }
  TRESTLE_ASSIGN_OR_RETURN(PendingFile pending, PendingFile::create(properties, Replace::kAllowed));
  const std::string text =
      to_text(TemplateProperties{.id = id,
                                 .unique_name = "routing-" + std::to_string(id),
                                 .file = file,
                                 .description = description,
                                 .size = made->size,
                                 .is_public = true});
  TRESTLE_RETURN_IF_ERROR(pending.write(0, std::as_bytes(std::span(text))));
  TRESTLE_RETURN_IF_ERROR(pending.flush(ctx));
  TRESTLE_RETURN_IF_ERROR(pending.publish());
  // The names of the folders above must survive a crash as well.
  for (std::string above = folder; above.size() > root_.size(); above = folder_of(above)) {
    TRESTLE_RETURN_IF_ERROR(flush_folder(folder_of(above)));
  }
  const std::vector<std::string> written = {file, manifest_path(file),
                                            std::string(kTemplateProperties)};
  if (before && before->image_present &&
      std::ranges::find(written, before->file) == written.end()) {
    // The image of the template that was replaced: nobody knows it any more.
    fs::remove(folder + "/" + before->file, error);
    if (error) return fail(system_error("cannot remove the old " + before->file, error.value()));
    fs::remove(manifest_path(folder + "/" + before->file), error);
  }
  return made;
}

Result<std::vector<StoredTemplate>> TemplateStore::list() const {
  std::vector<StoredTemplate> found;
  std::error_code error;
  const fs::directory_iterator end_of_list;
  for (fs::directory_iterator entry(root_ + kAccount, error); !error && entry != end_of_list;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    std::uint64_t id = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (bad != std::errc{} || end != name.data() + name.size()) continue;
    auto stored = read_template(entry->path(), id);
    if (!stored && stored.error().code == Code::kNotFound) continue;
    if (!stored) return fail(stored.error());
    found.push_back(std::move(*stored));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(system_error("cannot list " + root_ + kAccount, error.value()));
  }
  std::ranges::sort(found, {}, &StoredTemplate::id);
  return found;
}

Result<StoredTemplate> TemplateStore::remove(std::uint64_t id, bool force) const {
  const std::string folder = folder_for(id);
  auto stored = read_template(folder, id);
  if (!stored && stored.error().code == Code::kNotFound) {
    return fail(Code::kNotFound, "there is no template " + std::to_string(id) + " in " + root_ +
                                     kAccount + "; 'template list' shows what is there");
  }
  if (!stored) return stored;
  if (!stored->ours && !force) {
    return fail(Code::kFailedPrecondition,
                "template " + std::to_string(id) +
                    " was not installed by this tool; give --force to remove it all the same");
  }
  const std::string image = folder + "/" + stored->file;
  std::vector<std::string> paths{folder + "/" + std::string(kTemplateProperties)};
  if (stored->image_present) paths.push_back(image);
  if (stored->ours) paths.push_back(manifest_path(image));
  for (const std::string& path : paths) {
    std::error_code error;
    fs::remove(path, error);
    if (error) return fail(system_error("cannot remove " + path, error.value()));
  }
  std::error_code ignored;
  fs::remove(folder, ignored);  // stays if somebody put something else there
  TRESTLE_RETURN_IF_ERROR(flush_folder(folder_of(folder)));
  return stored;
}

}  // namespace trestle::systemvm
