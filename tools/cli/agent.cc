// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <variant>

#include "objects/ovm3/api/all.h"
#include "objects/ovm3/typed.h"
#include "objects/wire/codec.h"
#include "tools/cli/call.h"
#include "tools/cli/error_text.h"
#include "tools/cli/json_value.h"
#include "tools/cli/nouns.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

/// An argument: JSON text, or @FILE for one that must not stand in the process list.
Result<Value> argument(Call& call, std::size_t index, const std::string& given) {
  std::string text = given;
  if (given.starts_with('@')) {
    TRESTLE_ASSIGN_OR_RETURN(text, call.read_file(given.substr(1)));
  }
  auto value = from_json(text);
  if (value) return value;
  return usage("argument " + std::to_string(index + 1) + " is not JSON (" + value.error().what +
               "); a text is written '\"text\"'");
}

Result<Outcome> call_service(Call& call) {
  const std::string& method = call.args.text("METHOD");
  Array params;
  for (const std::string& given : call.args.list("ARG")) {
    TRESTLE_ASSIGN_OR_RETURN(Value value, argument(call, params.size(), given));
    params.push_back(std::move(value));
  }
  // A service that no row describes may change the host, so it is never sent twice.
  const auto row = ovm3::api::find_row(method);
  const Effect effect = row ? row->effect : Effect::kMutates;
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Agent agent, call.agent());
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kLongBudget));
  TRESTLE_ASSIGN_OR_RETURN(const Reply reply, agent.call_raw(ctx, method, params, effect));
  // For people the same JSON, with line breaks: no table holds every shape of reply.
  return Outcome{.document = reply.root().to_value(),
                 .text = to_json(reply.root(), JsonLayout::kIndented)};
}

Member typed_member(const std::string& method, ValueView raw) {
  auto typed = ovm3::typed_reply(method, raw);
  if (typed) return {.name = "typed", .value = std::move(*typed)};
  return {.name = "typed_error",
          .value = Struct{{"code", to_string(typed.error().code)}, {"what", typed.error().what}}};
}

Result<Outcome> decode(Call& call) {
  const bool wants_typed = call.args.has("typed");
  TRESTLE_ASSIGN_OR_RETURN(std::string body, call.read_file(call.args.text("FILE")));
  TRESTLE_ASSIGN_OR_RETURN(const auto decoded, wire::decode_reply(std::move(body)));
  Struct document;
  if (const auto* fault = std::get_if<wire::Fault>(&decoded)) {
    document.push_back({"fault", describe_fault(*fault)});
  } else {
    if (wants_typed && !call.args.has("method")) {
      return usage("--typed needs --method NAME: the bytes of a reply do not tell what was asked");
    }
    const ValueView root = std::get<Reply>(decoded).root();
    document.push_back({"value", root.to_value()});
    if (wants_typed) document.push_back(typed_member(call.args.text("method"), root));
  }
  Outcome outcome{.document = std::move(document)};
  outcome.text = to_json(outcome.document, JsonLayout::kIndented);
  return outcome;
}

constexpr std::string_view kJsonMapping =
    "JSON and XML-RPC: null is nil, {\"$base64\": \"...\"} is base64, {\"$dateTime\": \"...\"} is\n"
    "dateTime, integers have 64 bits, 1.0 is a double. An argument @FILE is read from the file\n"
    "(@- is standard input), which keeps a secret out of the list of processes.";

}  // namespace

Noun agent_noun() {
  return {
      .name = "agent",
      .what = "calls to the agent as they are on the wire",
      .verbs = {
          {.name = "call",
           .what = "Calls any service of the agent and prints its reply",
           .operands = {{.name = "METHOD", .help = "name of the service, see 'api list'"},
                        {.name = "ARG",
                         .help = "arguments in call order, each a JSON text",
                         .required = false,
                         .many = true}},
           .schema = R"("any")",
           .examples = {"agent call echo '\"hello\"' --json", "agent call list_vms --json"},
           .run = call_service,
           .more = kJsonMapping},
          {.name = "decode",
           .what = "Decodes the stored body of an HTTP reply",
           .operands = {{.name = "FILE",
                         .help = "the body; - is standard input",
                         .complete = Complete::kFile}},
           .options =
               {{.name = "method", .value = "NAME", .help = "the service that the reply came from"},
                {.name = "typed",
                 .value = "",
                 .help = "add the object that Trestle makes of it; needs --method"}},
           .schema = R"({"value?": "any", "fault?": {"code": "integer", "class": "text?", )"
                     R"("errno": "integer?", "text": "text", "error": "text"}, "typed?": "any", )"
                     R"("typed_error?": {"code": "text", "what": "text"}})",
           .examples = {"agent decode --json reply.xml",
                        "agent decode --method list_vms --typed --json reply.xml"},
           .run = decode,
           .more = "Exit status 0 if the body decodes, a fault included.",
           .reach = Reach::kLocal},
      }};
}

}  // namespace trestle::cli
