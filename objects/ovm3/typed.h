// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_TYPED_H_
#define TRESTLE_OBJECTS_OVM3_TYPED_H_

#include <span>
#include <string_view>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// How the reply of one service becomes the object that its handle makes, as a Value tree.
struct TypedRow {
  std::string_view method;
  Result<Value> (*read)(ValueView raw);
};

/// All services that a handle types, each once.
[[nodiscard]] std::span<const TypedRow> typed_rows();

/// The typed form of a raw reply: units converted, blanks nil, documents inside strings read,
/// flags decoded, keys in snake_case. What `trestle agent decode --typed` prints.
/// Errors: kUnimplemented if no handle types this service; else those of the handle (kBadReply).
[[nodiscard]] Result<Value> typed_reply(std::string_view method, ValueView raw);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_TYPED_H_
