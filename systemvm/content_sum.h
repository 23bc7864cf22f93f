// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_CONTENT_SUM_H_
#define TRESTLE_SYSTEMVM_CONTENT_SUM_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "objects/core/thread_annotations.h"
#include "systemvm/digest.h"
#include "systemvm/image_source.h"

namespace trestle::systemvm {

/// A stretch of a disk in bytes.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// What finds the place of damage inside one mebibyte: all 64-bit words combined by exclusive or,
/// and the positions of all words with an odd number of set bits combined the same way. One
/// flipped bit changes one bit of the first and names its word by the second.
struct Locator {
  std::uint64_t words = 0;
  std::uint32_t positions = 0;
  friend bool operator==(const Locator&, const Locator&) = default;
};
/// Of bytes that lie `within` bytes from the start of their mebibyte and end in it; all others
/// count as zeroes, so that the locators of its parts combine by exclusive or.
[[nodiscard]] Locator locator_of(std::span<const std::byte> bytes, std::uint64_t within = 0);
/// The bit (0 is the lowest of the first byte) whose flip explains the difference, if one does.
[[nodiscard]] std::optional<std::uint64_t> flipped_bit(const Locator& good, const Locator& now);

/// What is known of the content of a disk.
struct ContentSum {
  std::string sha256;  ///< of all bytes, holes included
  std::uint64_t size = 0;
  std::vector<Extent> holes;  ///< zeroes of at least kListedHole bytes, aligned to it, rising
  std::vector<Locator>
      locators;  ///< one a mebibyte from the start; all-zero ones at the end may miss
  friend bool operator==(const ContentSum&, const ContentSum&) = default;
};
inline constexpr std::uint64_t kListedHole = 65536;

/// Sums up content: the digest on a thread of its own while others read and write, holes and
/// locators in `feed`. The pool of the source bounds the memory.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;

  /// The next piece; gaps are zeroes. False if it lies before what came already: then this sum is
  /// of no use and the content must be read again, in order.
  bool feed(const Piece& piece);
  /// The sum of a disk of that size; waits for the thread. Call once, after the last piece.
  [[nodiscard]] ContentSum finish(std::uint64_t size);

 private:
  void work();
  void take(const Piece& piece);
  void zeroes_until(std::uint64_t offset);
  void note(std::uint64_t offset, std::span<const std::byte> bytes);

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Piece> waiting_ TRESTLE_GUARDED_BY(mutex_);
  bool ended_ TRESTLE_GUARDED_BY(mutex_) = false;
  // Of the feeding thread: the digest alone is as much as one core can do.
  std::uint64_t fed_ = 0;
  ContentSum sum_;
  std::uint64_t data_end_ = 0;  // end of the last listed stretch that is no hole

  // Of the working thread, and of finish() after its end.
  Digest digest_{DigestKind::kSha256};
  std::uint64_t position_ = 0;
  std::thread worker_;
};

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_CONTENT_SUM_H_
