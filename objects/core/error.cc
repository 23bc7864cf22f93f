// SPDX-License-Identifier: Apache-2.0
#include "objects/core/error.h"

#include <utility>

namespace trestle {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::kCancelled:
      return "cancelled";
    case Code::kInvalidArgument:
      return "invalid_argument";
    case Code::kDeadlineExceeded:
      return "deadline_exceeded";
    case Code::kNotFound:
      return "not_found";
    case Code::kAlreadyExists:
      return "already_exists";
    case Code::kPermissionDenied:
      return "permission_denied";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kResourceExhausted:
      return "resource_exhausted";
    case Code::kFailedPrecondition:
      return "failed_precondition";
    case Code::kAborted:
      return "aborted";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kUnimplemented:
      return "unimplemented";
    case Code::kInternal:
      return "internal";
    case Code::kAgentFault:
      return "agent_fault";
    case Code::kBadReply:
      return "bad_reply";
    case Code::kCorruptImage:
      return "corrupt_image";
  }
  return "internal";
}

std::string Error::message() const {
  std::string text = what;
  // A wrapped error inherits host and service; only the innermost one names them, once.
  if (!cause && (!host.empty() || !service.empty())) {
    text += " (";
    if (!service.empty()) text += service;
    if (!service.empty() && !host.empty()) text += " on ";
    if (!host.empty()) text += host;
    text += ")";
  }
  if (cause) text += ": " + cause->message();
  return text;
}

Error wrap(std::string what, Error cause) {
  Error outer{.code = cause.code,
              .what = std::move(what),
              .host = cause.host,
              .service = cause.service,
              .fault = cause.fault};
  outer.cause = std::make_shared<const Error>(std::move(cause));
  return outer;
}

}  // namespace trestle
