// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/error_text.h"

#include <string_view>
#include <utility>

#include "objects/wire/fault_map.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

/// What an operator can do about a fault. The agent's own text only tells what happened.
std::string_view advice(Code code) {
  switch (code) {
    case Code::kNotFound:
      return "check the name: 'vm list' and 'repo list' show what the host knows";
    case Code::kAlreadyExists:
      return "choose another name, or go on with the one that is there";
    case Code::kPermissionDenied:
      return "'host show' tells who owns the host; 'host own' takes one that nobody owns";
    case Code::kResourceExhausted:
      return "free some space or memory and try again";
    case Code::kFailedPrecondition:
      return "set the host up first, then repeat the command";
    case Code::kAborted:
      return "the host is busy with this; try again in a moment";
    case Code::kUnimplemented:
      return "this release of the agent does not offer it; 'api list' tells where it was seen";
    case Code::kInvalidArgument:
      return "correct the argument that the host complains about";
    default:
      return "the agent's log on the host (host log) tells more";
  }
}

Value text_or_nil(const std::string& text) {
  if (text.empty()) return Nil{};
  return text;
}

Struct fault_members(const AgentFault& fault) {
  return {{"code", fault.code},
          {"class", text_or_nil(fault.class_name)},
          {"errno", fault.errno_value ? Value(std::int64_t{*fault.errno_value}) : Value(Nil{})},
          {"text", fault.text}};
}

}  // namespace

std::string error_line(const Error& error) {
  std::string line = printable(error.message());
  if (error.fault) line += "; " + std::string(advice(error.code));
  return line;
}

Value describe_error(const Error& error) {
  return Struct{{"code", to_string(error.code)},
                {"what", error.what},
                {"host", text_or_nil(error.host)},
                {"service", text_or_nil(error.service)},
                {"fault", error.fault ? Value(fault_members(*error.fault)) : Value(Nil{})},
                {"cause", error.cause ? describe_error(*error.cause) : Value(Nil{})}};
}

Value describe_fault(const wire::Fault& fault) {
  const Error error = wire::to_error(fault);
  AgentFault whole;
  whole.code = fault.code;
  whole.text = fault.text;
  Struct members = fault_members(error.fault.value_or(whole));
  members.push_back({"error", to_string(error.code)});
  return members;
}

}  // namespace trestle::cli
