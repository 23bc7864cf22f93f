// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_CHILD_H_
#define TRESTLE_SYSTEMVM_CHILD_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/file.h"

namespace trestle::systemvm {

/// Where the streams of a child lead. What is absent leads to /dev/null.
struct ChildStreams {
  int in = -1;
  int out = -1;
  std::vector<int> kept = {};  ///< descriptors that keep their number in the child
};

/// Another program, started without a shell. Its standard error is collected (the last lines). It
/// is killed when this goes. Single-threaded.
class Child {
 public:
  /// Starts words[0], looked up in PATH. Errors: kFailedPrecondition saying which package to
  /// install if there is no such program, those of the system.
  [[nodiscard]] static Result<Child> start(const std::vector<std::string>& words,
                                           const ChildStreams& streams, const std::string& package);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  /// Waits for its end. Errors: kCancelled, kDeadlineExceeded (it is killed then); kCorruptImage
  /// with its last words if it did not end with status 0.
  [[nodiscard]] Result<void> wait(const CallContext& ctx);

 private:
  Child(pid_t pid, Descriptor errors, std::string name)
      : pid_(pid), errors_(std::move(errors)), name_(std::move(name)) {}
  void kill();
  [[nodiscard]] std::string last_words();

  pid_t pid_ = -1;
  Descriptor errors_;  // what it says is in this scratch file
  std::string name_;
};

/// True if PATH has that program.
[[nodiscard]] bool has_program(const std::string& name);

/// Two ends of a pipe, closed in children.
struct Pipe {
  Descriptor read;
  Descriptor write;
};
[[nodiscard]] Result<Pipe> make_pipe();

/// Runs a program to its end and gives its output (at most 64 MiB). Errors: as Child.
[[nodiscard]] Result<std::string> output_of(const CallContext& ctx,
                                            const std::vector<std::string>& words,
                                            const std::vector<int>& kept,
                                            const std::string& package);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_CHILD_H_
