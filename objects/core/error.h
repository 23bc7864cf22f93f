// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_ERROR_H_
#define TRESTLE_OBJECTS_CORE_ERROR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace trestle {

/// What went wrong, as a closed set: a code says what the caller may do next, so callers branch on
/// the code only and never on a text. The words are those of the canonical codes, with three more.
enum class Code : std::uint8_t {
  kCancelled,           ///< the caller asked to stop
  kInvalidArgument,     ///< the request is wrong whatever the state of the host; do not repeat it
  kDeadlineExceeded,    ///< no answer in time; the outcome of a changing call is unknown
  kNotFound,            ///< the named thing is not there
  kAlreadyExists,       ///< the named thing is there already
  kPermissionDenied,    ///< the host refuses this caller or this owner
  kUnauthenticated,     ///< user, password or certificate is not accepted (either way round)
  kResourceExhausted,   ///< no space, no memory, or a limit of ours was met
  kFailedPrecondition,  ///< the host must be changed first (set-up, ownership, lock service)
  kAborted,        ///< busy or overtaken by another call; the caller may try the whole step again
  kUnavailable,    ///< nobody answers there now; a safe call may be repeated
  kUnimplemented,  ///< the other side (or we) cannot do that at all
  kInternal,       ///< a mistake of ours or an unreadable request
  kAgentFault,     ///< the agent raised an exception that maps to none of the above
  kBadReply,       ///< bytes came back that are not what they should be
  kCorruptImage,   ///< a disk image or a document on disk is damaged
};

/// Stable lower-case name of a code ("already_exists"), used in JSON output. Never empty.
std::string_view to_string(Code code);

/// What the agent itself said, kept whole. `class_name` is normalised with dots
/// ("exceptions.OSError", "agent.lib.filelock.LockError"), empty if the text has none.
struct AgentFault {
  std::int64_t code = 0;
  std::string class_name;
  std::optional<int> errno_value;
  std::string text;  ///< the whole faultString, as it came

  friend bool operator==(const AgentFault&, const AgentFault&) = default;
};

/// One failure: a code, one sentence without a final dot, where it happened, what the agent said,
/// and the failure below it. A plain value; copies share the cause.
struct Error {
  Code code = Code::kInternal;
  std::string what;
  std::string host = {};
  std::string service = {};
  std::optional<AgentFault> fault = std::nullopt;
  std::shared_ptr<const Error> cause = nullptr;  ///< shared: errors are copied up through answers

  /// "what (service NAME on HOST): cause: ..." on one line; secrets never enter an Error.
  [[nodiscard]] std::string message() const;
};

/// The same failure seen from one storey up: `what` says what was being done, `cause` keeps the
/// rest. Code, host, service and fault of the cause are kept, so callers still branch on them.
[[nodiscard]] Error wrap(std::string what, Error cause);

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_ERROR_H_
