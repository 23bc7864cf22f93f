// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_IDS_H_
#define TRESTLE_OBJECTS_CORE_IDS_H_

#include <string>
#include <string_view>
#include <utility>

#include "objects/core/result.h"

namespace trestle {

/// An identity on a host. Its text goes back to the agent exactly as it came; two of them compare
/// by their 32 hexadecimal digits when they are UUIDs (with or without dashes, any case), else by
/// their text. The tag keeps a repository from being passed where a VM is wanted.
template <class Tag>
class Id {
 public:
  /// A UUID in either form; anything else is kInvalidArgument.
  static Result<Id> parse(std::string_view text);
  /// A name that the orchestrator or the host chose ("i-2-3-VM"), or a UUID. It must be a plain
  /// file name: not empty, no '/', no control character, not "." or "..": ids become paths.
  static Result<Id> from_name(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// 32 lower-case digits for a UUID, the text itself for a name.
  [[nodiscard]] const std::string& key() const { return key_; }

  friend bool operator==(const Id& a, const Id& b) { return a.key_ == b.key_; }
  friend auto operator<=>(const Id& a, const Id& b) { return a.key_ <=> b.key_; }

 private:
  Id(std::string text, std::string key) : text_(std::move(text)), key_(std::move(key)) {}
  std::string text_;
  std::string key_;
};

namespace detail {
/// The 32 lower-case digits of a UUID, empty if `text` is not one.
std::string uuid_key(std::string_view text);
/// True if `text` may be one component of a path.
bool is_plain_name(std::string_view text);
}  // namespace detail

template <class Tag>
Result<Id<Tag>> Id<Tag>::parse(std::string_view text) {
  std::string key = detail::uuid_key(text);
  if (key.empty()) return fail(Code::kInvalidArgument, "not a UUID: '" + std::string(text) + "'");
  return Id(std::string(text), std::move(key));
}

template <class Tag>
Result<Id<Tag>> Id<Tag>::from_name(std::string_view text) {
  if (!detail::is_plain_name(text)) {
    return fail(Code::kInvalidArgument, "not a usable identifier: '" + std::string(text) + "'");
  }
  std::string key = detail::uuid_key(text);
  if (key.empty()) key = text;
  return Id(std::string(text), std::move(key));
}

struct RepositoryTag {};
struct VmTag {};
struct PoolTag {};
struct PoolFilesystemTag {};
struct ManagerTag {};
struct StorageServerTag {};
struct FileSystemTag {};

using RepositoryId = Id<RepositoryTag>;
using VmId = Id<VmTag>;
using PoolId = Id<PoolTag>;
using PoolFilesystemId = Id<PoolFilesystemTag>;
using ManagerId = Id<ManagerTag>;
using StorageServerId = Id<StorageServerTag>;
using FileSystemId = Id<FileSystemTag>;

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_IDS_H_
