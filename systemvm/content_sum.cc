// SPDX-License-Identifier: Apache-2.0
#include "systemvm/content_sum.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <mutex>
#include <utility>

namespace trestle::systemvm {
namespace {

constexpr std::size_t kWordBytes = 8;
constexpr std::size_t kBlockWords = 512;  // folded in a buffer that fits the first cache
constexpr std::size_t kBlockBytes = kBlockWords * kWordBytes;
constexpr unsigned kBlockBits = 9;

struct Folded {
  std::uint64_t words = 0;
  std::uint32_t positions = 0;
};

/// Exclusive or of 512 words, and of the numbers of those that have an odd number of set bits.
/// The upper half alone gives the highest bit of the number; then both halves are laid on each
/// other and the rest follows in the same way: two operations a word.
template <unsigned Bit>
void fold_half(std::array<std::uint64_t, kBlockWords>& words, Folded& out) {
  constexpr std::size_t kHalf = std::size_t{1}
                                << Bit;  // constant: the compiler takes wide registers
  std::uint64_t upper = 0;
  for (std::size_t i = 0; i < kHalf; ++i) {
    upper ^= words[kHalf + i];
    words[i] ^= words[kHalf + i];
  }
  if (std::popcount(upper) % 2 != 0) out.positions |= 1U << Bit;
  if constexpr (Bit > 0) fold_half<Bit - 1>(words, out);
}

Folded fold(std::span<const std::byte> bytes, std::size_t from) {
  std::array<std::uint64_t, kBlockWords> words;  // NOLINT(*-member-init): filled below, or cleared
  if (bytes.size() < kBlockBytes) words.fill(0);
  std::memcpy(reinterpret_cast<std::byte*>(words.data()) + from, bytes.data(), bytes.size());
  Folded out;
  fold_half<kBlockBits - 1>(words, out);
  out.words = words[0];
  return out;
}

}  // namespace

Locator locator_of(std::span<const std::byte> bytes, std::uint64_t within) {
  Locator locator;
  while (!bytes.empty()) {
    const auto block = static_cast<std::uint32_t>(within / kBlockBytes);
    const std::size_t from = within % kBlockBytes;
    const std::size_t length = std::min(kBlockBytes - from, bytes.size());
    const Folded folded = fold(bytes.first(length), from);
    locator.words ^= folded.words;
    locator.positions ^= folded.positions;
    if (std::popcount(folded.words) % 2 != 0) locator.positions ^= block << kBlockBits;
    within += length;
    bytes = bytes.subspan(length);
  }
  return locator;
}

std::optional<std::uint64_t> flipped_bit(const Locator& good, const Locator& now) {
  const std::uint64_t words = good.words ^ now.words;
  if (std::popcount(words) != 1) return std::nullopt;
  // Words are read as this machine lays them; on a little-endian one bit 0 is in the first byte.
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t word = good.positions ^ now.positions;
  return word * kWordBytes * 8 + static_cast<std::uint64_t>(std::countr_zero(words));
}

ContentHash::ContentHash() : worker_([this] { work(); }) {}

ContentHash::~ContentHash() {
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

bool ContentHash::feed(const Piece& piece) {
  if (piece.offset < fed_) return false;
  fed_ = piece.offset + piece.bytes.size();
  note(piece.offset, piece.bytes);
  {
    const MutexLock lock(mutex_);
    waiting_.push_back(piece);
  }
  changed_.notify_all();
  return true;
}

ContentSum ContentHash::finish(std::uint64_t size) {
  {
    const MutexLock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  worker_.join();
  zeroes_until(size);
  if (data_end_ < size) sum_.holes.push_back({data_end_, size - data_end_});
  sum_.size = size;
  sum_.sha256 = digest_.finish();
  return std::move(sum_);
}

void ContentHash::work() {
  for (;;) {
    Piece piece;
    {
      const MutexLock lock(mutex_);
      while (waiting_.empty() && !ended_) changed_.wait(mutex_);
      if (waiting_.empty()) return;
      piece = std::move(waiting_.front());
      waiting_.pop_front();
    }
    take(piece);
  }
}

void ContentHash::zeroes_until(std::uint64_t offset) {
  if (offset <= position_) return;
  digest_.update_zeroes(offset - position_);
  position_ = offset;
}

void ContentHash::take(const Piece& piece) {
  zeroes_until(piece.offset);
  digest_.update(piece.bytes);
  position_ += piece.bytes.size();
}

/// Holes and locators. A piece may begin anywhere, so each mebibyte is put together from parts.
void ContentHash::note(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::uint64_t number = offset / kPieceBytes;
    const std::uint64_t within = offset % kPieceBytes;
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes - within, bytes.size()));
    if (sum_.locators.size() <= number) sum_.locators.resize(number + 1);
    Locator& locator = sum_.locators[number];
    const Locator part = locator_of(bytes.first(length), within);
    locator.words ^= part.words;
    locator.positions ^= part.positions;
    for (std::size_t at = 0; at < length;) {
      const std::uint64_t here = offset + at;
      const std::size_t step = std::min<std::size_t>(kListedHole - here % kListedHole, length - at);
      if (!all_zero(bytes.subspan(at, step))) {
        const std::uint64_t from = here / kListedHole * kListedHole;
        if (from > data_end_) sum_.holes.push_back({data_end_, from - data_end_});
        data_end_ = from + kListedHole;
      }
      at += step;
    }
    offset += length;
    bytes = bytes.subspan(length);
  }
}

}  // namespace trestle::systemvm
