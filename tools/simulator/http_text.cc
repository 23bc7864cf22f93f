// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/http_text.h"

#include <optional>

namespace trestle::simulator {
namespace {

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else {
      return std::nullopt;
    }
    bits = (bits << 6U) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 255U);
  }
  return out;
}

bool is_api_path(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (target == "/" || target == "/RPC2") return true;
  if (!target.starts_with("/api/")) return false;
  target.remove_prefix(5);
  if (target.ends_with('/')) target.remove_suffix(1);
  return target == "3";
}

std::string_view reason(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 411:
      return "Length Required";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Unsupported method";
    case 503:
      return "Service Unavailable";
    default:
      return "Made by a rule";
  }
}

std::string_view software(const Host& host) {
  return profile(host.release).python24 ? "Server: BaseHTTP/0.3 Python/2.4.3\r\n"
                                        : "Server: BaseHTTP/0.3 Python/2.6.6\r\n";
}

}  // namespace

int gate(const Host& host, const RequestHead& request, bool unauthorized_401) {
  if (request.method != "POST") return 501;
  const ReleaseProfile& release = profile(host.release);
  if (release.checks_paths && !is_api_path(request.target)) return 404;
  const int refused = release.python24 || unauthorized_401 ? 401 : 403;
  if (!request.authorization.starts_with("Basic ")) return refused;
  if (decode_base64(request.authorization.substr(6)) != "oracle:" + host.password) return refused;
  return request.has_length ? 200 : 411;
}

std::string reply_head(std::size_t size, const Host& host, bool http11, bool keep) {
  std::string head(http11 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.0 200 OK\r\n");
  head += software(host);
  head += "Content-type: text/xml\r\nContent-length: ";
  head += std::to_string(size);
  head += http11 && !keep ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n";
  return head;
}

std::string status_head(int status, const Host& host, bool keep) {
  const std::string words = std::to_string(status) + " " + std::string(reason(status));
  const std::string body =
      "<head>\n<title>Error response</title>\n</head>\n<body>\n<h1>" + words + "</h1>\n</body>\n";
  std::string head(keep ? "HTTP/1.1 " : "HTTP/1.0 ");
  head += words + "\r\n";
  head += software(host);
  if (status == 401) head += "WWW-Authenticate: Basic realm=\"ovs-agent\"\r\n";
  head += "Content-Type: text/html\r\nContent-Length: " + std::to_string(body.size());
  head += keep ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return head + body;
}

}  // namespace trestle::simulator
