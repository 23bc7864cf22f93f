// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "systemvm/http_source.h"
#include "systemvm/manifest.h"

namespace trestle::systemvm {

namespace {

/// An IPv6 address, perhaps with the name of a link behind it: "fe80::1%eth0".
bool is_v6(std::string_view text) {
  in6_addr address{};
  const std::string numbers(text.substr(0, text.find('%')));
  return ::inet_pton(AF_INET6, numbers.c_str(), &address) == 1;
}

/// Letters, digits and the signs of names and numeric addresses: what may stand in a Host header,
/// in SQL and on a terminal.
bool is_host(std::string_view text, bool v6) {
  const std::string_view signs = v6 ? ".-_:%" : ".-_";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || signs.find(c) != std::string_view::npos;
  });
}

/// True for "https://..." and "ftp://...", not for "/login?next=https://...".
bool has_scheme(std::string_view location) {
  const std::size_t colon = location.find("://");
  return colon != std::string_view::npos && location.find_first_of("/?#") == colon + 1;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Url url;
  const auto bad = [&](const std::string& what) {
    return fail(Code::kInvalidArgument, "\"" + without_secrets(text) + "\" " + what +
                                            "; an address is http(s)://HOST[:PORT]/PATH");
  };
  url.tls = text.starts_with("https://");
  if (!url.tls && !text.starts_with("http://")) return bad("is no http(s) address");
  std::string_view rest = text.substr(url.tls ? 8 : 7);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view place = rest.substr(0, path);
  url.target = rest.substr(path);
  if (!url.target.starts_with('/')) url.target = "/" + url.target;
  if (place.find('@') != std::string_view::npos) {
    return bad(
        "has a user in it, which every user of this machine can see; fetch the file by other means "
        "and give its path");
  }
  std::size_t colon = place.rfind(':');
  if (place.starts_with('[')) {
    const std::size_t end = place.find(']');
    if (end == std::string_view::npos) return bad("has no ] after [");
    url.host = place.substr(1, end - 1);
    colon = end + 1 < place.size() ? end + 1 : std::string_view::npos;
    if (colon != std::string_view::npos && place[colon] != ':') return bad("has text after ]");
  } else {
    url.host = place.substr(0, colon);
  }
  const bool v6 = place.starts_with('[');
  if (v6 && !is_v6(url.host)) return bad("has no IPv6 address in its brackets");
  url.port = url.tls ? "443" : "80";
  if (colon != std::string_view::npos) url.port = place.substr(colon + 1);
  const auto printable = [](char c) { return c > ' ' && c != '\x7F'; };
  if (!is_host(url.host, v6)) return bad("has no host");
  if (!std::ranges::all_of(url.target, printable)) return bad("has a space or a control character");
  unsigned port = 0;
  const auto [end, error] =
      std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
  if (error != std::errc{} || end != url.port.data() + url.port.size() || port == 0 ||
      port > 65535) {
    return bad("has no port between 1 and 65535");
  }
  return url;
}

Result<Url> Url::resolve(std::string_view location) const {
  if (location.empty()) return fail(Code::kBadReply, "the server sends us on without saying where");
  if (has_scheme(location)) return parse(location);
  const std::string scheme = tls ? "https:" : "http:";
  if (location.starts_with("//")) return parse(scheme + std::string(location));
  const bool v6 = host.find(':') != std::string::npos;
  const std::string place = scheme + "//" + (v6 ? "[" + host + "]" : host) + ":" + port;
  const std::string path = target.substr(0, target.find('?'));
  const std::string before = location.starts_with('/')   ? ""
                             : location.starts_with('?') ? path
                                                         : path.substr(0, path.rfind('/') + 1);
  return parse(place + before + std::string(location));
}

}  // namespace trestle::systemvm
