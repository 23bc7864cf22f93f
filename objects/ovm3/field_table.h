// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_FIELD_TABLE_H_
#define TRESTLE_OBJECTS_OVM3_FIELD_TABLE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/text_number.h"
#include "objects/wire/reply.h"

/// Reads a wire struct into a C++ struct by a table of member names: one pass over the members, one
/// look-up each, no copy but the fields that are kept. Members that no row names are passed over.
namespace trestle::ovm3 {

/// Seconds with a fraction, as the agent counts times.
using Seconds = std::chrono::duration<double>;

/// Which member could not be read, and what would have been read: "device.vif[0].mac", "a text".
struct FieldFailure {
  std::string where;
  std::string_view wanted;
  std::string_view got;
};

/// kBadReply that names the member. `whose` is the thing that has it, e.g. "VM i-2-3-VM".
[[nodiscard]] inline Error field_error(const FieldFailure& failure, const std::string& whose) {
  return {.code = Code::kBadReply,
          .what = "the member '" + failure.where + "' of " + whose + " is a value of kind " +
                  std::string(failure.got) + " that does not hold " + std::string(failure.wanted) +
                  "; compare the raw reply (trestle agent call)"};
}

/// One member: its wire name and how it is read. False with the failure filled if it cannot be.
template <class T>
struct FieldRow {
  std::string_view name;
  bool (*read)(T& out, ValueView value, FieldFailure& failure);
};

/// The rows of one struct, hashed by the compiler over length and three letters of the name.
template <class T, std::size_t N>
class FieldTable {
 public:
  explicit constexpr FieldTable(const std::array<FieldRow<T>, N>& rows) : slots_{} {
    for (const FieldRow<T>& row : rows) {
      std::size_t at = slot(row.name);
      while (slots_[at].read != nullptr) at = (at + 1) % kSlots;
      slots_[at] = row;
    }
  }

  /// Reads every member that a row names. The struct keeps what it had for members that are
  /// missing. A value that is no struct is a failure.
  [[nodiscard]] bool read(T& out, ValueView value, FieldFailure& failure) const {
    if (value.kind() != Kind::kStruct) {
      failure = {.where = {}, .wanted = "a struct", .got = to_string(value.kind())};
      return false;
    }
    for (const ValueView member : value) {
      const std::string_view name = member.name();
      const FieldRow<T>* row = find(name);
      if (row == nullptr || row->read(out, member, failure)) continue;
      failure.where = failure.where.empty() || failure.where.front() == '['
                          ? std::string(name) + failure.where
                          : std::string(name) + "." + failure.where;
      return false;
    }
    return true;
  }

 private:
  // At most half full, so that a miss ends at once.
  static constexpr std::size_t kSlots = N <= 8 ? 16 : N <= 16 ? 32 : N <= 32 ? 64 : 128;
  static_assert(N <= kSlots / 2);

  static constexpr std::size_t slot(std::string_view name) {
    if (name.empty()) return 0;
    const auto letter = [name](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(name[i]));
    };
    return (name.size() * 7 + letter(0) * 31 + letter(name.size() / 2) * 5 +
            letter(name.size() - 1) * 3) %
           kSlots;
  }
  [[nodiscard]] const FieldRow<T>* find(std::string_view name) const {
    for (std::size_t at = slot(name); slots_[at].read != nullptr; at = (at + 1) % kSlots) {
      if (slots_[at].name == name) return &slots_[at];
    }
    return nullptr;
  }

  std::array<FieldRow<T>, kSlots> slots_;
};

template <class T, std::size_t N>
constexpr FieldTable<T, N> field_table(const FieldRow<T> (&rows)[N]) {
  return FieldTable<T, N>(std::to_array(rows));
}

/// The readers that rows name: `{"memory", field::plain<&VmInfo::memory>}`.
namespace field {

inline bool fails(FieldFailure& failure, std::string_view wanted, ValueView value) {
  failure = {.where = {}, .wanted = wanted, .got = to_string(value.kind())};
  return false;
}

/// True if a number or a flag may stand in a value of this kind. A structured value there means
/// that the reply is another one than was asked for.
inline bool is_plain(ValueView value) {
  switch (value.kind()) {
    case Kind::kNil:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kDouble:
    case Kind::kString:
      return true;
    default:
      return false;
  }
}

inline void read_plain(ValueView value, std::optional<std::int64_t>& out) {
  out = to_integer(value);
}
inline void read_plain(ValueView value, std::optional<std::uint64_t>& out) {
  out = to_unsigned(value);
}
inline void read_plain(ValueView value, std::optional<double>& out) { out = to_real(value); }
inline void read_plain(ValueView value, std::optional<bool>& out) { out = to_flag(value); }
template <class Unit>
requires requires(Unit unit) { unit.count = std::uint64_t{}; }
inline void read_plain(ValueView value, std::optional<Unit>& out) {
  const auto count = to_unsigned(value);
  out = count ? std::optional<Unit>(Unit{*count}) : std::nullopt;
}
inline void read_plain(ValueView value, std::optional<Seconds>& out) {
  const auto count = to_real(value);
  out = count ? std::optional<Seconds>(*count) : std::nullopt;
}

template <auto Member>
struct MemberOf;
template <class T, class F, F T::*Member>
struct MemberOf<Member> {
  using Owner = T;
  using Type = F;
};
template <auto Member>
using Owner = typename MemberOf<Member>::Owner;

/// A std::string; nil and white space alone are the empty text, anything else stays as it came.
template <auto Member>
bool text(Owner<Member>& out, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  const auto got = value.string();
  if (!got) return fails(failure, "a text", value);
  // Nearly every text begins with a letter: only the others are worth a search for one.
  const bool begins_plain = !got->empty() && static_cast<unsigned char>(got->front()) > ' ';
  if (begins_plain || !trimmed(*got).empty()) (out.*Member).assign(*got);
  return true;
}

/// A Secret.
template <auto Member>
bool secret(Owner<Member>& out, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  const auto got = value.string();
  if (!got) return fails(failure, "a text", value);
  out.*Member = Secret(std::string(*got));
  return true;
}

/// An optional number, unit, Seconds or bool in any spelling of text_number.h. A blank or odd text
/// is absent: one odd field must not hide a hundred VMs.
template <auto Member>
bool plain(Owner<Member>& out, ValueView value, FieldFailure& failure) {
  if (!is_plain(value)) return fails(failure, "a number or a flag", value);
  read_plain(value, out.*Member);
  return true;
}

}  // namespace field
}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_FIELD_TABLE_H_
