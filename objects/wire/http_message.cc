// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/http_message.h"

// GCC 12 needs std::exchange before Boost 1.74 uses it.
#include <utility>
//
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "objects/wire/codec.h"

namespace trestle {
namespace http = boost::beast::http;
namespace asio = boost::asio;

namespace {

using boost::system::error_code;

constexpr std::size_t kFirstBytes = 32;  // shown of what is no HTTP
/// A host may announce 64 MiB and send nothing; memory is taken as bytes come.
constexpr std::uint64_t kLargestReserve = std::uint64_t{1} << 20U;
constexpr std::string_view kHttpMark = "HTTP/1.";
/// "0\r\n\r\n". Beast 1.74 asserts that it has as much when it looks at a last chunk again, and a
/// chunked body cannot end with less.
constexpr std::size_t kShortestLastChunk = 5;
constexpr unsigned kContinue = 100;
constexpr unsigned kOk = 200;

/// A body in a std::string, which grows with what arrives and not with what is announced.
struct GrowingBody {
  using value_type = std::string;
  class reader {  // NOLINT(readability-identifier-naming): Beast looks for this name
   public:
    template <bool isRequest, class Fields>
    reader(http::header<isRequest, Fields>& /*header*/, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, error_code& error) {
      if (length) body_.reserve(static_cast<std::size_t>(std::min(*length, kLargestReserve)));
      error = {};
    }
    std::size_t put(const asio::const_buffer& part, error_code& error) {
      error = {};
      body_.append(static_cast<const char*>(part.data()), part.size());
      return part.size();
    }
    void finish(error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
};

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char byte : text) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) out.push_back(kDigits[(bits >> (count - 6)) & 63U]);
  }
  if (count > 0) out.push_back(kDigits[(bits << (6 - count)) & 63U]);
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

/// First byte of a TLS record (RFC 8446, 5.1).
bool is_tls_type(char byte) { return byte >= 20 && byte <= 23; }

std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return out;
}

Error status_error(unsigned status) {
  switch (status) {
    case 401:
      return {.code = Code::kUnauthenticated,
              .what =
                  "the host does not accept user and password (HTTP 401): check the user in "
                  "the URL and TRESTLE_PASSWORD or --password-file"};
    case 403:
      return {.code = Code::kPermissionDenied,
              .what =
                  "the host refuses this user or password (HTTP 403; agents of 3.4 say so of a "
                  "wrong password): check TRESTLE_PASSWORD or --password-file"};
    case 404:
      return {.code = Code::kUnimplemented,
              .what =
                  "no XML-RPC service at this path (HTTP 404): put another path in the URL, "
                  "such as / or /api/3"};
    case 500:
      return {.code = Code::kInternal,
              .what =
                  "the agent failed outside of any service or cannot read the request "
                  "(HTTP 500): see ovs-agent.log on the host"};
    default:
      return {.code = Code::kBadReply,
              .what = "the answer has HTTP status " + std::to_string(status) +
                      ", which no agent sends: check host, port and path in the URL"};
  }
}

}  // namespace

struct HttpReplyReader::Parser : http::response_parser<GrowingBody> {
  Parser() {
    body_limit(wire::kMaxReplyBytes);
    header_limit(kMaxHeaderBytes);
    // Not eager: it stops behind the header, so that a refusal is seen before a damaged body.
  }
};

Secret request_head(const Endpoint& endpoint, const Secret& password) {
  std::string head = "POST " + endpoint.path + " HTTP/1.1\r\nHost: " + endpoint.peer() +
                     "\r\nUser-Agent: trestle\r\nContent-Type: text/xml\r\n";
  if (!endpoint.user.empty()) {
    head += "Authorization: Basic " + base64(endpoint.user + ":" + password.reveal()) + "\r\n";
  }
  return Secret(head + "Content-Length: ");
}

std::string request_text(const Secret& head, std::string_view body) {
  const std::string length = std::to_string(body.size());
  std::string text;
  text.reserve(head.reveal().size() + length.size() + body.size() + 4);
  text += head.reveal();
  text += length;
  text += "\r\n\r\n";
  text += body;
  return text;
}

HttpReplyReader::HttpReplyReader() : parser_(std::make_unique<Parser>()) {}
HttpReplyReader::~HttpReplyReader() = default;

