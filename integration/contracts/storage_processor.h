// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_STORAGE_PROCESSOR_H_
#define TRESTLE_INTEGRATION_CONTRACTS_STORAGE_PROCESSOR_H_

#include "objects/core/call_context.h"

namespace trestle::schema {
class Object;
struct AttachCommand;
struct CopyCommand;
struct CreateObjectCommand;
struct DeleteCommand;
struct DettachCommand;
struct ForgetObjectCmd;
struct IntroduceObjectCmd;
struct SnapshotAndCopyCommand;
}  // namespace trestle::schema

namespace trestle::contracts {

/// The storage command family: volumes, templates and snapshots on primary and secondary stores.
/// Each gives the answer of its command: `result` true only when the bytes are there (or gone) and
/// were looked at, else the reason; a pair of source and target that makes no sense is refused by
/// the names of both. A copy that ends early leaves nothing that could be taken for the whole.
/// Callable from any thread; two commands for one object are done one after the other.
class StorageProcessor {
 public:
  StorageProcessor() = default;
  StorageProcessor(const StorageProcessor&) = delete;
  StorageProcessor& operator=(const StorageProcessor&) = delete;
  virtual ~StorageProcessor() = default;

  /// Moves bytes: any of (template, volume, snapshot) x (primary, secondary) to any other.
  [[nodiscard]] virtual schema::Object copy(const CallContext& ctx,
                                            const schema::CopyCommand& command) = 0;
  /// An empty volume, or a snapshot of one.
  [[nodiscard]] virtual schema::Object create(const CallContext& ctx,
                                              const schema::CreateObjectCommand& command) = 0;
  /// Removes a volume, snapshot or template. One that is not there is removed already, and said so.
  [[nodiscard]] virtual schema::Object remove(const CallContext& ctx,
                                              const schema::DeleteCommand& command) = 0;
  /// A disk or an ISO to a VM, running or not.
  [[nodiscard]] virtual schema::Object attach(const CallContext& ctx,
                                              const schema::AttachCommand& command) = 0;
  [[nodiscard]] virtual schema::Object detach(const CallContext& ctx,
                                              const schema::DettachCommand& command) = 0;
  /// Takes an object that lies on the store already into the books, and the reverse; no byte moves.
  [[nodiscard]] virtual schema::Object introduce(const CallContext& ctx,
                                                 const schema::IntroduceObjectCmd& command) = 0;
  [[nodiscard]] virtual schema::Object forget(const CallContext& ctx,
                                              const schema::ForgetObjectCmd& command) = 0;
  /// A snapshot, and its copy to another store.
  [[nodiscard]] virtual schema::Object snapshot_and_copy(
      const CallContext& ctx, const schema::SnapshotAndCopyCommand& command) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_STORAGE_PROCESSOR_H_
