// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_READER_H_
#define TRESTLE_INTEGRATION_SCHEMA_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integration/schema/type_info.h"
#include "objects/core/result.h"

namespace trestle::schema {

/// What a body may be at most. Bodies come from a network peer.
struct ReadLimits {
  std::size_t bytes = std::size_t{64} << 20U;  ///< of the whole body
  int depth = 64;                              ///< of objects and arrays in each other; 4.9 needs 8
  std::size_t ignored = 1000;                  ///< members that the classes lack
};

/// A member that its class lacks, or a null in a map: read over, and gone when written again.
struct Ignored {
  std::string path;  ///< type and member: "VirtualMachineTO.bootType"
  std::size_t begin = 0;
  std::size_t end = 0;  ///< bytes of the body, with the comma that falls with it
};

/// How far the members of one object are read.
struct Progress {
  std::size_t next = 0;     ///< the member that most likely comes next
  std::size_t found = 0;    ///< the member that came
  std::uint64_t seen[2]{};  ///< a bit a member
  bool kept = false;        ///< any member that was not ignored
};

/// Reads JSON into generated types, in one pass and without a tree. Used by the shapes; callers
/// use decode_body. Every read_ function returns false after it noted the first error.
/// Single-threaded; the text must outlive it.
class Reader {
 public:
  Reader(std::string_view text, const ReadLimits& limits) : text_(text), limits_(limits) {}

  /// A whole body: an array of objects with one member each, named after its class.
  bool read_body(std::vector<Object>& into);

  bool read_members(const TypeInfo& type, void* target);
  bool read_bool(bool& into);
  /// Integers of `bits` bits. "17", 17.0 and 6.0E1 count as integers, as they do in Java.
  bool read_integer(std::int64_t& into, int bits);
  bool read_double(double& into);
  bool read_string(std::string& into);
  bool read_enum(std::span<const std::string_view> names, std::size_t& into);
  bool read_raw(std::string& into);
  bool read_one_of(std::span<const TypeInfo* const> allowed, std::optional<Object>& into);

  /// True, and past it, if a null comes next.
  bool take_null();
  /// `{` or `[`; false with an error if something else comes, or too deep.
  bool open(char bracket);
  /// After an opening bracket or an item: true if an item follows, false at the end or on an error.
  bool next_item(char closing, bool& first);
  bool read_name(std::string& into);
  bool fail(std::string what);
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  /// Puts a step in front of the place of an error, on the way up.
  bool step(std::string_view name);
  bool step(std::size_t index);
  /// A null in a map at `begin`: not kept.
  bool ignore_null(std::string_view key, std::size_t begin, bool kept_before);
  /// A name twice in one object.
  bool fail_twice(std::string_view name);
  [[nodiscard]] std::size_t position() const { return pos_; }
  void skip_space();

  [[nodiscard]] std::vector<Ignored>& ignored() { return ignored_; }
  /// The error in words: what, where in the body, at which byte.
  [[nodiscard]] Error error() const;

 private:
  bool read_member(const TypeInfo& type, void* target, Progress& progress);
  bool read_array_members(const TypeInfo& type, void* target);
  bool find_key(std::span<const Member> members, Progress& progress, std::string& unknown);
  bool skip_value();
  bool skip_items(char closing);
  bool read_tagged_value(const TypeInfo& type, std::optional<Object>& into);
  bool skip_further_tags();
  bool read_element(std::vector<Object>& into);
  bool note_ignored(std::string path, std::size_t begin, bool kept_before);
  bool take(char c);
  bool take_word(std::string_view word);
  bool read_escape(std::string& into);
  bool read_code_unit(unsigned& unit);
  bool append_checked(std::string_view piece, std::string& into);
  bool number_token(std::string_view& token);
  bool unexpected(std::string_view wanted);
  [[nodiscard]] std::string_view found() const;

  std::string_view text_;
  ReadLimits limits_;
  std::size_t pos_ = 0;
  int depth_ = 0;
  std::optional<Error> error_;
  std::size_t error_at_ = 0;
  std::vector<std::string> steps_;  // to the place of the error, innermost first
  std::vector<Ignored> ignored_;
};

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_READER_H_