Error HttpReplyReader::refusal(int beast_error) const {
  switch (static_cast<http::error>(beast_error)) {
    case http::error::body_limit:
      return {.code = Code::kResourceExhausted,
              .what = "the reply is larger than " + std::to_string(wire::kMaxReplyBytes >> 20U) +
                      " MiB, the most that is read: ask the host for less at once"};
    case http::error::header_limit:
      return {.code = Code::kBadReply,
              .what = "the HTTP headers of the reply are longer than " +
                      std::to_string(kMaxHeaderBytes >> 10U) +
                      " KiB: check host and port in the URL"};
    default:
      break;
  }
  if (parser_->is_header_done()) {
    return {.code = Code::kBadReply,
            .what = "the chunks of the HTTP reply are damaged after " + progress() +
                    ": look for a proxy between here and the host"};
  }
  // A TLS record: its type, then the major version 3. Servers answer a plain request with an alert.
  if (first_.size() >= 2 && is_tls_type(first_[0]) && first_[1] == 3) {
    return {.code = Code::kFailedPrecondition,
            .what = "the port speaks TLS, not plain HTTP: write https:// in the URL"};
  }
  return {.code = Code::kBadReply,
          .what = "the port answers, but not in HTTP (first bytes '" + printable(first_) +
                  "'): check scheme, host and port in the URL"};
}

Result<bool> HttpReplyReader::feed(std::string_view bytes) {
  if (first_.size() < kFirstBytes) first_ += bytes.substr(0, kFirstBytes - first_.size());
  received_ += bytes.size();
  // Beast would wait for the end of a line, which may never come.
  const std::size_t known = std::min(first_.size(), kHttpMark.size());
  if (first_.compare(0, known, kHttpMark, 0, known) != 0) {
    if (is_tls_type(first_[0]) && first_.size() == 1) return false;
    return fail(refusal(static_cast<int>(http::error::bad_version)));
  }
  if (pending_.empty()) return consume(bytes);
  std::string joined = std::exchange(pending_, {});
  joined += bytes;
  if (parser_->is_header_done() && joined.size() < kShortestLastChunk) {
    pending_ = std::move(joined);
    return false;
  }
  return consume(joined);
}

Result<bool> HttpReplyReader::consume(std::string_view bytes) {
  while (!bytes.empty()) {
    error_code error;
    const std::size_t used = parser_->put(asio::buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(used);
    if (error == http::error::need_more) {
      pending_ = bytes;
      // Beast looks at its limit only when a line is whole.
      if (pending_.size() > kMaxHeaderBytes) {
        return fail(refusal(static_cast<int>(http::error::header_limit)));
      }
      return false;
    }
    if (error) return fail(refusal(error.value()));
    if (!parser_->is_header_done()) continue;
    const unsigned status = parser_->get().result_int();
    if (status >= kContinue && status < kOk) {
      parser_ = std::make_unique<Parser>();  // an interim reply: the real one follows
      continue;
    }
    if (status != kOk) return true;
    if (parser_->is_done()) {
      excess_ = !bytes.empty();
      return true;
    }
  }
  return parser_->is_done();
}

Result<void> HttpReplyReader::end(std::string_view how) {
  if (parser_->is_header_done()) {
    error_code error;
    parser_->put_eof(error);
    if (!error) return {};
    return fail(Code::kBadReply, "the reply was cut off after " + progress() + " (" +
                                     std::string(how) + "): the agent died or a proxy gave up");
  }
  return fail(Code::kBadReply, "the reply was cut off within its HTTP headers, after " +
                                   std::to_string(received_) + " bytes (" + std::string(how) +
                                   "): the agent died or a proxy gave up");
}

std::string HttpReplyReader::progress() const {
  const std::string got = std::to_string(parser_->get().body().size());
  const auto announced = parser_->is_header_done() ? parser_->content_length() : boost::none;
  return announced ? got + " of " + std::to_string(*announced) + " bytes" : got + " bytes";
}

bool HttpReplyReader::can_reuse_connection() const {
  return parser_->is_done() && !excess_ && parser_->keep_alive();
}

Result<std::string> HttpReplyReader::take_body() {
  const unsigned status = parser_->get().result_int();
  if (status != kOk) return fail(status_error(status));
  return std::move(parser_->get().body());
}

}  // namespace trestle
