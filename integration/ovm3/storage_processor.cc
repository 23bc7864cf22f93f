// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/storage_processor.h"

#include "helpers/ovm3/work.h"
#include "integration/ovm3/commands/storage/family.h"

namespace trestle::ovm3 {
namespace {

/// The answer of a command that has `ctx` for itself and for taking back.
template <class Command, auto kRun>
schema::Object answer_to(ManagedHost& host, const CallContext& ctx, const Command& command) {
  const WorkTime time = work_time(ctx);
  auto answer = kRun({.ctx = time.work, .undo = time.undo, .host = host}, command);
  if (!answer) return failed_answer(Command::type_info(), answer.error());
  return schema::Object(*std::move(answer));
}

}  // namespace

schema::Object StorageProcessor::copy(const CallContext& ctx, const schema::CopyCommand& command) {
  return answer_to<schema::CopyCommand, copy_command>(host_, ctx, command);
}

schema::Object StorageProcessor::create(const CallContext& ctx,
                                        const schema::CreateObjectCommand& command) {
  return answer_to<schema::CreateObjectCommand, create_object>(host_, ctx, command);
}

schema::Object StorageProcessor::remove(const CallContext& ctx,
                                        const schema::DeleteCommand& command) {
  return answer_to<schema::DeleteCommand, delete_command>(host_, ctx, command);
}

schema::Object StorageProcessor::attach(const CallContext& ctx,
                                        const schema::AttachCommand& command) {
  return answer_to<schema::AttachCommand, ovm3::attach>(host_, ctx, command);
}

schema::Object StorageProcessor::detach(const CallContext& ctx,
                                        const schema::DettachCommand& command) {
  return answer_to<schema::DettachCommand, ovm3::detach>(host_, ctx, command);
}

schema::Object StorageProcessor::introduce(const CallContext& ctx,
                                           const schema::IntroduceObjectCmd& command) {
  return answer_to<schema::IntroduceObjectCmd, ovm3::introduce>(host_, ctx, command);
}

schema::Object StorageProcessor::forget(const CallContext& ctx,
                                        const schema::ForgetObjectCmd& command) {
  return answer_to<schema::ForgetObjectCmd, ovm3::forget>(host_, ctx, command);
}

schema::Object StorageProcessor::snapshot_and_copy(const CallContext& ctx,
                                                   const schema::SnapshotAndCopyCommand& command) {
  return answer_to<schema::SnapshotAndCopyCommand, ovm3::snapshot_and_copy>(host_, ctx, command);
}

}  // namespace trestle::ovm3
