// SPDX-License-Identifier: Apache-2.0
#include "systemvm/vhd_disk.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

#include "systemvm/vhd_parent.h"

namespace trestle::systemvm {
namespace {

using FooterBytes = std::array<std::byte, kVhdFooterBytes>;

/// Both footers of a file, as bytes.
struct Ends {
  FooterBytes head{};
  FooterBytes tail{};
  std::uint64_t tail_at = 0;
};

Result<Ends> read_ends(const ReadFile& file) {
  Ends ends;
  if (file.size() < kVhdFooterBytes) {
    return fail(Code::kCorruptImage, file.path() + " has " + std::to_string(file.size()) +
                                         " bytes and cannot hold a VHD footer of 512; the image is "
                                         "cut off: fetch it again");
  }
  ends.tail_at = file.size() - kVhdFooterBytes;
  TRESTLE_RETURN_IF_ERROR(file.read(0, ends.head));
  TRESTLE_RETURN_IF_ERROR(file.read(ends.tail_at, ends.tail));
  return ends;
}

/// The footer that counts of a file that has two, and what is odd about the other one.
struct Chosen {
  VhdFooter footer;
  std::vector<std::string> warnings;
};

Result<Chosen> choose_footer(const ReadFile& file, const Ends& ends) {
  const auto head = parse_vhd_footer(ends.head, 0);
  const auto tail = parse_vhd_footer(ends.tail, ends.tail_at);
  if (!head && !tail) return fail(wrap(file.path() + ": neither footer is whole", tail.error()));
  if (head && tail) {
    Chosen chosen{.footer = *tail, .warnings = {}};
    const std::string field = vhd_footer_difference(ends.head, ends.tail);
    if (!field.empty()) {
      chosen.warnings.push_back("the footers at offsets 0 and " + std::to_string(ends.tail_at) +
                                " differ in field " + field + "; the last one counts");
    }
    return chosen;
  }
  const std::string field = vhd_footer_difference(ends.head, ends.tail);
  const std::uint64_t good_at = head ? 0 : ends.tail_at;
  const std::uint64_t bad_at = head ? ends.tail_at : 0;
  const Error& error = head ? tail.error() : head.error();
  return Chosen{.footer = head ? *head : *tail,
                .warnings = {"the footer at offset " + std::to_string(bad_at) +
                             " is damaged in field " + field + " (" + error.what +
                             "); its copy at offset " + std::to_string(good_at) + " is used"}};
}

void warn_of_geometry(const VhdFooter& footer, std::vector<std::string>& warnings) {
  const std::uint64_t chs = footer.geometry.bytes();
  if (chs == footer.current_size) return;
  warnings.push_back("field 'current size' says " + std::to_string(footer.current_size) +
                     " bytes, the geometry " + std::to_string(footer.geometry.cylinders) + "/" +
                     std::to_string(footer.geometry.heads) + "/" +
                     std::to_string(footer.geometry.sectors) + " would be " + std::to_string(chs) +
                     "; current size counts");
}

}  // namespace

Result<bool> is_vhd(const ReadFile& file) {
  if (file.size() < kVhdFooterBytes) return false;
  TRESTLE_ASSIGN_OR_RETURN(const Ends ends, read_ends(file));
  return is_vhd_footer(ends.head) || is_vhd_footer(ends.tail);
}

Result<VhdDisk::Layer> VhdDisk::open_layer(ReadFile file) {
  TRESTLE_ASSIGN_OR_RETURN(const Ends ends, read_ends(file));
  if (!is_vhd_footer(ends.tail)) {
    return fail(Code::kCorruptImage, "VHD " + file.path() + " has no footer at its end (offset " +
                                         std::to_string(ends.tail_at) +
                                         "); the image is cut off: fetch it again");
  }
  if (!is_vhd_footer(ends.head)) {
    const auto only = parse_vhd_footer(ends.tail, ends.tail_at);
    if (!only) return fail(wrap(file.path(), only.error()));
    if (only->type != VhdType::kFixed) {
      return open_sparse(std::move(file), *only, {"the footer at offset 0 is missing"},
                         ends.tail_at);
    }
    if (only->current_size != ends.tail_at) {
      return fail(Code::kCorruptImage,
                  "VHD footer of " + file.path() + " at offset " + std::to_string(ends.tail_at) +
                      ": field 'current size' (offset " + std::to_string(ends.tail_at + 48) +
                      ") is " + std::to_string(only->current_size) + ", but " +
                      std::to_string(ends.tail_at) +
                      " bytes lie before the footer; the image is damaged: fetch it again");
    }
    Layer layer{.file = std::move(file), .footer = *only, .warnings = {}};
    warn_of_geometry(layer.footer, layer.warnings);
    return layer;
  }
  TRESTLE_ASSIGN_OR_RETURN(Chosen chosen, choose_footer(file, ends));
  if (chosen.footer.type == VhdType::kFixed) {
    return fail(Code::kCorruptImage,
                "VHD " + file.path() +
                    ": field 'disk type' (offset 60) says fixed, but a footer lies at offset 0 "
                    "too; the image is damaged: fetch it again");
  }
  return open_sparse(std::move(file), std::move(chosen.footer), std::move(chosen.warnings),
                     ends.tail_at);
}

Result<VhdDisk::Layer> VhdDisk::open_sparse(ReadFile file, VhdFooter footer,
                                            std::vector<std::string> warnings, std::uint64_t end) {
  const auto within = [&](const Error& error) { return fail(wrap(file.path(), error)); };
  if (footer.data_offset % kVhdSector != 0 || footer.data_offset < kVhdFooterBytes ||
      footer.data_offset > end || end - footer.data_offset < kVhdHeaderBytes) {
    return fail(Code::kCorruptImage, "VHD footer of " + file.path() +
                                         ": field 'data offset' (offset 16) is " +
                                         std::to_string(footer.data_offset) +
                                         ", where no header fits; the image is damaged: fetch it "
                                         "again");
  }
  std::array<std::byte, kVhdHeaderBytes> bytes{};
  TRESTLE_RETURN_IF_ERROR(file.read(footer.data_offset, bytes));
  auto header = parse_vhd_header(bytes, footer.data_offset);
  if (!header) return within(header.error());
  if (const auto places = check_vhd_places(footer, *header, end); !places) {
    return within(places.error());
  }
  std::vector<std::byte> table_bytes(std::size_t{header->blocks} * 4);
  TRESTLE_RETURN_IF_ERROR(file.read(header->table_offset, table_bytes));
  auto table = VhdTable::parse(table_bytes, footer, *header, end);
  if (!table) return within(table.error());
  warn_of_geometry(footer, warnings);
  return Layer{.file = std::move(file),
               .footer = std::move(footer),
               .warnings = std::move(warnings),
               .header = std::move(*header),
               .table = std::move(*table)};
}

Result<std::unique_ptr<VhdDisk>> VhdDisk::open(const CallContext& ctx, ReadFile file,
                                               VhdParents parents) {
  std::unique_ptr<VhdDisk> disk(new VhdDisk());  // its constructor is not for others
  std::vector<VhdId> seen;
  for (;;) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    TRESTLE_ASSIGN_OR_RETURN(Layer layer, open_layer(std::move(file)));
    if (std::ranges::find(seen, layer.footer.id) != seen.end()) {
      return fail(Code::kCorruptImage, "VHD parent chain is a loop: " + layer.file.path() + " (" +
                                           to_string(layer.footer.id) +
                                           ") stands on itself; mend or remove its parent locator");
    }
    seen.push_back(layer.footer.id);
    disk->layers_.push_back(std::move(layer));
    const Layer& last = disk->layers_.back();
    if (last.footer.type != VhdType::kDifferencing) break;
    if (parents == VhdParents::kRefuse) {
      return fail(Code::kFailedPrecondition,
                  "the source is a differencing VHD, which stands on \"" + last.header.parent_name +
                      "\"; unpack it to a file beside its parents and give the path of that");
    }
    if (disk->layers_.size() >= kVhdLongestChain) {
      return fail(Code::kResourceExhausted, "VHD parent chain is longer than " +
                                                std::to_string(kVhdLongestChain) +
                                                " files; merge (coalesce) it first");
    }
    TRESTLE_ASSIGN_OR_RETURN(file, find_parent(last));
  }
  disk->describe();
  return disk;
}

