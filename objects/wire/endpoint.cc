// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/endpoint.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace trestle {
namespace {

constexpr std::string_view kHttpsMark = "https://";
constexpr std::string_view kHttpMark = "http://";
constexpr std::string_view kSchemeMark = "://";
constexpr std::string_view kNoPassword =
    "a URL must not hold a password: take it out and give it in TRESTLE_PASSWORD or with "
    "--password-file";

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<unsigned> hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

Result<std::string> parse_user(std::string_view text) {
  std::string user;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      user.push_back(text[i]);
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (!low) return fail(Code::kInvalidArgument, "a '%' in the user of the URL needs two digits");
    user.push_back(static_cast<char>((*high << 4U) | *low));
    i += 2;
  }
  // Basic authentication ends the user at the first colon.
  if (user.find(':') != std::string::npos) {
    return fail(Code::kInvalidArgument, std::string(kNoPassword));
  }
  if (std::ranges::any_of(user, [](char c) { return c >= '\0' && c < ' '; })) {
    return fail(Code::kInvalidArgument, "the user in the URL holds a control character");
  }
  return user;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535) {
    return fail(Code::kInvalidArgument, "the port in the URL must be a number from 1 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

Result<std::string> parse_host(std::string_view text, bool bracketed) {
  const bool plausible = std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' ||
           (bracketed ? c == ':' || c == '%' : c == '_');
  });
  if (text.empty() || !plausible) {
    return fail(Code::kInvalidArgument,
                "the URL needs a host: [https://|http://][user@]host[:port][/path], an IPv6 "
                "address in brackets");
  }
  return std::string(text);
}

Result<void> parse_host_and_port(std::string_view text, Endpoint& endpoint) {
  const bool bracketed = !text.empty() && text.front() == '[';
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (bracketed) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) {
      return fail(Code::kInvalidArgument, "the IPv6 address in the URL has no closing bracket");
    }
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty()) port = rest.front() == ':' ? rest.substr(1) : std::string_view("?");
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  TRESTLE_ASSIGN_OR_RETURN(endpoint.host, parse_host(host, bracketed));
  if (port) {
    TRESTLE_ASSIGN_OR_RETURN(endpoint.port, parse_port(*port));
  }
  return {};
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url, const EndpointDefaults& defaults) {
  Endpoint endpoint;
  endpoint.user = defaults.user;
  endpoint.port = defaults.port;
  endpoint.path = defaults.path;
  if (url.substr(0, kHttpsMark.size()) == kHttpsMark) {
    url.remove_prefix(kHttpsMark.size());
  } else if (url.substr(0, kHttpMark.size()) == kHttpMark) {
    endpoint.scheme = Scheme::kHttp;
    url.remove_prefix(kHttpMark.size());
  } else if (url.find(kSchemeMark) != std::string_view::npos) {
    return fail(Code::kInvalidArgument, "the URL must start with https:// or http://");
  }
  const std::size_t slash = url.find('/');
  const std::string_view path = slash == std::string_view::npos ? "" : url.substr(slash);
  std::string_view authority = url.substr(0, slash);
  // A password with a slash in it would end up here.
  if (path.find('@') != std::string_view::npos) {
    return fail(Code::kInvalidArgument, std::string(kNoPassword));
  }
  if (!std::ranges::all_of(path, is_visible) || path.find('#') != std::string_view::npos) {
    return fail(Code::kInvalidArgument, "the path in the URL holds a blank, a '#' or worse");
  }
  if (!path.empty()) endpoint.path = path;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    TRESTLE_ASSIGN_OR_RETURN(endpoint.user, parse_user(authority.substr(0, at)));
    authority.remove_prefix(at + 1);
  }
  TRESTLE_RETURN_IF_ERROR(parse_host_and_port(authority, endpoint));
  return endpoint;
}

std::string Endpoint::peer() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Endpoint::url() const {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text(scheme == Scheme::kHttps ? kHttpsMark : kHttpMark);
  for (const char c : user) {
    if (is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.') {
      text.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text.push_back('%');
      text.push_back(kHex[byte >> 4U]);
      text.push_back(kHex[byte & 0xfU]);
    }
  }
  text.push_back('@');  // even after no user, which would otherwise be read as the usual one
  return text + peer() + path;
}

}  // namespace trestle
