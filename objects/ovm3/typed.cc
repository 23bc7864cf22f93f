// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/typed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "objects/ovm3/describe.h"

namespace trestle::ovm3 {
namespace {

/// Reader of a reply and `describe` of what it makes, as one function of a row.
template <auto read>
Result<Value> typed(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(const auto object, read(raw));
  return describe(object);
}

/// A call whose reply carries nothing: whatever came back without a fault means done.
Result<Value> done(ValueView /*raw*/) { return Value(Nil{}); }

/// A reply that the handle hands on as it came.
Result<Value> as_it_came(ValueView raw) { return raw.to_value(); }

constexpr auto kRows = std::to_array<TypedRow>({
    // common
    {"echo", as_it_came},
    {"sleep", done},
});

}  // namespace

std::span<const TypedRow> typed_rows() { return kRows; }

Result<Value> typed_reply(std::string_view method, ValueView raw) {
  const auto* const row = std::ranges::find(kRows, method, &TypedRow::method);
  if (row == kRows.end()) {
    return fail(Code::kUnimplemented,
                "no handle types the reply of '" + std::string(method) + "'; print it raw instead");
  }
  return row->read(raw);
}

}  // namespace trestle::ovm3
