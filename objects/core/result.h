// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_RESULT_H_
#define TRESTLE_OBJECTS_CORE_RESULT_H_

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "objects/core/error.h"

namespace trestle {

/// A value or the Error that stands in its place. Ignoring one is a warning, and warnings are
/// errors here. When the compiler has <expected>, this file alone changes (ADR 0001).
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// The failing side of any Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The failing side of any Result, from a code and one sentence without a final dot.
[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::string what) {
  return fail(Error{.code = code, .what = std::move(what)});
}

}  // namespace trestle

#define TRESTLE_CONCAT_INNER(a, b) a##b
#define TRESTLE_CONCAT(a, b) TRESTLE_CONCAT_INNER(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration takes no parentheses
/// `TRESTLE_ASSIGN_OR_RETURN(const int n, parse(text));` declares n or returns the error.
#define TRESTLE_ASSIGN_OR_RETURN(declaration, expression) \
  TRESTLE_ASSIGN_OR_RETURN_INNER(TRESTLE_CONCAT(trestle_result_, __LINE__), declaration, expression)
#define TRESTLE_ASSIGN_OR_RETURN_INNER(result, declaration, expression)         \
  auto result = (expression);                                                   \
  if (!(result).has_value()) return ::trestle::fail(std::move(result).error()); \
  declaration = std::move(*(result))

/// Returns the error of a Result whose value is not needed.
#define TRESTLE_RETURN_IF_ERROR(expression)                                                     \
  do {                                                                                          \
    auto trestle_status = (expression);                                                         \
    if (!trestle_status.has_value()) return ::trestle::fail(std::move(trestle_status).error()); \
  } while (false)

// NOLINTEND(bugprone-macro-parentheses)

#endif  // TRESTLE_OBJECTS_CORE_RESULT_H_
