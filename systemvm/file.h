// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_FILE_H_
#define TRESTLE_SYSTEMVM_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::systemvm {

/// An open file descriptor that is closed at the end. Moves, never copies.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  /// Hands the number out; the caller closes it.
  [[nodiscard]] int release();
  void close();

 private:
  int number_ = -1;
};

/// An Error of what the system said last (errno): "WHAT: No space left on device; ADVICE". The code
/// follows errno: kNotFound, kPermissionDenied, kResourceExhausted, kAlreadyExists, else
/// kUnavailable.
[[nodiscard]] Error system_error(const std::string& what, int errno_value);

/// kCancelled or kDeadlineExceeded if the context has ended. Errors: these two.
[[nodiscard]] Result<void> still_wanted(const CallContext& ctx);

/// A regular file or block device that is read by position. Thread-safe.
class ReadFile {
 public:
  /// Errors: those of the system; kInvalidArgument for a folder, a socket or a pipe.
  [[nodiscard]] static Result<ReadFile> open(const std::string& path);
  /// The same over a descriptor that is open already; `path` is what errors call it.
  [[nodiscard]] static Result<ReadFile> adopt(Descriptor descriptor, std::string path);

  /// Fills `out` from `offset`. Errors: kCorruptImage if the file ends before, those of the system;
  /// each names path and offset.
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> out) const;
  /// As much of `out` as the file has from `offset`; the number of bytes.
  [[nodiscard]] Result<std::size_t> read_some(std::uint64_t offset, std::span<std::byte> out) const;
  /// First offset from `offset` on where the file is no hole, or `end` if there is none before it.
  /// File systems that do not know say `offset`.
  [[nodiscard]] std::uint64_t next_data(std::uint64_t offset, std::uint64_t end) const;

  [[nodiscard]] std::uint64_t size() const { return size_; }  ///< bytes, when it was opened
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int number() const { return descriptor_.number(); }

 private:
  ReadFile(Descriptor descriptor, std::string path, std::uint64_t size)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), size_(size) {}

  Descriptor descriptor_;
  std::string path_;
  std::uint64_t size_ = 0;
};

/// Whether a finished file may take the place of one that is there.
enum class Replace : unsigned char { kNever, kAllowed };

/// A file that nobody sees before it is whole: it has no name until `publish`, so a process that
/// is killed leaves nothing behind. On file systems without nameless files (NFS) it is
/// `.NAME.part` beside the target, locked, and taken over by the next one after a kill.
class PendingFile {
 public:
  /// Errors: kAlreadyExists if `target` is there and may not be replaced, kAborted if another
  /// process writes the same target now, those of the system.
  [[nodiscard]] static Result<PendingFile> create(const std::string& target, Replace replace);
  /// A file for this process alone in the folder of `near`, never published: it has no name (for
  /// long), so it goes with the process whatever ends that. `what` is for messages. Errors: those
  /// of the system.
  [[nodiscard]] static Result<PendingFile> scratch(const std::string& near,
                                                   const std::string& what);
  PendingFile(PendingFile&& other) noexcept = default;
  PendingFile& operator=(PendingFile&& other) noexcept;
  ~PendingFile();

  /// Writes all of `bytes` at `offset`. Thread-safe. Errors: those of the system, with the path.
  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) const;
  [[nodiscard]] Result<void> resize(std::uint64_t bytes) const;
  /// Asks the system to begin writing what lies in this range, without waiting.
  void start_flush(std::uint64_t offset, std::uint64_t length) const;
  /// Waits until content and size are on the disk; looks at the context every few megabytes.
  /// Errors: those of the context and of the system (a late "no space" comes out here).
  [[nodiscard]] Result<void> flush(const CallContext& ctx) const;
  /// Gives it its name and flushes the folder. Call `flush` before. Errors: kAlreadyExists if
  /// somebody else made the target meanwhile, those of the system.
  [[nodiscard]] Result<void> publish();

  [[nodiscard]] int number() const { return descriptor_.number(); }
  [[nodiscard]] const std::string& target() const { return target_; }
  /// Where other programs and threads of this process can open the content now.
  [[nodiscard]] std::string path_now() const;
  /// A reader of what has been written so far. Errors: those of the system.
  [[nodiscard]] Result<ReadFile> reader() const;

 private:
  PendingFile(Descriptor descriptor, std::string target, std::string name, Replace replace)
      : descriptor_(std::move(descriptor)),
        target_(std::move(target)),
        name_(std::move(name)),
        replace_(replace) {}
  [[nodiscard]] Result<void> link_to(const std::string& name) const;
  void forget();

  Descriptor descriptor_;
  std::string target_;
  std::string name_;  // empty: the file has no name yet
  Replace replace_ = Replace::kNever;
};

/// The folder of a path ("." if it names none) and the name in it.
[[nodiscard]] std::string folder_of(const std::string& path);
[[nodiscard]] std::string name_of(const std::string& path);

/// Flushes a folder, so that names in it survive a crash. Errors: those of the system.
[[nodiscard]] Result<void> flush_folder(const std::string& folder);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_FILE_H_
