// SPDX-License-Identifier: Apache-2.0
#include "systemvm/patch_iso.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "systemvm/child.h"
#include "systemvm/digest.h"
#include "systemvm/image_source.h"
#include "systemvm/open_image.h"

namespace trestle::systemvm {
namespace {

constexpr const char* kPackage = "xorriso";
constexpr std::uint64_t kIsoBlock = 2048;
constexpr std::size_t kLongestName = 200;
/// Far more than the scripts of a system VM are; what has more is no such CD.
constexpr std::size_t kMostEntries = 10'000;
/// All times on the CD. A fixed one, because the same files must give the same bytes.
constexpr const char* kTime = "2000010100000000";

std::string word_of(int descriptor) { return "stdio:/proc/self/fd/" + std::to_string(descriptor); }

/// xorriso without anybody's configuration, ending at the first thing that is not as it should be.
std::vector<std::string> xorriso() {
  return {"xorriso", "-no_rc",         "-abort_on", "WARNING",  "-report_about",
          "WARNING", "-local_charset", "UTF-8",     "-charset", "UTF-8"};
}

Result<void> check_names(const std::vector<IsoSource>& files) {
  if (files.empty()) {
    return fail(Code::kInvalidArgument, "a patch ISO without a file is of no use; name its files");
  }
  std::set<std::string> seen;
  for (const IsoSource& file : files) {
    const bool plain = std::ranges::all_of(
        file.name, [](unsigned char c) { return c >= ' ' && c != 0x7F && c != '/'; });
    if (file.name.empty() || file.name.size() > kLongestName || !plain || file.name == "." ||
        file.name == "..") {
      return fail(Code::kInvalidArgument,
                  "a file on the patch ISO needs a name of 1 to 200 bytes without '/' and control "
                  "characters; " +
                      file.path + " has none");
    }
    if (!seen.insert(file.name).second) {
      return fail(Code::kInvalidArgument,
                  "two files of the patch ISO are called " + file.name + "; rename one");
    }
  }
  return {};
}

/// One line of xorriso's report: "File data lba:  0 ,  56 ,  1465 ,  3000000 , '/dir/b'".
struct Place {
  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// The words of a shell-quoted text: '...' with "'" for a quote inside. Absent if the last quote is
/// not closed: the name has a line end in it, and this is not all of it.
std::optional<std::string> unquoted(std::string_view text) {
  std::string out;
  char quote = '\0';
  for (const char c : text) {
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else {
      out += c;
    }
  }
  if (quote != '\0') return std::nullopt;
  return out;
}

std::optional<Place> place_of(std::string_view line) {
  std::array<std::uint64_t, 4> numbers{};
  for (std::uint64_t& number : numbers) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc{}) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (!line.starts_with(" , ")) return std::nullopt;
    line.remove_prefix(3);
  }
  const auto path = unquoted(line);
  if (!path || !path->starts_with('/') || numbers[1] > 0xFFFFFFFFU) return std::nullopt;
  return Place{.name = path->substr(1), .offset = numbers[1] * kIsoBlock, .size = numbers[3]};
}

Result<std::vector<Place>> places_in(const CallContext& ctx, const ReadFile& iso) {
  std::vector<std::string> words = xorriso();
  for (const char* word : {"-indev", "", "-find", "/", "-type", "f", "-exec", "report_lba", "--"}) {
    words.emplace_back(*word == '\0' ? word_of(iso.number()) : std::string(word));
  }
  const auto listed = output_of(ctx, words, {iso.number()}, kPackage);
  if (!listed) return fail(wrap(iso.path() + " cannot be read as a CD image", listed.error()));
  const std::string& said = *listed;
  constexpr std::string_view kMark = "File data lba:";
  std::vector<Place> places;
  for (std::string_view rest = said; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.starts_with(kMark)) continue;
    auto place = place_of(line.substr(kMark.size()));
    if (!place || places.size() >= kMostEntries) {
      return fail(Code::kCorruptImage,
                  iso.path() +
                      " is no CD of a system VM: it has too many files or one with an odd "
                      "name; build it again");
    }
    places.push_back(std::move(*place));
  }
  return places;
}

Result<void> add_range(const CallContext& ctx, const ReadFile& file, std::uint64_t at,
                       std::uint64_t size, Digest& digest) {
  std::vector<std::byte> buffer(static_cast<std::size_t>(
      std::min<std::uint64_t>(kPieceBytes, std::max<std::uint64_t>(size, 1))));
  while (size > 0) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    const auto part = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size())));
    TRESTLE_RETURN_IF_ERROR(file.read(at, part));
    digest.update(part);
    at += part.size();
    size -= part.size();
  }
  return {};
}

Result<PatchIso> read_iso(const CallContext& ctx, const ReadFile& file) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Place> places, places_in(ctx, file));
  PatchIso iso{.path = file.path(), .size = {file.size()}, .sha256 = {}, .entries = {}};
  // A file of more than 4 GiB has several lines, in order.
  struct Sum {
    std::uint64_t size = 0;
    Digest digest{DigestKind::kSha256};
  };
  std::map<std::string, Sum> sums;
  for (const Place& place : places) {
    Sum& sum = sums[place.name];
    sum.size += place.size;
    TRESTLE_RETURN_IF_ERROR(add_range(ctx, file, place.offset, place.size, sum.digest));
  }
  for (auto& [name, sum] : sums) {
    iso.entries.push_back({.name = name, .size = sum.size, .sha256 = sum.digest.finish()});
  }
  TRESTLE_ASSIGN_OR_RETURN(iso.sha256, digest_of(ctx, file, DigestKind::kSha256, {}));
  return iso;
}

