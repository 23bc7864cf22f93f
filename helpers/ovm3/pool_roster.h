// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_POOL_ROSTER_H_
#define TRESTLE_HELPERS_OVM3_POOL_ROSTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/work.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// Who is a member of a server pool, and with which number, as names of files in a repository that
/// all hosts see: each agent knows its own membership only. A number is taken by making a folder,
/// of which the file server lets exactly one host be the first, so hosts that come at once get
/// different numbers, and exactly one of them is the first. Lies in VirtualMachines/pool, where the
/// vendor keeps its pool file system too.
///
///   node-1.10.0.0.1   the host 10.0.0.1 wants, or has, number 1
///   node-1            the folder that gives the number away
///   formed            the pool exists
struct PoolSeat {
  std::int64_t number = 0;
  std::string address = {};
  friend bool operator==(const PoolSeat&, const PoolSeat&) = default;
};

struct PoolRosterList {
  std::vector<PoolSeat> seats = {};  ///< by number
  bool formed = false;

  [[nodiscard]] std::vector<std::string> addresses() const;
  [[nodiscard]] const PoolSeat* seat_of(std::string_view address) const;
};

/// What the names in the folder say; names of others are left out. Pure.
[[nodiscard]] PoolRosterList read_roster(const std::vector<std::string>& names);

/// Handle of the roster in one repository; caches nothing.
class PoolRoster {
 public:
  PoolRoster(Agent agent, FilePlace place) : agent_(agent), place_(std::move(place)) {}

  [[nodiscard]] Result<PoolRosterList> read(const CallContext& ctx) const;
  /// The number of this host, taken if it has none: the lowest that nobody has. Repeating it gives
  /// the same one. One that is a member keeps the number that it noted, although another host may
  /// be trying for it just now. Errors: kResourceExhausted if all are taken.
  [[nodiscard]] Result<std::int64_t> take(const CallContext& ctx, const std::string& address,
                                          bool is_member) const;
  /// Gives a number back. One that nobody has is done.
  [[nodiscard]] Result<void> give_back(const CallContext& ctx, const PoolSeat& seat) const;
  /// Notes that the pool exists, or that it does not any more.
  [[nodiscard]] Result<void> set_formed(const CallContext& ctx, bool formed) const;
  /// Where it lies on the host, for texts.
  [[nodiscard]] std::string folder() const;

 private:
  [[nodiscard]] Result<bool> make_folder(const CallContext& ctx, const std::string& path) const;
  [[nodiscard]] Result<void> make_note(const CallContext& ctx, const std::string& name) const;
  [[nodiscard]] Result<void> remove(const CallContext& ctx, const std::string& name,
                                    FileType type) const;

  Agent agent_;
  FilePlace place_;
};

/// The roster in the mounted repositories of a host that names its address, else the first one that
/// names anybody. Absent if there is none; a repository that is not on NFS has none. Errors: those
/// of the calls.
[[nodiscard]] Result<std::optional<PoolRoster>> find_roster(const CallContext& ctx,
                                                            const Agent& agent,
                                                            std::string_view address);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_POOL_ROSTER_H_
