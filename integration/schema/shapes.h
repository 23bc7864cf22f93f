// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_SHAPES_H_
#define TRESTLE_INTEGRATION_SCHEMA_SHAPES_H_

#include <memory>
#include <string_view>

#include "integration/schema/containers.h"

/// The Shape of each C++ type of a member. Included by generated sources, the interpreter, and code
/// that looks for one member in many types.
namespace trestle::schema {

[[nodiscard]] inline void* address_of(const Member& member, void* object) {
  return static_cast<char*>(object) + member.offset;
}
[[nodiscard]] inline const void* address_of(const Member& member, const void* object) {
  return static_cast<const char*>(object) + member.offset;
}

template <class T>
[[nodiscard]] constexpr Shape make_shape() {
  Shape shape{};
  shape.read = [](Reader& in, void* into) { return Coder<T>::read(in, *static_cast<T*>(into)); };
  shape.write = [](Writer& out, const void* from) {
    return Coder<T>::write(out, *static_cast<const T*>(from));
  };
  shape.equal = [](const void* a, const void* b) {
    return static_cast<bool>(*static_cast<const T*>(a) == *static_cast<const T*>(b));
  };
  if constexpr (requires(const T& value) { Coder<T>::present(value); }) {
    shape.present = [](const void* from) {
      return Coder<T>::present(*static_cast<const T*>(from));
    };
  }
  if constexpr (requires(const T& value) { Coder<T>::is_empty(value); }) {
    shape.is_empty = [](const void* from) {
      return Coder<T>::is_empty(*static_cast<const T*>(from));
    };
  }
  return shape;
}

/// The one Shape of T.
template <class T>
inline constexpr Shape kShape = make_shape<T>();

/// The member of that name if it is exactly a T, else nullptr: how code that is about many types
/// (access details, context) looks into each.
template <class T>
[[nodiscard]] const T* member_as(const Object& object, std::string_view name) {
  const Member* member = find_member(object.type(), name);
  if (member == nullptr || member->shape != &kShape<T>) return nullptr;
  return static_cast<const T*>(address_of(*member, object.address()));
}

template <Described T>
[[nodiscard]] std::shared_ptr<void> make_value() {
  return std::make_shared<T>();
}

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_SHAPES_H_
