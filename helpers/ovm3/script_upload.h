// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SCRIPT_UPLOAD_H_
#define TRESTLE_HELPERS_OVM3_SCRIPT_UPLOAD_H_

#include <string>
#include <vector>

#include "helpers/ovm3/host_scripts.h"
#include "helpers/ovm3/ssh.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// Scripts on their way to a host: a folder of their own in /var/tmp, which is on every host and
/// whose content is nobody's configuration. Not thread-safe.
class ScriptUpload {
 public:
  /// `root` stands in front of every path on the host, without a slash at its end.
  explicit ScriptUpload(std::string root = {}) : root_(std::move(root)) {}

  /// Names of uploads that earlier runs left, as the host tells them; a name that is none of ours
  /// is left alone.
  void found(std::vector<std::string> names) { older_ = std::move(names); }
  /// Takes older uploads away, then sends all files under a name of their own, compares them with
  /// what the host reads back, and gives the folder the name that it is used under: half an upload
  /// is never run. Errors: those of Ssh; kAborted if a file arrived damaged.
  [[nodiscard]] Result<void> send(const CallContext& ctx, Ssh& ssh,
                                  const std::vector<HostScript>& scripts);
  /// Where the files lie after `send`, with a slash at its end.
  [[nodiscard]] std::string folder() const;
  /// Whether a folder of this run may be on the host.
  [[nodiscard]] bool any() const { return !own_.empty(); }
  /// Uploads of this run and of earlier ones go. Errors: those of Ssh; kFailedPrecondition with the
  /// host's words.
  [[nodiscard]] Result<void> remove(const CallContext& ctx, Ssh& ssh);
  /// They stay where they are.
  void forget() { own_.clear(); }

 private:
  [[nodiscard]] Result<void> fill(const CallContext& ctx, Ssh& ssh,
                                  const std::vector<HostScript>& scripts,
                                  const std::string& folder) const;

  std::string root_;
  std::vector<std::string> older_;
  std::vector<std::string> own_;  // the name it is used under, then the one while it is filled
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SCRIPT_UPLOAD_H_
