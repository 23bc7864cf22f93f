// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/template_source.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "helpers/ovm3/image_file.h"
#include "objects/ovm3/api/hypervisor.h"
#include "objects/ovm3/repository.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array<std::string_view, 2> kImageEndings = {".img", ".raw"};

bool is_image(std::string_view file) {
  return std::ranges::any_of(kImageEndings,
                             [&](std::string_view ending) { return file.ends_with(ending); });
}

DiskConfig image_at(std::string path) {
  return DiskConfig{.backend = "file", .path = std::move(path), .mode = DiskMode::kReadWrite};
}

/// The stored configuration; empty for a template that is only a folder with images.
Result<VmConfig> template_config(const CallContext& ctx, const Agent& agent, const RepositoryId& in,
                                 const std::string& name) {
  auto reply = agent.call(ctx, api::hypervisor::get_template_config, in, name);
  if (!reply && reply.error().code == Code::kNotFound) return VmConfig();
  if (!reply) return fail(std::move(reply).error());
  const auto* const members = reply->get_if<Struct>();
  return members == nullptr ? VmConfig() : VmConfig(*members);
}

Result<TemplateSource> read_template(const CallContext& ctx, const Agent& agent,
                                     const RepositoryContents& repository,
                                     const RepositoryFolder& folder) {
  TemplateSource source;
  TRESTLE_ASSIGN_OR_RETURN(source.config, template_config(ctx, agent, repository.id, folder.name));
  TRESTLE_ASSIGN_OR_RETURN(const auto disks, source.config.disks());
  for (const DiskConfig& disk : disks) {
    if (!disk.cdrom && disk.backend == "file") source.images.push_back(disk);
  }
  if (source.images.empty()) {
    const std::string root =
        RepositoryPaths(repository.id).folder(kTemplates) + "/" + folder.name + "/";
    for (const std::string& file : folder.files) {
      if (is_image(file)) source.images.push_back(image_at(root + file));
    }
  }
  if (!source.images.empty()) return source;
  return fail(Code::kFailedPrecondition, "template " + folder.name + " in repository " +
                                             repository.id.text() + " has no disk image (.img)");
}

bool is_named(const std::string& folder, const std::string& wanted) {
  const auto a = VmId::from_name(folder);
  const auto b = VmId::from_name(wanted);
  return a && b && *a == *b;
}

/// The file of that name, with or without its ending.
const std::string* find_file(const std::vector<std::string>& files, const std::string& wanted) {
  for (const std::string& file : files) {
    if (file == wanted) return &file;
    for (const std::string_view ending : kImageEndings) {
      if (file == wanted + std::string(ending)) return &file;
    }
  }
  return nullptr;
}

/// Another orchestrator may be copying it (image_file.h).
Result<void> refuse_half(const std::vector<std::string>& files, const std::string& file) {
  if (std::ranges::find(files, file + std::string(kHalfMark)) == files.end()) return {};
  return fail(Code::kFailedPrecondition,
              file + " is half a copy (" + file + std::string(kHalfMark) +
                  " lies beside it); wait until it is whole, or repeat the command that made it");
}

bool in_any(const Repositories& all, std::string_view path) {
  return std::ranges::any_of(all.records, [&](const RepositoryRecord& record) {
    return path.starts_with(RepositoryPaths(record.id).root() + "/");
  });
}

/// Users may name these images, and must not get at the disks of others with them.
Result<void> check_folder(const Repositories& all, std::string_view path, std::string_view folder) {
  const bool inside = std::ranges::any_of(all.records, [&](const RepositoryRecord& record) {
    return path.starts_with(RepositoryPaths(record.id).folder(folder) + "/");
  });
  if (inside) return {};
  return fail(Code::kPermissionDenied,
              "'" + std::string(path) + "' lies outside of the folder " + std::string(folder) +
                  " of a repository; move it there, or let an admin set allow_any_image to true");
}

}  // namespace

Result<std::string> repository_path(const Repositories& all, const std::string& path) {
  const bool climbs = path.find("/../") != std::string::npos || path.ends_with("/..");
  if (in_any(all, path) && !climbs && !path.ends_with('/')) return path;
  return fail(Code::kInvalidArgument, "'" + path + "' does not lie in a mounted repository (" +
                                          std::string(kRepositoryRoot) +
                                          "/ID/...); name a file of one");
}

Result<TemplateSource> find_template(const CallContext& ctx, const Agent& agent,
                                     const Repositories& all, const std::string& wanted,
                                     bool any_image) {
  if (wanted.starts_with('/')) {
    TRESTLE_ASSIGN_OR_RETURN(std::string path, repository_path(all, wanted));
    if (!any_image) TRESTLE_RETURN_IF_ERROR(check_folder(all, path, kTemplates));
    return TemplateSource{.images = {image_at(std::move(path))}};
  }
  for (const RepositoryContents& repository : all.contents) {
    for (const RepositoryFolder& folder : repository.templates) {
      if (is_named(folder.name, wanted)) return read_template(ctx, agent, repository, folder);
    }
  }
  for (const RepositoryContents& repository : all.contents) {
    if (!any_image) break;
    if (const std::string* file = find_file(repository.virtual_disks, wanted)) {
      TRESTLE_RETURN_IF_ERROR(refuse_half(repository.virtual_disks, *file));
      TRESTLE_ASSIGN_OR_RETURN(std::string path,
                               RepositoryPaths(repository.id).file(kVirtualDisks, *file));
      return TemplateSource{.images = {image_at(std::move(path))}};
    }
  }
  return fail(Code::kNotFound,
              "no mounted repository of this host has a template '" + wanted +
                  "'; correct template_id on the CloudStack template, or put it there");
}

Result<std::string> find_iso(const Repositories& all, const std::string& wanted) {
  if (wanted.starts_with('/')) {
    TRESTLE_ASSIGN_OR_RETURN(std::string path, repository_path(all, wanted));
    TRESTLE_RETURN_IF_ERROR(check_folder(all, path, kIsos));
    return path;
  }
  for (const RepositoryContents& repository : all.contents) {
    if (std::ranges::find(repository.isos, wanted) != repository.isos.end()) {
      return RepositoryPaths(repository.id).file(kIsos, wanted);
    }
  }
  return fail(Code::kNotFound, "no mounted repository of this host has an ISO image '" + wanted +
                                   "'; correct iso_path, or import the image");
}

}  // namespace trestle::ovm3
