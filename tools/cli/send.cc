// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/resource.h"
#include "integration/schema/codec.h"
#include "integration/schema/type_info.h"
#include "objects/wire/lent_transport.h"
#include "tools/cli/call.h"
#include "tools/cli/json_value.h"
#include "tools/cli/nouns.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

constexpr int kFailed = 1;

using Settings = std::map<std::string, std::string, std::less<>>;

Result<void> read_settings_file(const Call& call, Settings& into) {
  const auto file = call.args.maybe("settings");
  if (!file) return {};
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, call.read_file(*file));
  TRESTLE_ASSIGN_OR_RETURN(const Value document, from_json(text));
  const auto* const members = document.get_if<Struct>();
  if (members == nullptr) return usage("--settings wants one JSON object of texts");
  for (const Member& member : *members) {
    const auto* const value = member.value.get_if<std::string>();
    if (value == nullptr) return usage("--settings: " + member.name + " wants a text");
    into[member.name] = *value;
  }
  return {};
}

/// The file first, then what stands on the command line.
Result<Settings> settings_of(const Call& call, const Endpoint& endpoint) {
  Settings settings;
  TRESTLE_RETURN_IF_ERROR(read_settings_file(call, settings));
  for (const std::string& pair : call.args.list("setting")) {
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return usage("--setting wants NAME=VALUE, not '" + pair + "'");
    }
    settings[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  settings.emplace("host", endpoint.host);
  return settings;
}

/// A single command without its brackets is taken too: people write those by hand.
Result<schema::Body> commands_of(const Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(std::string text, call.read_file(call.args.text("FILE")));
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && text[begin] == '{') text = "[" + text + "]";
  TRESTLE_ASSIGN_OR_RETURN(schema::Body body, schema::decode_body(text));
  for (const schema::Object& message : body.messages) {
    if (message.type().role != schema::Role::kCommand) {
      return usage(std::string(message.type().name) + " is no command; only commands can be sent");
    }
  }
  return body;
}

/// Text and document of what came back; exit 1 if anything in it says no.
Result<Outcome> shown(const std::vector<schema::Object>& messages) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string body, schema::encode_body(messages));
  Outcome outcome;
  Array rows;
  for (const schema::Object& message : messages) {
    const bool answer = message.type().role == schema::Role::kAnswer;
    const bool good = !answer || schema::result_of(message);
    const std::string* const details = answer ? schema::details_of(message) : nullptr;
    if (!good) outcome.exit = kFailed;
    rows.push_back(Struct{{"class", message.type().name},
                          {"result", good},
                          {"details", details == nullptr ? Value(Nil{}) : Value(*details)}});
  }
  TRESTLE_ASSIGN_OR_RETURN(Value parsed, from_json(body));
  outcome.document = Struct{{"messages", std::move(rows)}, {"body", std::move(parsed)}};
  outcome.text = body + "\n";
  return outcome;
}

Result<Outcome> send(Call& call) {
  const bool startup = call.args.has("startup");
  const bool ping = call.args.has("ping");
  if (static_cast<int>(startup) + static_cast<int>(ping) +
          static_cast<int>(call.args.has("FILE")) !=
      1) {
    return usage("send wants one of FILE, --startup and --ping");
  }
  schema::Body body;
  if (call.args.has("FILE")) {
    TRESTLE_ASSIGN_OR_RETURN(body, commands_of(call));
  }
  TRESTLE_ASSIGN_OR_RETURN(const Connection connection, call.connection());
  TRESTLE_ASSIGN_OR_RETURN(Settings settings, settings_of(call, connection.endpoint));
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(Transport* const transport,
                           call.transport_at(connection.endpoint.url()));
  ovm3::Resource resource(
      [&](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
        return std::make_unique<LentTransport>(*transport);
      },
      call.log());
  const auto configured = resource.configure({.values = std::move(settings)});
  if (!configured) return usage(configured.error().what);

  if (startup) {
    TRESTLE_ASSIGN_OR_RETURN(const auto commands, resource.initialize(ctx));
    return shown(commands);
  }
  if (ping) {
    TRESTLE_ASSIGN_OR_RETURN(schema::Object report, resource.current_status(ctx));
    return shown({std::move(report)});
  }
  for (const schema::Ignored& ignored : body.ignored) {
    call.progress().step("ignored: " + printable(ignored.path));
  }
  std::vector<schema::Object> answers;
  for (const schema::Object& command : body.messages) {
    answers.push_back(resource.execute(ctx, command));
    // As a server's "stop on error": what follows may rest on what failed.
    if (!schema::result_of(answers.back()) && !call.args.has("go-on")) break;
  }
  return shown(answers);
}

}  // namespace

Noun send_noun() {
  return {
      .name = "send",
      .what = "commands of a cloud orchestrator, done in this process",
      .verbs = {{
          .name = "",
          .what = "Does the commands of a message on a host and prints the body of the answer",
          .operands = {{.name = "FILE",
                        .help = "body of a message: a JSON array of commands as CloudStack writes "
                                "them, or one command; - reads standard input",
                        .required = false,
                        .complete = Complete::kFile}},
          .options = {{.name = "setting",
                       .value = "NAME=VALUE",
                       .help = "a setting of the host, e.g. guest.network.device=bond1",
                       .many = true},
                      {.name = "settings",
                       .value = "FILE",
                       .help = "settings of the host as a JSON object of texts",
                       .complete = Complete::kFile},
                      {.name = "startup",
                       .value = "",
                       .help = "print by which commands the host would introduce itself"},
                      {.name = "ping", .value = "", .help = "print what a ping would report"},
                      {.name = "go-on",
                       .value = "",
                       .help = "do the commands that follow a failed one too"}},
          .schema = R"({"messages": [{"class": "text", "result": "boolean", "details": "text?"}], )"
                    R"("body": ["any"]})",
          .examples = {"send --ping", "send bodies/synthetic_check_health.body --json"},
          .run = send,
          .more = "Exit status 1 if a command failed; its answer is printed all the same. Commands "
                  "after a failed\none are not begun without --go-on. A command's own wait limits "
                  "it, and --timeout all of them.",
      }}};
}

}  // namespace trestle::cli