Result<ReadFile> VhdDisk::find_parent(const Layer& child) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                           vhd_parent_paths(child.file, child.header));
  std::string other;
  for (const std::string& path : paths) {
    auto file = ReadFile::open(path);
    if (!file) continue;
    TRESTLE_ASSIGN_OR_RETURN(const bool fits, is_vhd(*file));
    if (!fits) continue;
    TRESTLE_ASSIGN_OR_RETURN(const Ends ends, read_ends(*file));
    auto footer = parse_vhd_footer(ends.tail, ends.tail_at);
    if (!footer) footer = parse_vhd_footer(ends.head, 0);
    if (!footer || footer->id == child.header.parent_id) return file;  // open_layer tells damage
    other = "; " + path + " is there, but its id is " + to_string(footer->id);
  }
  return fail(Code::kNotFound, "VHD " + child.file.path() + " stands on \"" +
                                   child.header.parent_name + "\" with id " +
                                   to_string(child.header.parent_id) +
                                   ", which is not found; put that file beside it" + other);
}

void VhdDisk::describe() {
  const Layer& own = layers_.front();
  facts_.format = "vhd";
  facts_.subformat = to_string(own.footer.type);
  facts_.size = {own.footer.current_size};
  facts_.file_size = {own.file.size()};
  facts_.creator = own.footer.creator;
  facts_.warnings = own.warnings;
  if (own.table) {
    facts_.block_bytes = own.header.block_bytes;
    facts_.allocated_blocks = own.table->allocated();
  }
  for (std::size_t i = 1; i < layers_.size(); ++i) {
    facts_.parents.push_back(layers_[i].file.path());
    for (const std::string& warning : layers_[i].warnings) {
      facts_.warnings.push_back(layers_[i].file.path() + ": " + warning);
    }
  }
}

