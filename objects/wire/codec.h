// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_CODEC_H_
#define TRESTLE_OBJECTS_WIRE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::wire {

/// Largest reply that is read. A list_vms of 100 VMs is 461 kB; a log fetched by get_log is the
/// largest text an agent sends. Readers elsewhere stopped at 512 KiB to 16 MB and failed on fleets.
inline constexpr std::size_t kMaxReplyBytes = std::size_t{64} << 20U;
/// Deepest nesting of arrays and structs. The deepest recorded reply (list_vms) has 7.
inline constexpr std::size_t kMaxDepth = 64;
/// Most values (members and items of all levels together) in one reply: 64 MiB of the smallest
/// value element cannot hold more, so it bounds memory, not fleets.
inline constexpr std::size_t kMaxValues = std::size_t{4} << 20U;

/// Limits of one decoding; the defaults are the constants above.
struct Limits {
  std::size_t bytes = kMaxReplyBytes;
  std::size_t depth = kMaxDepth;
  std::size_t values = kMaxValues;
};

/// An XML-RPC fault before it is mapped (fault_map.h gives it a code).
struct Fault {
  std::int64_t code = 0;
  std::string text;  ///< faultString, as it came
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// The XML text of a call, written by xmlrpc-c. Integers go as i4, beyond 31 bits as i8, nil as
/// <nil/>, all without a prefix, as the agents write them. Errors: kInvalidArgument if a text holds
/// what XML 1.0 (or xmlrpc-c: characters beyond U+FFFF) cannot carry, a dateTime is not of the form
/// YYYYMMDDTHH:MM:SS, a number is not finite, a struct has two members of one name, or a value
/// nests deeper than kMaxDepth.
[[nodiscard]] Result<std::string> encode_call(std::string_view method,
                                              std::span<const Value> params);

/// Reads one methodResponse in one pass. Takes the bytes, because texts are unescaped in place.
/// Accepts i4, int, i8 and ex:i8, nil and ex:nil, texts without a type element, CDATA, comments,
/// character references, white space between elements; refuses DTDs and unknown entities. Bytes are
/// UTF-8 unless the XML declaration says US-ASCII or ISO-8859-1; others are refused, never guessed.
/// Of two members of one name both are kept, in order. A dateTime is not checked.
/// Errors: kBadReply with the byte offset (counted in UTF-8), or with the words "cut off after N
/// bytes" if the bytes end early; kResourceExhausted if a limit is met.
[[nodiscard]] Result<std::variant<Reply, Fault>> decode_reply(std::string body,
                                                              const Limits& limits = {});

/// The same bytes read by xmlrpc-c, into an owned value: the reference that tests, fuzzer and
/// benchmark hold decode_reply against. Not used on the way of a call.
[[nodiscard]] Result<std::variant<Value, Fault>> decode_reply_reference(std::string_view body);

/// True if xmlrpc-c 1.33.14 must not be given these bytes: it crashes on an i8 that is no number
/// (it prints its complaint without one of the arguments), and in UTF-16, hence with NUL bytes, one
/// could hide. Everything that hands foreign bytes to xmlrpc-c asks first.
[[nodiscard]] bool would_crash_xmlrpc_c(std::string_view body);

}  // namespace trestle::wire

#endif  // TRESTLE_OBJECTS_WIRE_CODEC_H_
