// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/script_upload.h"

#include <random>
#include <string_view>
#include <utility>

#include "helpers/ovm3/digest.h"
#include "helpers/ovm3/host_facts.h"

namespace trestle::ovm3 {
namespace {

constexpr const char* kUploadFolder = "/var/tmp/";
constexpr const char* kUploadPrefix = "trestle-upload-";
constexpr const char* kUnfinished = ".part";
constexpr std::uint32_t kFolderMode = 0700;
constexpr std::uint32_t kScriptMode = 0700;
constexpr std::size_t kLongestScript = 4U << 20U;

std::string random_name() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device source;
  std::string name;
  for (int i = 0; i < 12; ++i) name += kDigits[source() % kDigits.size()];
  return name;
}

}  // namespace

Result<void> ScriptUpload::send(const CallContext& ctx, Ssh& ssh, const std::string& python,
                                const std::vector<HostScript>& scripts) {
  TRESTLE_RETURN_IF_ERROR(remove(ctx, ssh));
  const std::string name = kUploadPrefix + random_name();
  const std::string part = name + kUnfinished;
  own_ = {name, part};
  TRESTLE_RETURN_IF_ERROR(fill(ctx, ssh, python, scripts, root_ + kUploadFolder + part + "/"));
  return ssh.rename(ctx, root_ + kUploadFolder + part, root_ + kUploadFolder + name);
}

Result<void> ScriptUpload::fill(const CallContext& ctx, Ssh& ssh, const std::string& python,
                                const std::vector<HostScript>& scripts,
                                const std::string& folder) const {
  TRESTLE_RETURN_IF_ERROR(ssh.make_folder(ctx, folder, kFolderMode));
  FactsWanted wanted;
  for (const HostScript& script : scripts) {
    TRESTLE_RETURN_IF_ERROR(
        ssh.create_file(ctx, folder + script.name, script.content, kScriptMode));
    wanted.files.push_back(folder.substr(root_.size()) + script.name);
  }
  TRESTLE_ASSIGN_OR_RETURN(
      const HostFacts there,
      read_host_facts(ctx, ssh, {python}, root_.empty() ? "/" : root_, wanted));
  for (const HostScript& script : scripts) {
    const auto found = there.files.find(folder.substr(root_.size()) + script.name);
    std::string digest = found != there.files.end() && found->second ? found->second->sha256 : "";
    if (digest.empty()) {  // Python 2.4 has no SHA-256: the bytes themselves are compared
      TRESTLE_ASSIGN_OR_RETURN(const std::string back,
                               ssh.read_file(ctx, folder + script.name, kLongestScript));
      digest = sha256_hex(back);
    }
    if (digest != sha256_hex(script.content)) {
      return fail(Code::kAborted,
                  script.name + " arrived damaged; is the host's disk full? Try again");
    }
  }
  return {};
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