Result<std::uint64_t> VhdDisk::next_data(std::uint64_t offset) {
  const std::uint64_t size = facts_.size.count;
  std::uint64_t nearest = size;
  for (const Layer& layer : layers_) {
    const std::uint64_t end = std::min(size, layer.footer.current_size);
    if (offset >= end) continue;
    if (!layer.table) {
      nearest = std::min(nearest, layer.file.next_data(offset, end));
      continue;
    }
    std::uint64_t block = offset / layer.header.block_bytes;
    const std::uint64_t blocks = vhd_blocks(end, layer.header.block_bytes);
    while (block < blocks && !layer.table->used(block)) ++block;
    if (block < blocks) {
      nearest = std::min(nearest, std::max(offset, block * layer.header.block_bytes));
    }
  }
  return nearest;
}

Result<void> VhdDisk::read_at(const CallContext& ctx, std::uint64_t offset,
                              std::span<std::byte> out) {
  TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
  return read_layer(0, offset, out);
}

/// Content as this layer and those below show it; beyond a smaller parent there is nothing.
Result<void> VhdDisk::read_layer(std::size_t index, std::uint64_t offset,
                                 std::span<std::byte> out) {
  Layer& layer = layers_[index];
  const std::uint64_t size = layer.footer.current_size;
  const std::uint64_t have =
      offset >= size ? 0 : std::min<std::uint64_t>(size - offset, out.size());
  std::ranges::fill(out.subspan(have), std::byte{0});
  out = out.first(have);
  if (!layer.table) return layer.file.read(offset, out);
  while (!out.empty()) {
    const std::uint64_t block = offset / layer.header.block_bytes;
    const std::uint64_t within = offset % layer.header.block_bytes;
    const auto length = static_cast<std::size_t>(
        std::min<std::uint64_t>(out.size(), layer.header.block_bytes - within));
    if (layer.table->used(block)) {
      TRESTLE_RETURN_IF_ERROR(read_block(index, block, within, out.first(length)));
    } else {
      TRESTLE_RETURN_IF_ERROR(read_below(index, offset, out.first(length)));
    }
    offset += length;
    out = out.subspan(length);
  }
  return {};
}

Result<void> VhdDisk::read_below(std::size_t index, std::uint64_t offset,
                                 std::span<std::byte> out) {
  if (index + 1 < layers_.size()) return read_layer(index + 1, offset, out);
  std::ranges::fill(out, std::byte{0});
  return {};
}

Result<void> VhdDisk::load_bitmap(Layer& layer, std::uint64_t block) {
  if (layer.bitmap_of == block) return {};
  layer.bitmap_of = kNoBlock;
  layer.bitmap.resize(vhd_bitmap_bytes(layer.header.block_bytes));
  TRESTLE_RETURN_IF_ERROR(layer.file.read(layer.table->offset(block), layer.bitmap));
  layer.bitmap_of = block;
  return {};
}

Result<void> VhdDisk::read_block(std::size_t index, std::uint64_t block, std::uint64_t within,
                                 std::span<std::byte> out) {
  Layer& layer = layers_[index];
  TRESTLE_RETURN_IF_ERROR(load_bitmap(layer, block));
  const std::uint64_t data = layer.table->offset(block) + layer.bitmap.size();
  const std::uint64_t start = block * layer.header.block_bytes;
  while (!out.empty()) {
    // Bytes before the next sector and after the last belong to runs of their own sectors.
    const std::uint64_t last = (within + out.size() + kVhdSector - 1) / kVhdSector;
    const VhdRun run = vhd_run(layer.bitmap, within / kVhdSector, last);
    const std::uint64_t run_end = (run.first + run.count) * kVhdSector;
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), run_end - within));
    if (run.present) {
      TRESTLE_RETURN_IF_ERROR(layer.file.read(data + within, out.first(length)));
    } else {
      TRESTLE_RETURN_IF_ERROR(read_below(index, start + within, out.first(length)));
    }
    within += length;
    out = out.subspan(length);
  }
  return {};
}

}  // namespace trestle::systemvm