/// The CD must hold what its sources hold now: xorriso fills up a source that became shorter.
Result<void> check_content(const CallContext& ctx, const std::vector<IsoSource>& files,
                           const std::vector<ReadFile>& open, const PatchIso& made) {
  PatchIso wanted = made;
  wanted.entries.clear();
  for (std::size_t i = 0; i < files.size(); ++i) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string sum,
                             digest_of(ctx, open[i], DigestKind::kSha256, {}));
    wanted.entries.push_back({.name = files[i].name, .size = open[i].size(), .sha256 = sum});
  }
  const std::vector<std::string> differences = iso_differences(wanted, made);
  if (differences.empty()) return {};
  return fail(Code::kCorruptImage, differences.front() +
                                       " changed while the patch ISO was made; wait for its writer "
                                       "and run it again");
}

Result<void> write_iso(const CallContext& ctx, const std::vector<IsoSource>& files,
                       const std::vector<ReadFile>& open, const PendingFile& out) {
  std::vector<std::string> words = xorriso();
  const auto add = [&words](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  add({"-follow", "on", "-outdev", word_of(out.number()), "-volid", "SYSTEMVM", "-joliet", "on",
       "-padding", "0"});
  std::vector<int> kept{out.number()};
  for (std::size_t i = 0; i < files.size(); ++i) {
    add({"-map", "/proc/self/fd/" + std::to_string(open[i].number()), "/" + files[i].name});
    kept.push_back(open[i].number());
  }
  add({"-chown_r", "0", "/", "--", "-chgrp_r", "0", "/", "--"});
  add({"-find", "/", "-type", "f", "-exec", "chmod", "0444", "--", "-chmod", "0555", "/", "--"});
  for (const char* const which : {"uuid", "all_file_dates", "c", "m"}) {
    add({"-volume_date", which, kTime});
  }
  add({"-commit"});
  TRESTLE_ASSIGN_OR_RETURN(Child child,
                           Child::start(words, {.in = -1, .out = -1, .kept = kept}, kPackage));
  return child.wait(ctx);
}

/// Copies all of a file.
Result<void> copy(const CallContext& ctx, const ReadFile& from, const PendingFile& to) {
  std::vector<std::byte> buffer(kPieceBytes);
  for (std::uint64_t at = 0; at < from.size();) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    const auto part = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), from.size() - at)));
    TRESTLE_RETURN_IF_ERROR(from.read(at, part));
    TRESTLE_RETURN_IF_ERROR(to.write(at, part));
    at += part.size();
  }
  return {};
}

}  // namespace

Result<PatchIso> build_patch_iso(const CallContext& ctx, const std::vector<IsoSource>& files,
                                 const std::string& target, Replace replace) {
  TRESTLE_RETURN_IF_ERROR(check_names(files));
  std::vector<ReadFile> open;
  for (const IsoSource& file : files) {
    TRESTLE_ASSIGN_OR_RETURN(ReadFile one, ReadFile::open(file.path));
    open.push_back(std::move(one));
  }
  TRESTLE_ASSIGN_OR_RETURN(PendingFile out, PendingFile::create(target, replace));
  TRESTLE_RETURN_IF_ERROR(write_iso(ctx, files, open, out));
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile made, out.reader());
  TRESTLE_ASSIGN_OR_RETURN(PatchIso iso, read_iso(ctx, made));
  TRESTLE_RETURN_IF_ERROR(check_content(ctx, files, open, iso));
  TRESTLE_RETURN_IF_ERROR(out.flush(ctx));
  TRESTLE_RETURN_IF_ERROR(out.publish());
  iso.path = target;
  return iso;
}

Result<PatchIso> read_patch_iso(const CallContext& ctx, const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile file, ReadFile::open(path));
  return read_iso(ctx, file);
}

std::vector<std::string> iso_differences(const PatchIso& one, const PatchIso& other) {
  std::map<std::string, const IsoEntry*> there;
  for (const IsoEntry& entry : other.entries) there[entry.name] = &entry;
  std::vector<std::string> names;
  for (const IsoEntry& entry : one.entries) {
    const auto found = there.find(entry.name);
    if (found == there.end() || *found->second != entry) names.push_back(entry.name);
    if (found != there.end()) there.erase(found);
  }
  for (const auto& [name, entry] : there) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

std::string patch_iso_name(const PatchIso& iso) {
  constexpr std::size_t kDigits = 16;
  return "systemvm-" + iso.sha256.substr(0, kDigits) + ".iso";
}

Result<IsoPut> put_patch_iso(const CallContext& ctx, const PatchIso& iso,
                             const std::string& folder) {
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile source, ReadFile::open(iso.path));
  const std::string target = folder + "/" + patch_iso_name(iso);
  const Checksum wanted{.kind = DigestKind::kSha256, .hex = iso.sha256};
  IsoPut done = IsoPut::kCopied;
  if (const auto there = ReadFile::open(target)) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string sum,
                             digest_of(ctx, *there, DigestKind::kSha256, {}));
    if (sum == iso.sha256) return IsoPut::kWasThere;
    done = IsoPut::kMended;
  } else if (there.error().code != Code::kNotFound) {
    return fail(there.error());
  }
  TRESTLE_ASSIGN_OR_RETURN(PendingFile out, PendingFile::create(target, Replace::kAllowed));
  TRESTLE_RETURN_IF_ERROR(copy(ctx, source, out));
  TRESTLE_RETURN_IF_ERROR(out.flush(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const ReadFile copied, out.reader());
  TRESTLE_RETURN_IF_ERROR(check_file(ctx, copied, wanted, {}));
  TRESTLE_RETURN_IF_ERROR(out.publish());
  return done;
}

}  // namespace trestle::systemvm
