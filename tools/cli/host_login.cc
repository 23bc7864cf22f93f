// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/host_login.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "tools/cli/connect.h"

namespace trestle::cli {
namespace {

constexpr std::int64_t kHighestPort = 65535;

Result<Secret> first_line(Call& call, const std::string& file) {
  std::ifstream opened;
  if (file != "-") opened.open(file);
  std::istream& in = file == "-" ? call.world().in : opened;
  std::string line;
  if (!std::getline(in, line) && line.empty()) {
    return usage("--ssh-password-file " + file +
                 " cannot be read or is empty; its first line is the password");
  }
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

/// The options with the trust that SSH gave, where they name none themselves.
Arguments with_trust(Call& call, const ovm3::AgentPlace& place) {
  Arguments args = call.args;
  const bool named = args.has("pin") || args.has("ca-file") || args.has("insecure") ||
                     call.world().environment("TRESTLE_PIN") ||
                     call.world().environment("TRESTLE_CA_FILE");
  if (!named && !place.pin.empty()) args.add("pin", place.pin);
  return args;
}

}  // namespace

std::vector<Option> login_options() {
  return {
      {.name = "ssh-user", .value = "NAME", .help = "whom to log in as (root)"},
      {.name = "ssh-port", .value = "PORT", .help = "where its SSH server listens (22)"},
      {.name = "ssh-key",
       .value = "FILE",
       .help = "private key to log in with",
       .complete = Complete::kFile},
      {.name = "ssh-password-file",
       .value = "FILE",
       .help = "its first line is the password; TRESTLE_SSH_PASSWORD does the same",
       .complete = Complete::kFile},
      {.name = "host-key",
       .value = "SHA256:KEY",
       .help = "the host's key, as ssh-keygen -l prints it, in place of the known hosts",
       .many = true},
      {.name = "known-hosts",
       .value = "FILE",
       .help = "keys of known hosts (~/.ssh/known_hosts)",
       .complete = Complete::kFile},
      {.name = "accept-new-host-key",
       .value = {},
       .help = "believe a host that is not known yet, and write its key down"},
      {.name = "ssh-allow-sha1",
       .value = {},
       .help = "take what the SSH servers of release 3.2 and 3.3 have"},
      {.name = "host-python",
       .value = "PROGRAM",
       .help = "the host's Python (the first of python, python2, python3)"},
      {.name = "host-root",
       .value = "DIR",
       .help = "put this before every path on the host, for trials; once, or once a host",
       .many = true,
       .complete = Complete::kDirectory},
  };
}

Operand login_operand(bool many) {
  return {.name = "HOST",
          .help = many ? "hosts, each [USER@]HOST[:PORT]" : "the host, [USER@]HOST[:PORT]",
          .required = true,
          .many = many};
}

Result<std::vector<ovm3::SshAddress>> login_addresses(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t port,
                           call.args.number("ssh-port", 1, kHighestPort, 22));
  const ovm3::SshAddress otherwise{.host = {},
                                   .port = static_cast<std::uint16_t>(port),
                                   .user = call.args.maybe("ssh-user").value_or("root")};
  std::vector<ovm3::SshAddress> addresses;
  for (const std::string& text : call.args.list("HOST")) {
    auto address = ovm3::SshAddress::parse(text, otherwise);
    if (!address) return usage(address.error().what);
    const bool twice = std::ranges::any_of(addresses, [&](const ovm3::SshAddress& other) {
      return other.host == address->host && other.port == address->port;
    });
    if (twice) return usage(address->name() + " is named twice");
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

Result<ovm3::SshOptions> login_of(Call& call, const ovm3::SshAddress& first) {
  ovm3::SshOptions options;
  options.allow_sha1 = call.args.has("ssh-allow-sha1");
  options.trust.accept_new = call.args.has("accept-new-host-key");
  options.trust.known_hosts = call.args.text("known-hosts");
  for (const std::string& pin : call.args.list("host-key")) {
    if (!pin.starts_with("SHA256:")) {
      return usage("--host-key wants SHA256:... as 'ssh-keygen -lf KEYFILE' prints it");
    }
    options.trust.pins += (options.trust.pins.empty() ? "" : ",") + pin;
  }
  options.login.key_file = call.args.text("ssh-key");
  if (const auto file = call.args.maybe("ssh-password-file")) {
    TRESTLE_ASSIGN_OR_RETURN(options.login.password, first_line(call, *file));
  } else if (auto variable = call.world().environment("TRESTLE_SSH_PASSWORD")) {
    options.login.password = Secret(std::move(*variable));
  }
  if (options.login.key_file.empty() && !options.login.password) {
    auto typed = call.world().ask("SSH password of " + first.user + " on " + first.host + ": ",
                                  call.world().stop);
    if (!typed && typed.error().code == Code::kCancelled) return fail(typed.error());
    if (!typed) {
      return usage(
          "no way to log in: give --ssh-key FILE, --ssh-password-file FILE, set "
          "TRESTLE_SSH_PASSWORD, or run in a terminal");
    }
    options.login.password = std::move(*typed);
  }
  return options;
}

std::vector<std::string> host_pythons(const Call& call) {
  if (const auto named = call.args.maybe("host-python")) return {*named};
  return {"python", "python2", "python3"};
}

Result<Connection> agent_connection(Call& call, const ovm3::AgentPlace& place,
                                    std::optional<Secret>* password) {
  const std::string url = call.args.maybe("url").value_or(place.url());
  return connection_of(with_trust(call, place), call.world(), url, password);
}

Result<Secret> agent_password(Call& call) {
  // Any place will do to find the password; no call is made there.
  Arguments args = call.args;
  std::optional<Secret> password;
  TRESTLE_ASSIGN_OR_RETURN(const Connection any,
                           connection_of(args, call.world(), "http://127.0.0.1", &password));
  return any.password;
}

ovm3::AskAgent module_asker(Call& call, const Secret& password) {
  return [&call, password](const CallContext& ctx,
                           const ovm3::AgentPlace& place) -> Result<std::string> {
    std::optional<Secret> known = password;
    TRESTLE_ASSIGN_OR_RETURN(const Connection to, agent_connection(call, place, &known));
    TRESTLE_ASSIGN_OR_RETURN(const auto transport, call.world().connect(to, call.log()));
    return ovm3::ask_module(ctx, ovm3::Agent(*transport, call.log()));
  };
}

}  // namespace trestle::cli
