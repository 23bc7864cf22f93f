// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "helpers/ovm3/ssh.h"

namespace trestle::ovm3 {
namespace {

/// Names and addresses, and nothing that a shell, an option parser or a terminal could take for
/// something else.
bool plain(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '%';
  };
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, good);
}

}  // namespace

Result<SshAddress> SshAddress::parse(std::string_view text, const SshAddress& otherwise) {
  SshAddress address = otherwise;
  const auto wrong = [&](std::string_view why) {
    // The text itself stays out: it may be anything, a password too.
    return fail(Code::kInvalidArgument, "this is no host to log in to (" + std::string(why) +
                                            "); write [USER@]HOST[:PORT]");
  };
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    address.user = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  if (!plain(address.user) || address.user.find(':') != std::string::npos) {
    return wrong("the user is no plain name");
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return wrong("a bracket is not closed");
    port = text.substr(end + 1);
    address.host = text.substr(1, end - 1);
    if (!port.empty() && !port.starts_with(':')) return wrong("text after the bracket");
  } else if (std::ranges::count(text, ':') == 1) {
    port = text.substr(text.find(':'));
    address.host = text.substr(0, text.find(':'));
  } else {
    address.host = text;
  }
  if (!plain(address.host)) return wrong("the host is neither a name nor an address");
  if (port.empty()) return address;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port == 0) {
    return wrong("the port is no number from 1 to 65535");
  }
  return address;
}

std::string SshAddress::name() const { return user + "@" + host + ":" + std::to_string(port); }

}  // namespace trestle::ovm3
