// SPDX-License-Identifier: Apache-2.0
#include "systemvm/image_source.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <utility>

#include "systemvm/file.h"

namespace trestle::systemvm {

struct PiecePool::Shelf {
  std::mutex mutex;
  std::condition_variable returned;
  std::vector<std::unique_ptr<std::byte[]>> free;  // guarded by mutex
  std::size_t to_make = 0;                         // guarded by mutex: those nobody needed yet
};

PiecePool::PiecePool(std::size_t count) : shelf_(std::make_shared<Shelf>()) {
  shelf_->free.reserve(count);
  shelf_->to_make = count;
}

PiecePool::Buffer PiecePool::take() {
  std::unique_lock lock(shelf_->mutex);
  if (shelf_->free.empty() && shelf_->to_make > 0) {
    --shelf_->to_make;  // whoever takes one fills it, so it is not cleared
    shelf_->free.push_back(std::make_unique_for_overwrite<std::byte[]>(kPieceBytes));
  }
  shelf_->returned.wait(lock, [this] { return !shelf_->free.empty(); });
  std::byte* const bytes = shelf_->free.back().release();
  shelf_->free.pop_back();
  const std::shared_ptr<const void> owner(bytes, [shelf = shelf_](std::byte* back) {
    const std::scoped_lock returning(shelf->mutex);
    shelf->free.emplace_back(back);
    shelf->returned.notify_one();
  });
  return {.bytes = {bytes, kPieceBytes}, .owner = owner};
}

struct DiskImage::Position {
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> total{0};
};

std::shared_ptr<DiskImage::Position> DiskImage::make_position() {
  return std::make_shared<Position>();
}

ImageSource::Progress DiskImage::progress() const {
  return {.done = position_->done, .total = position_->total};
}

Result<void> DiskImage::pump(const CallContext& ctx, const Sink& sink) {
  constexpr std::size_t kBuffers = 8;  // 8 MiB: reader, writer and hash each have some to spare
  PiecePool pool(kBuffers);
  const std::uint64_t size = facts().size.count;
  position_->total = size;
  for (std::uint64_t at = 0; at < size;) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    TRESTLE_ASSIGN_OR_RETURN(at, next_data(at));
    if (at >= size) break;
    const std::uint64_t boundary = (at / kPieceBytes + 1) * kPieceBytes;
    const auto length = static_cast<std::size_t>(std::min(boundary, size) - at);
    const PiecePool::Buffer buffer = pool.take();
    const std::span<std::byte> bytes = buffer.bytes.first(length);
    TRESTLE_RETURN_IF_ERROR(read_at(ctx, at, bytes));
    TRESTLE_RETURN_IF_ERROR(sink({.offset = at, .bytes = bytes, .owner = buffer.owner}));
    at += length;
    position_->done = at;
  }
  position_->done = size;
  return {};
}

bool all_zero(std::span<const std::byte> bytes) {
  // The first bytes decide nearly always; then the range is compared with itself, one byte on,
  // which the C library does with the widest registers there are.
  constexpr std::size_t kFirst = 16;
  const std::size_t head = std::min(kFirst, bytes.size());
  for (std::size_t i = 0; i < head; ++i) {
    if (bytes[i] != std::byte{0}) return false;
  }
  if (bytes.size() <= kFirst) return true;
  return std::memcmp(bytes.data(), bytes.data() + kFirst, bytes.size() - kFirst) == 0;
}

}  // namespace trestle::systemvm
