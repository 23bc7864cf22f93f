// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "systemvm/http_source.h"
#include "systemvm/manifest.h"

namespace trestle::systemvm {

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
    colon = place.find(':', end);
  } else {
    url.host = place.substr(0, colon);
  }
  url.port = url.tls ? "443" : "80";
  if (colon != std::string_view::npos) url.port = place.substr(colon + 1);
  const auto printable = [](char c) { return c > ' ' && c != '\x7F'; };
  if (url.host.empty() || !std::ranges::all_of(url.host, printable)) return bad("has no host");
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
  if (location.find("://") != std::string_view::npos) return parse(location);
  Url next = *this;
  if (location.starts_with("//")) return parse((tls ? "https:" : "http:") + std::string(location));
  if (location.starts_with('/')) {
    next.target = location.substr(0, location.find('#'));
  } else {
    const std::string path = target.substr(0, target.find('?'));
    next.target = path.substr(0, path.rfind('/') + 1) + std::string(location);
  }
  if (location.empty()) return fail(Code::kBadReply, "the server sends us on without saying where");
  return next;
}

}  // namespace trestle::systemvm
