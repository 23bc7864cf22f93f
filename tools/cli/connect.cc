// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/connect.h"

#include <fstream>
#include <utility>

#include "objects/ovm3/agent_url.h"
#include "objects/wire/tls_policy.h"

namespace trestle::cli {
namespace {

/// The first line of a file, without its line end; "-" is standard input.
Result<Secret> password_in(const std::string& file, World& world) {
  std::ifstream opened;
  if (file != "-") opened.open(file);
  std::istream& in = file == "-" ? world.in : opened;
  std::string line;
  if (!std::getline(in, line) && line.empty()) {
    return usage("--password-file " + file +
                 " cannot be read or is empty; its first line is the password");
  }
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

Result<Secret> password_of(const Arguments& args, World& world, const Endpoint& endpoint) {
  if (const auto file = args.maybe("password-file")) return password_in(*file, world);
  if (auto variable = world.environment("TRESTLE_PASSWORD")) {
    return Secret(std::move(*variable));
  }
  Result<Secret> typed =
      world.ask("Password of " + endpoint.user + " on " + endpoint.peer() + ": ", world.stop);
  if (typed || typed.error().code == Code::kCancelled) return typed;
  return usage(
      "no password: set TRESTLE_PASSWORD, give --password-file FILE, or run in a terminal");
}

Result<TlsPolicy> policy_of(const Connection& to) {
  if (!to.ca_file.empty()) return TlsPolicy::ca_file(to.ca_file);
  if (!to.pin.empty()) return TlsPolicy::pin(to.pin);
  if (to.insecure) return TlsPolicy::insecure();
  return usage(
      "how shall the host prove who it is? give --pin sha256//KEY or --ca-file FILE, or --insecure "
      "to trust anybody");
}

}  // namespace

Result<Connection> connection_of(const Arguments& args, World& world,
                                 std::optional<std::string> url, std::optional<Secret>* known) {
  if (!url) url = args.maybe("url");
  if (!url) url = world.environment("TRESTLE_URL");
  if (!url || url->empty()) {
    return usage("no host is named: give --url https://HOST or set TRESTLE_URL");
  }
  TRESTLE_ASSIGN_OR_RETURN(Endpoint endpoint, ovm3::parse_agent_url(*url));
  const auto variable = [&](std::string_view option, const char* name) {
    auto given = args.maybe(option);
    if (!given) given = world.environment(name);
    return given.value_or("");
  };
  if (const std::string user = variable("user", "TRESTLE_USER"); !user.empty()) {
    endpoint.user = user;
  }
  Connection to{.endpoint = std::move(endpoint),
                .password = {},
                .ca_file = args.text("ca-file"),
                .pin = args.text("pin"),
                .insecure = args.has("insecure"),
                .allow_tls10 = args.has("allow-tls10")};
  const int ways = (to.ca_file.empty() ? 0 : 1) + (to.pin.empty() ? 0 : 1) + (to.insecure ? 1 : 0);
  if (ways > 1) return usage("--ca-file, --pin and --insecure exclude each other; give one");
  if (ways == 0) {
    to.ca_file = world.environment("TRESTLE_CA_FILE").value_or("");
    if (to.ca_file.empty()) to.pin = world.environment("TRESTLE_PIN").value_or("");
  }
  // Asked before the password, so that nobody types one for a host that cannot be called anyway.
  if (to.endpoint.scheme == Scheme::kHttps) TRESTLE_RETURN_IF_ERROR(policy_of(to));
  if (known != nullptr && *known) {
    to.password = **known;
    return to;
  }
  TRESTLE_ASSIGN_OR_RETURN(to.password, password_of(args, world, to.endpoint));
  if (known != nullptr) *known = to.password;
  return to;
}

Result<std::unique_ptr<HttpTransport>> connect_http(IoLoop& loop, const Connection& to, Log& log) {
  HttpTransport::Options options;
  options.password = to.password;
  if (to.endpoint.scheme == Scheme::kHttps) {
    TRESTLE_ASSIGN_OR_RETURN(TlsPolicy policy, policy_of(to));
    options.tls = to.allow_tls10 ? policy.with_tls10() : policy;
  }
  return HttpTransport::create(loop, to.endpoint, std::move(options), log);
}

Result<std::unique_ptr<Transport>> connect(IoLoop& loop, const Connection& to, Log& log) {
  TRESTLE_ASSIGN_OR_RETURN(auto transport, connect_http(loop, to, log));
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace trestle::cli
