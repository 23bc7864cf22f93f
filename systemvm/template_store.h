// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_TEMPLATE_STORE_H_
#define TRESTLE_SYSTEMVM_TEMPLATE_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/convert.h"

namespace trestle::systemvm {

/// One template on secondary storage, as its template.properties says.
struct StoredTemplate {
  std::uint64_t id = 0;
  std::string folder;
  std::string file;         ///< name of the image in the folder
  std::string unique_name;  ///< "routing-ID" for a system VM
  std::string description;
  std::uint64_t size = 0;  ///< of the disk, as it says
  bool image_present = false;
  bool ours = false;  ///< installed here: it has a manifest
  friend bool operator==(const StoredTemplate&, const StoredTemplate&) = default;
};

/// A secondary storage of CloudStack as a folder of this machine: local, or an NFS mount. A value.
class TemplateStore {
 public:
  /// `root`: what CloudStack knows as the export. Errors: kNotFound if it is no folder.
  [[nodiscard]] static Result<TemplateStore> open(std::string root);

  /// Converts `source` to raw as template `id`. CloudStack sees it when template.properties is
  /// there, which is written last. Errors: kAlreadyExists for another template of that id; those
  /// of convert.
  [[nodiscard]] Result<Converted> install(const CallContext& ctx, const std::string& source,
                                          std::uint64_t id, const std::string& description,
                                          const ConvertOptions& options) const;
  /// All templates of account 1, by id. Errors: those of the system.
  [[nodiscard]] Result<std::vector<StoredTemplate>> list() const;
  /// Takes one away: the properties first, so that CloudStack never sees half of it. Errors:
  /// kNotFound; kFailedPrecondition for one that was not installed here, unless `force`.
  [[nodiscard]] Result<StoredTemplate> remove(std::uint64_t id, bool force) const;

 private:
  explicit TemplateStore(std::string root) : root_(std::move(root)) {}
  [[nodiscard]] std::string folder_for(std::uint64_t id) const;

  std::string root_;
};

/// "key=value" lines as Java writes them, comments left out.
[[nodiscard]] std::map<std::string, std::string> parse_properties(std::string_view text);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_TEMPLATE_STORE_H_
