// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/pool_roster.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "helpers/ovm3/image_file.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kFolder = "pool";
constexpr std::string_view kSeat = "node-";
constexpr std::string_view kFormed = "formed";
/// Most hosts of a pool; the vendor's limit is 32.
constexpr std::int64_t kMostSeats = 64;

std::string number_text(std::int64_t number) { return std::string(kSeat) + std::to_string(number); }

std::string note_of(const PoolSeat& seat) { return number_text(seat.number) + "." + seat.address; }

std::optional<PoolSeat> read_seat(std::string_view name) {
  if (!name.starts_with(kSeat)) return std::nullopt;
  name.remove_prefix(kSeat.size());
  PoolSeat seat;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), seat.number);
  const std::string_view rest = name.substr(static_cast<std::size_t>(end - name.data()));
  if (error != std::errc{} || seat.number < 1 || rest.size() < 2 || rest.front() != '.') {
    return std::nullopt;
  }
  seat.address = rest.substr(1);
  return seat;
}

}  // namespace

std::vector<std::string> PoolRosterList::addresses() const {
  std::vector<std::string> all;
  for (const PoolSeat& seat : seats) all.push_back(seat.address);
  return all;
}

const PoolSeat* PoolRosterList::seat_of(std::string_view address) const {
  const auto found = std::ranges::find(seats, address, &PoolSeat::address);
  return found == seats.end() ? nullptr : &*found;
}

PoolRosterList read_roster(const std::vector<std::string>& names) {
  PoolRosterList list;
  for (const std::string& name : names) {
    if (auto seat = read_seat(name)) list.seats.push_back(*std::move(seat));
    list.formed = list.formed || name == kFormed;
  }
  std::ranges::sort(list.seats, {}, &PoolSeat::number);
  return list;
}

std::string PoolRoster::folder() const {
  return place_.paths.folder(kVirtualMachines) + "/" + std::string(kFolder);
}

Result<PoolRosterList> PoolRoster::read(const CallContext& ctx) const {
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryContents contents,
                           Repository(agent_, place_.record.id).contents(ctx));
  for (const RepositoryFolder& one : contents.virtual_machines) {
    if (one.name == kFolder) return read_roster(one.files);
  }
  return PoolRosterList{};
}

Result<bool> PoolRoster::make_folder(const CallContext& ctx, const std::string& path) const {
  const auto made = StoragePlugin(agent_).create(ctx, place_.nfs.server, place_.nfs.file_system,
                                                 path, FileType::kDirectory);
  if (made) return true;
  if (made.error().code == Code::kAlreadyExists) return false;
  return fail(made.error());
}

Result<void> PoolRoster::make_note(const CallContext& ctx, const std::string& name) const {
  auto made = make_file(ctx, agent_, {place_.nfs, folder() + "/" + name}, {});
  if (!made && made.error().code != Code::kAlreadyExists) return made;
  return {};
}

Result<void> PoolRoster::remove(const CallContext& ctx, const std::string& name,
                                FileType type) const {
  auto gone = StoragePlugin(agent_).destroy(
      ctx, place_.nfs.server, place_.nfs.file_system,
      {.type = type, .file_system = place_.nfs.file_system.id, .path = folder() + "/" + name});
  if (!gone && gone.error().code != Code::kNotFound) return gone;
  return {};
}

Result<std::int64_t> PoolRoster::take(const CallContext& ctx, const std::string& address,
                                      bool is_member) const {
  TRESTLE_RETURN_IF_ERROR(make_folder(ctx, folder()));
  TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList list, read(ctx));
  const auto others = [&](std::int64_t number) {
    return std::ranges::any_of(list.seats, [&](const PoolSeat& seat) {
      return seat.number == number && seat.address != address;
    });
  };
  const PoolSeat* const own = list.seat_of(address);
  if (own != nullptr && (is_member || !others(own->number))) {
    // The note comes before the folder: whoever has the only note has the number.
    TRESTLE_RETURN_IF_ERROR(make_folder(ctx, folder() + "/" + number_text(own->number)));
    return own->number;
  }
  // known defect 48: every member got number 1.
  for (std::int64_t number = 1; number <= kMostSeats; ++number) {
    if (others(number)) continue;
    const PoolSeat seat{.number = number, .address = address};
    TRESTLE_RETURN_IF_ERROR(make_note(ctx, note_of(seat)));
    TRESTLE_ASSIGN_OR_RETURN(const bool ours,
                             make_folder(ctx, folder() + "/" + number_text(number)));
    if (ours) return number;
    TRESTLE_RETURN_IF_ERROR(remove(ctx, note_of(seat), FileType::kFile));
  }
  return fail(Code::kResourceExhausted, "all " + std::to_string(kMostSeats) +
                                            " numbers of the server pool are taken; remove those "
                                            "of hosts that are gone from " +
                                            folder());
}

Result<void> PoolRoster::give_back(const CallContext& ctx, const PoolSeat& seat) const {
  // The folder first: a number must not be given away while its old note stands.
  TRESTLE_RETURN_IF_ERROR(remove(ctx, number_text(seat.number), FileType::kDirectory));
  return remove(ctx, note_of(seat), FileType::kFile);
}

Result<void> PoolRoster::set_formed(const CallContext& ctx, bool formed) const {
  if (formed) return make_note(ctx, std::string(kFormed));
  return remove(ctx, std::string(kFormed), FileType::kFile);
}

Result<std::optional<PoolRoster>> find_roster(const CallContext& ctx, const Agent& agent,
                                              std::string_view address) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(ctx, agent));
  std::optional<PoolRoster> found;
  for (const RepositoryRecord& record : records) {
    auto place = file_place_of(record);
    if (!record.mounted() || !place) continue;
    PoolRoster roster(agent, *std::move(place));
    TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList list, roster.read(ctx));
    if (list.seat_of(address) != nullptr) return std::optional(std::move(roster));
    if (!found && !list.seats.empty()) found = std::move(roster);
  }
  return found;
}

}  // namespace trestle::ovm3
