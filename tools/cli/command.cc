// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/command.h"

#include "tools/cli/nouns.h"

namespace trestle::cli {

std::vector<Noun> command_tree() {
  return {about_noun(),  host_noun(),     vm_noun(),      disk_noun(),      repo_noun(),
          pool_noun(),   network_noun(),  storage_noun(), agent_noun(),     api_noun(),
          schema_noun(), send_noun(),     template_noun(), sim_noun(),      completion_noun()};
}

std::vector<Option> common_options() {
  return {
      {.name = "json", .value = "", .help = "print one JSON document instead of a table"},
      {.name = "verbose",
       .value = "",
       .help = "tell every call to the host on standard error",
       .letter = 'v'},
  };
}

std::vector<Option> connection_options() {
  return {
      {.name = "url",
       .value = "URL",
       .help = "the host's agent, https://HOST[:8899]; else TRESTLE_URL"},
      {.name = "user",
       .value = "NAME",
       .help = "user of the agent; else TRESTLE_USER, else oracle"},
      {.name = "password-file",
       .value = "FILE",
       .help = "read the password from the first line of FILE; else TRESTLE_PASSWORD, else asked",
       .complete = Complete::kFile},
      {.name = "pin",
       .value = "KEY",
       .help = "accept only the public key sha256//BASE64; else TRESTLE_PIN"},
      {.name = "ca-file",
       .value = "FILE",
       .help = "accept certificates signed by one in FILE (PEM); else TRESTLE_CA_FILE",
       .complete = Complete::kFile},
      {.name = "insecure", .value = "", .help = "accept any certificate; warns on every use"},
      {.name = "allow-tls10",
       .value = "",
       .help = "accept TLS 1.0 and 1.1 and weak keys, for hosts of release 3.2"},
      {.name = "timeout",
       .value = "TIME",
       .help = "give up after TIME: 30 (seconds), 500ms, 10m, 1h"},
  };
}

std::string full_name(const Noun& noun, const Verb& verb) {
  std::string name(noun.name);
  if (!verb.name.empty()) name += " " + std::string(verb.name);
  return name;
}

std::vector<Verb> together(const std::vector<std::vector<Verb>>& parts) {
  std::vector<Verb> all;
  for (const std::vector<Verb>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<Option> all_options(const Verb& verb) {
  std::vector<Option> options = verb.options;
  const auto add = [&options](const std::vector<Option>& more) {
    options.insert(options.end(), more.begin(), more.end());
  };
  if (verb.reach != Reach::kPassing) add(common_options());
  if (verb.reach == Reach::kHost) add(connection_options());
  return options;
}

}  // namespace trestle::cli
