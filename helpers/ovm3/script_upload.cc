// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/script_upload.h"

#include <random>
#include <string_view>
#include <utility>

namespace trestle::ovm3 {
namespace {

constexpr const char* kUploadFolder = "/var/tmp/";
constexpr const char* kUploadPrefix = "trestle-upload-";
constexpr const char* kUnfinished = ".part";
constexpr std::uint32_t kFolderMode = 0700;
constexpr std::uint32_t kScriptMode = 0700;

std::string random_name() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device source;
  std::string name;
  for (int i = 0; i < 12; ++i) name += kDigits[source() % kDigits.size()];
  return name;
}

}  // namespace

Result<void> ScriptUpload::send(const CallContext& ctx, Ssh& ssh,
                                const std::vector<HostScript>& scripts) {
  TRESTLE_RETURN_IF_ERROR(remove(ctx, ssh));
  const std::string name = kUploadPrefix + random_name();
  const std::string part = name + kUnfinished;
  own_ = {name, part};
  TRESTLE_RETURN_IF_ERROR(fill(ctx, ssh, scripts, root_ + kUploadFolder + part + "/"));
  return ssh.rename(ctx, root_ + kUploadFolder + part, root_ + kUploadFolder + name);
}

Result<void> ScriptUpload::fill(const CallContext& ctx, Ssh& ssh,
                                const std::vector<HostScript>& scripts,
                                const std::string& folder) const {
  TRESTLE_RETURN_IF_ERROR(ssh.make_folder(ctx, folder, kFolderMode));
  std::vector<std::string> words = {"cat", "--"};
  for (const HostScript& script : scripts) {
    TRESTLE_RETURN_IF_ERROR(
        ssh.create_file(ctx, folder + script.name, script.content, kScriptMode));
    words.push_back(folder + script.name);
  }
  // All of them back in one go, and nothing but the bytes: a digest would need a Python of the
  // host's, whose start takes longer, and the oldest has no SHA-256.
  TRESTLE_ASSIGN_OR_RETURN(const RemoteResult back, ssh.run(ctx, words));
  std::string_view rest = back.out;
  for (const HostScript& script : scripts) {
    if (!rest.starts_with(script.content)) {
      return fail(
          Code::kAborted,
          script.name + " arrived damaged; is the host's disk full? Then free some, and try again" +
              (back.err.empty() ? "" : " (the host says: " + back.err.substr(0, 400) + ")"));
    }
    rest.remove_prefix(script.content.size());
  }
  if (rest.empty() && back.status == 0) return {};
  return fail(Code::kAborted, "the upload cannot be read back (status " +
                                  std::to_string(back.status) + "); try again");
}

std::string ScriptUpload::folder() const { return root_ + kUploadFolder + own_.front() + "/"; }

Result<void> ScriptUpload::remove(const CallContext& ctx, Ssh& ssh) {
  std::vector<std::string> words = {"rm", "-rf", "--"};
  for (const std::vector<std::string>* names : {&older_, &own_}) {
    for (const std::string& name : *names) {
      // A name from the host is not believed to be one.
      if (name.starts_with(kUploadPrefix) && name.find('/') == std::string::npos) {
        words.push_back(root_ + kUploadFolder + name);
      }
    }
  }
  if (words.size() > 3) {
    TRESTLE_ASSIGN_OR_RETURN(const RemoteResult ran, ssh.run(ctx, words));
    if (ran.status != 0) {
      return fail(Code::kFailedPrecondition,
                  "an upload cannot be removed: " + ran.err.substr(0, 400));
    }
  }
  older_.clear();
  own_.clear();
  return {};
}

}  // namespace trestle::ovm3
