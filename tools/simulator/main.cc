// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/simulator/program.h"

namespace {

using Json = nlohmann::ordered_json;
using trestle::simulator::ServeOptions;

constexpr const char* kSocketVariable = "TRESTLE_SIM_CONTROL";

/// What `ctl` was asked for.
struct CtlOptions {
  std::string socket;
  std::string ready_file;
  Json request;
  Json rule = Json::object();
};

void add_serve(CLI::App& program, ServeOptions& options) {
  CLI::App* serve = program.add_subcommand("serve", "Start simulated hosts");
  auto* hosts = serve->add_option("--hosts", options.hosts, "So many hosts, ovm-1, ovm-2, ...")
                    ->check(CLI::Range(1, 20'000));
  auto* world =
      serve->add_option("--world", options.world, "The scene, a JSON file")->excludes(hosts);
  serve->add_option("--release", options.release, "3.2.1, 3.3.1 or 3.4 (with --hosts)");
  serve->add_option("--guests,--vms-per-host", options.vms_per_host,
                    "Running guests (with --hosts)");
  serve->add_option("--state", options.state, "Folder that survives restarts");
  serve->add_flag("--plain", options.plain, "http instead of https");
  serve->add_flag("--http11", options.http11, "HTTP/1.1 with many calls per connection");
  serve->add_flag("--status-401", options.status_401, "401, not 403, for a wrong password");
  auto* addresses = serve
                        ->add_option("--addresses", options.first_address,
                                     "Each host its own address, from this one (127.0.1.1)")
                        ->expected(0, 1);
  serve->add_option("--port", options.port, "Port of hosts with own addresses (8899; 0 = free)")
      ->check(CLI::Range(0, 65'535));
  serve
      ->add_option("--port-base", options.port_base,
                   "All hosts on 127.0.0.1, ports from this one (0 = free ones)")
      ->check(CLI::Range(0, 65'535))
      ->excludes(addresses);
  serve->add_option("--password-file", options.password_file,
                    "First line = password of user oracle (else the world's, or 'simulated')");
  serve->add_option("--ready-file", options.ready_file, "Written as JSON when all hosts listen");
  serve->add_option("--ca-file", options.ca_file,
                    "Where to write the certificate authority (ca.pem of the state)");
  serve->add_option("--control", options.control, "Path of the control socket");
  serve->final_callback([&options, world] {
    if (options.hosts == 0 && world->count() == 0) options.hosts = 1;
  });
}

void add_host_request(CLI::App& ctl, CtlOptions& options, const char* name, const char* verb,
                      const char* what) {
  CLI::App* request = ctl.add_subcommand(name, what);
  request
      ->add_option_function<std::string>(
          "host", [&options](const std::string& host) { options.request["host"] = host; },
          "Name or address")
      ->required();
  request->parse_complete_callback([&options, verb] { options.request["do"] = verb; });
}

void add_rule_requests(CLI::App& ctl, CtlOptions& options) {
  ctl.add_subcommand("rules", "List the fault rules with their counts")
      ->parse_complete_callback([&options] { options.request["do"] = "rules"; });
  CLI::App* set = ctl.add_subcommand("set-rule", "Add a fault rule, or replace one");
  for (const char* name : {"id", "service", "host", "action", "fault_class", "fault_text"}) {
    std::string option = std::string("--") + name;
    std::replace(option.begin(), option.end(), '_', '-');
    set->add_option_function<std::string>(
        option, [&options, name](const std::string& text) { options.rule[name] = text; });
  }
  for (const char* name : {"nth", "times", "status", "bytes"}) {
    set->add_option_function<std::uint64_t>(
        std::string("--") + name,
        [&options, name](std::uint64_t number) { options.rule[name] = number; });
  }
  set->add_option_function<double>(
      "--probability", [&options](double number) { options.rule["probability"] = number; });
  set->add_option_function<double>(
      "--delay-ms", [&options](double number) { options.rule["delay_ms"] = number; });
  set->parse_complete_callback([&options] { options.request["do"] = "set_rule"; });
  CLI::App* clear = ctl.add_subcommand("clear-rules", "Remove one rule, or all");
  clear->add_option_function<std::string>(
      "id", [&options](const std::string& id) { options.request["id"] = id; });
  clear->parse_complete_callback([&options] { options.request["do"] = "clear_rules"; });
}

void add_ctl(CLI::App& program, CtlOptions& options) {
  CLI::App* ctl = program.add_subcommand("ctl", "Inspect and steer running hosts");
  ctl->require_subcommand(1);
  ctl->add_option("--control", options.socket, "Control socket of the simulator")
      ->envname(kSocketVariable);
  ctl->add_option("--ready-file", options.ready_file, "Ready file that names the socket");
  CLI::App* inspect = ctl->add_subcommand("inspect", "All hosts in short, or one in full");
  inspect->add_option_function<std::string>(
      "host", [&options](const std::string& host) { options.request["host"] = host; });
  inspect->parse_complete_callback([&options] { options.request["do"] = "inspect"; });
  add_host_request(*ctl, options, "power-cut", "power_off", "Cut a host's power");
  add_host_request(*ctl, options, "power-on", "power_on", "Start a host");
  CLI::App* crash = ctl->add_subcommand("crash", "Crash a guest");
  crash
      ->add_option_function<std::string>(
          "host", [&options](const std::string& host) { options.request["host"] = host; })
      ->required();
  crash
      ->add_option_function<std::string>(
          "vm", [&options](const std::string& vm) { options.request["vm"] = vm; })
      ->required();
  crash->parse_complete_callback([&options] { options.request["do"] = "crash"; });
  CLI::App* step = ctl->add_subcommand("step", "Put the simulated clock forward");
  step->add_option_function<double>(
          "seconds", [&options](double seconds) { options.request["seconds"] = seconds; })
      ->required();
  step->parse_complete_callback([&options] { options.request["do"] = "step"; });
  ctl->add_subcommand("shutdown", "End the simulator")->parse_complete_callback([&options] {
    options.request["do"] = "shutdown";
  });
  add_rule_requests(*ctl, options);
}

int run_ctl(CtlOptions& options) {
  if (!options.rule.empty()) options.request["rule"] = options.rule;
  if (options.socket.empty() && !options.ready_file.empty()) {
    const auto socket = trestle::simulator::socket_of(options.ready_file);
    if (!socket) {
      std::cerr << "trestle-sim: " << socket.error().message() << "\n";
      return trestle::simulator::kExitFailed;
    }
    options.socket = socket->string();
  }
  if (options.socket.empty()) {
    std::cerr << "trestle-sim: which simulator? Give --control PATH, --ready-file FILE or set "
              << kSocketVariable << "\n";
    return trestle::simulator::kExitUsage;
  }
  return trestle::simulator::send_request(options.socket, options.request.dump());
}

int run(int argc, char** argv) {
  CLI::App program("Simulated Oracle VM 3 hosts: agents that answer as real ones do.",
                   "trestle-sim");
  program.require_subcommand(1);
  program.get_formatter()->column_width(34);
  ServeOptions serve_options;
  CtlOptions ctl_options;
  bool json = false;
  add_serve(program, serve_options);
  add_ctl(program, ctl_options);
  CLI::App* services = program.add_subcommand("services", "List the services that are modelled");
  services->add_flag("--json", json, "As a JSON array of names");
  const char* examples =
      "\nExamples:\n"
      "  trestle-sim services --json\n"
      "  trestle-sim serve --hosts 3 --state /var/tmp/estate --ca-file ca.pem\n";
  program.footer(examples);
  for (CLI::App* part : program.get_subcommands({})) part->footer(examples);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = program.exit(error);
    return status == 0 ? trestle::simulator::kExitDone : trestle::simulator::kExitUsage;
  }
  if (program.got_subcommand("serve")) return trestle::simulator::serve(serve_options);
  if (program.got_subcommand("ctl")) return run_ctl(ctl_options);
  return trestle::simulator::list_services(json);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "trestle-sim: " << error.what() << "\n";
    return trestle::simulator::kExitFailed;
  }
}
