// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_STORAGE_PROCESSOR_H_
#define TRESTLE_INTEGRATION_OVM3_STORAGE_PROCESSOR_H_

#include <optional>
#include <string>

#include "integration/contracts/storage_processor.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/store.h"
#include "integration/schema/generated/storage.h"

namespace trestle::ovm3 {

/// The storage family on one host, as contracts::StorageProcessor wants it; see there for threads.
/// The commands of the family call the functions below it, which take a Task and give an Error.
class StorageProcessor final : public contracts::StorageProcessor {
 public:
  /// `host` must outlive it.
  explicit StorageProcessor(ManagedHost& host) : host_(host) {}

  [[nodiscard]] schema::Object copy(const CallContext& ctx,
                                    const schema::CopyCommand& command) override;
  [[nodiscard]] schema::Object create(const CallContext& ctx,
                                      const schema::CreateObjectCommand& command) override;
  [[nodiscard]] schema::Object remove(const CallContext& ctx,
                                      const schema::DeleteCommand& command) override;
  [[nodiscard]] schema::Object attach(const CallContext& ctx,
                                      const schema::AttachCommand& command) override;
  [[nodiscard]] schema::Object detach(const CallContext& ctx,
                                      const schema::DettachCommand& command) override;
  [[nodiscard]] schema::Object introduce(const CallContext& ctx,
                                         const schema::IntroduceObjectCmd& command) override;
  [[nodiscard]] schema::Object forget(const CallContext& ctx,
                                      const schema::ForgetObjectCmd& command) override;
  [[nodiscard]] schema::Object snapshot_and_copy(
      const CallContext& ctx, const schema::SnapshotAndCopyCommand& command) override;

 private:
  ManagedHost& host_;
};

/// What a copy made.
struct CopiedObject {
  std::string path;  ///< as CloudStack knows it
  Bytes size;
  std::string details;
};
/// Moves the bytes of one object to another, or refuses the pair by name: nothing is a snapshot's
/// source but a snapshot, since snapshots are taken by CreateObjectCommand. A template on secondary
/// storage gets its template.properties (known defect 73). Errors: kUnimplemented for such a pair,
/// and for a volume that is to be larger than its source (known defect 66); those of copy_image.
[[nodiscard]] Result<CopiedObject> copy_object(const Task& task, const StoredObject& from,
                                               const StoredObject& to);

/// Makes an empty volume; `path` of the result is its file name.
[[nodiscard]] Result<CopiedObject> create_volume(const Task& task, const StoredObject& volume);
/// Copies the volume of a snapshot beside it.
[[nodiscard]] Result<CopiedObject> take_snapshot(const Task& task, const StoredObject& snapshot);
/// Removes an object; the result says what was found. Errors: kFailedPrecondition if a VM has it.
[[nodiscard]] Result<std::string> delete_object(const Task& task, const StoredObject& object);
/// Says whether an object may be forgotten: no VM has it. Nothing is touched.
[[nodiscard]] Result<std::string> forget_object(const Task& task, const StoredObject& object);
/// Size of an object that must be there, whole. Errors: kNotFound.
[[nodiscard]] Result<Bytes> look_at_object(const Task& task, const StoredObject& object);

/// A disk that was put into a VM or taken out of it.
struct AttachedDisk {
  std::string device;
  std::int64_t device_id = 0;
  std::string details;
};
[[nodiscard]] Result<AttachedDisk> attach_object(const Task& task, const std::string& vm,
                                                 const StoredObject& object,
                                                 std::optional<std::int64_t> device_id,
                                                 bool shared);
[[nodiscard]] Result<AttachedDisk> detach_object(const Task& task, const std::string& vm,
                                                 const StoredObject& object);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_STORAGE_PROCESSOR_H_
