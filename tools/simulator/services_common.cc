// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "objects/ovm3/api/common.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace common = ovm3::api::common;
using ovm3::api::Rest;

struct Uri {
  std::string user;
  std::string password;
  std::string address;
  std::uint16_t port = 8899;
};

/// "scheme://user:password@host:8899/api/3/"; absent if it is not of that form.
std::optional<Uri> parse_uri(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('/'));
  Uri uri;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = text.substr(0, at);
    const std::size_t colon = login.find(':');
    uri.user = login.substr(0, colon);
    if (colon != std::string_view::npos) uri.password = login.substr(colon + 1);
    text.remove_prefix(at + 1);
  }
  if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    const std::string port(text.substr(colon + 1));
    uri.port = static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10));
    text = text.substr(0, colon);
  }
  uri.address = text;
  return uri;
}

Answer dispatch(const Call& call, const std::string& text, std::string func, Rest<Value> args) {
  const auto uri = parse_uri(text);
  if (!uri) return Fault{"exceptions.IOError", "unsupported XML-RPC protocol"};
  Host* target = call.estate.find_host(uri->address, uri->port);
  if (target == nullptr) {
    return Fault{"socket.gaierror", "(-2, 'Name or service not known')"};
  }
  if (uri->user != "oracle" || uri->password != target->password) {
    return Fault{"xmlrpclib.ProtocolError", "<ProtocolError for " + uri->address + ":" +
                                                std::to_string(uri->port) +
                                                "/api/3/: 403 Forbidden>"};
  }
  return Answer::forward(*target, std::move(func), std::move(args.items));
}

}  // namespace

void register_common(Services& services) {
  // The recorded answer has no <string> around the text; other kinds come back as they went.
  services.on(common::echo, [](const Call&, const Value& message) {
    if (const auto* text = message.get_if<std::string>()) return Answer::untyped(*text);
    return Answer::value(message);
  });
  services.on(common::get_api_version,
              [](const Call&) { return Answer::value(Array{Value(std::int64_t{3})}); });
  services.on(common::sleep, [](const Call&, std::int64_t seconds) {
    return Answer::later(std::chrono::seconds(seconds), [](const Call&) { return Answer::nil(); });
  });
  services.on(common::dispatch, dispatch);
}

}  // namespace trestle::simulator
