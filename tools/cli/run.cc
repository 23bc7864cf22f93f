// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "objects/core/log.h"
#include "tools/cli/call.h"
#include "tools/cli/command.h"
#include "tools/cli/error_text.h"
#include "tools/cli/json_value.h"
#include "tools/cli/parse.h"
#include "tools/cli/table.h"
#include "tools/cli/text.h"
#include "tools/cli/world.h"

namespace trestle::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

/// Everything with --verbose, otherwise each warning once: a command that asks a host twenty times
/// would say twenty times that nobody checks its certificate.
class ConsoleLog final : public Log {
 public:
  ConsoleLog(World& world, bool verbose)
      : world_(world),
        verbose_(verbose),
        lines_(world.err, verbose ? Level::kDebug : Level::kWarn) {}

  [[nodiscard]] bool enabled(Level level) const override { return lines_.enabled(level); }
  void write(Level level, std::string_view event, std::initializer_list<Field> fields) override {
    if (!enabled(level)) return;
    if (!verbose_) {
      std::string line(event);
      for (const Field& field : fields) line += " " + field.value;
      const std::lock_guard lock(mutex_);
      if (!told_.insert(std::move(line)).second) return;
      if (world_.err_is_terminal) world_.err << "\r\x1b[K";  // off the line that Progress draws
    }
    lines_.write(level, event, fields);
  }

 private:
  World& world_;
  bool verbose_;
  StreamLog lines_;
  std::mutex mutex_;
  std::set<std::string> told_;  // guarded by mutex_
};

int exit_of(const Error& error) {
  const bool ours = error.host.empty() && error.service.empty() && !error.fault;
  return ours && error.code == Code::kInvalidArgument ? kUsage : kFailed;
}

int report(World& world, const std::string& command, const Error& error, bool json) {
  world.out << std::flush;
  const std::string line = error_line(error);
  // Usage errors name the command themselves.
  world.err << (line.starts_with("trestle") ? "" : command + ": ") << line << std::endl;
  if (json) world.out << to_json(Struct{{"error", describe_error(error)}}) << std::endl;
  return exit_of(error);
}

int show(World& world, const Outcome& outcome, bool json) {
  if (json) {
    world.out << to_json(outcome.document) << '\n';
  } else if (!outcome.text.empty()) {
    world.out << outcome.text;
    if (outcome.text.back() != '\n') world.out << '\n';
  } else {
    world.out << to_text(outcome.document, outcome.columns);
    const auto* const items = outcome.document.get_if<Array>();
    if (items != nullptr && items->empty()) world.err << "(nothing to list)" << std::endl;
  }
  world.out << std::flush;
  if (!world.out) {
    world.err << "trestle: the result cannot be written; is the disk full?" << std::endl;
    return kFailed;
  }
  return outcome.exit;
}

int show_help(World& world, const std::vector<Noun>& tree, const Parsed& parsed) {
  if (parsed.verb != nullptr) {
    world.out << verb_help(*parsed.noun, *parsed.verb);
  } else if (parsed.noun != nullptr) {
    world.out << noun_help(*parsed.noun);
  } else {
    world.out << program_help(tree);
  }
  world.out << std::flush;
  return 0;
}

}  // namespace

int run(const std::vector<std::string>& args, World& world) {
  const std::vector<Noun> tree = command_tree();
  const auto parsed = parse(args, tree);
  if (!parsed) {
    const bool wants_json = std::ranges::find(args, "--json") != args.end();
    return report(world, "trestle", parsed.error(), wants_json);
  }
  if (parsed->help) return show_help(world, tree, *parsed);
  if (parsed->version) {
    world.out << "trestle " << TRESTLE_VERSION << std::endl;
    return 0;
  }
  const bool json = parsed->arguments.has("json");
  ConsoleLog log(world, parsed->arguments.has("verbose"));
  Call call(parsed->arguments, parsed->passed, world, log);
  const Result<Outcome> outcome = parsed->verb->run(call);
  call.progress().finish();
  if (!outcome) {
    const std::string command = "trestle " + full_name(*parsed->noun, *parsed->verb);
    return report(world, command, outcome.error(), json);
  }
  return show(world, *outcome, json);
}

}  // namespace trestle::cli
