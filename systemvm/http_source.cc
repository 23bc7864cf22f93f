// SPDX-License-Identifier: Apache-2.0
#include "systemvm/http_source.h"

#include <utility>  // before Boost.Asio 1.74, which forgets it

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <future>
#include <limits>
#include <optional>
#include <thread>
#include <vector>

#include "systemvm/manifest.h"

namespace trestle::systemvm {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;
using Endpoints = std::vector<Tcp::endpoint>;
using Parser = http::response_parser<http::buffer_body>;

constexpr std::chrono::seconds kStall{30};
/// How long work goes on before the context is looked at again.
constexpr std::chrono::milliseconds kLook{50};
constexpr int kMostRedirects = 5;
/// Times in a row that a connection may bring nothing before we give up.
constexpr int kMostFailures = 5;

/// One connection with one answer. Thread-bound.
class Fetch {
 public:
  Fetch(const Url& url, const std::string& ca_file) : url_(url), ca_file_(ca_file), plain_(io_) {}

  /// Connects, asks, and reads the header of the answer. `from`: first byte that is wanted.
  Result<void> begin(const CallContext& ctx, std::uint64_t from, const std::string& same) {
    if (url_.tls) TRESTLE_RETURN_IF_ERROR(prepare_tls());
    TRESTLE_RETURN_IF_ERROR(connect(ctx));
    http::request<http::empty_body> request(http::verb::get, url_.target, 11);
    const bool usual = url_.port == (url_.tls ? "443" : "80");
    const bool v6 = url_.host.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + url_.host + "]" : url_.host;
    request.set(http::field::host, usual ? host : host + ":" + url_.port);
    request.set(http::field::user_agent, "trestle/" TRESTLE_VERSION);
    request.set(http::field::accept_encoding, "identity");
    request.set(http::field::connection, "close");
    if (from > 0) {
      request.set(http::field::range, "bytes=" + std::to_string(from) + "-");
      if (!same.empty()) request.set(http::field::if_range, same);
    }
    TRESTLE_RETURN_IF_ERROR(run(ctx, "send the request to", [&](auto& stream, auto done) {
      http::async_write(stream, request, done);
    }));
    // Not "none": Boost 1.74 compares that with the length and refuses every body.
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
    return run(ctx, "read the answer of", [&](auto& stream, auto done) {
      http::async_read_header(stream, buffer_, parser_, done);
    });
  }

  /// Up to out.size() bytes of the body; 0 at its end. Errors: kUnavailable if the connection
  /// breaks before.
  Result<std::size_t> read(const CallContext& ctx, std::span<std::byte> out) {
    while (!parser_.is_done()) {
      auto& body = parser_.get().body();
      body.data = out.data();
      body.size = out.size();
      body.more = true;
      // Some of what is asked for is enough: waiting for all of it would hide a stall.
      TRESTLE_RETURN_IF_ERROR(run(ctx, "read from", [&](auto& stream, auto done) {
        http::async_read_some(stream, buffer_, parser_, done);
      }));
      const std::size_t got = out.size() - parser_.get().body().size;
      if (got > 0) return got;
    }
    return std::size_t{0};
  }

  [[nodiscard]] const Parser::value_type& answer() const { return parser_.get(); }
  [[nodiscard]] std::optional<std::uint64_t> length() const {
    const auto known = parser_.content_length();
    return known ? std::optional<std::uint64_t>(*known) : std::nullopt;
  }
  /// True if only the end of the connection tells the end of the body: a broken one looks the same.
  [[nodiscard]] bool ends_with_the_connection() const { return parser_.need_eof(); }

 private:
  template <class Start>
  Result<void> wait(const CallContext& ctx, const std::string& doing, Start start) {
    std::optional<beast::error_code> result;
    lowest().expires_after(kStall);
    start([&result](const beast::error_code& error, auto&&...) { result = error; });
    io_.restart();
    while (!result) {
      io_.run_for(kLook);
      if (io_.stopped()) io_.restart();
      if (result) break;
      if (auto wanted = still_wanted(ctx); !wanted) {
        lowest().cancel();
        io_.restart();
        while (!result && io_.run_one_for(kLook) > 0) {
        }
        return wanted;
      }
    }
    if (!*result || *result == http::error::need_buffer) return {};
    return fail(Code::kUnavailable, "cannot " + doing + " " + url_.host + ":" + url_.port + ": " +
                                        result->message() + "; check the address and the network");
  }
  template <class Start>
  Result<void> run(const CallContext& ctx, const std::string& doing, Start start);
  Result<void> prepare_tls();
  Result<Endpoints> resolve(const CallContext& ctx);
  Result<void> connect(const CallContext& ctx);
  Plain& lowest() { return tls_ ? beast::get_lowest_layer(*tls_) : plain_; }

  Url url_;
  std::string ca_file_;
  asio::io_context io_{1};
  std::optional<asio::ssl::context> context_;
  Plain plain_;
  std::optional<Tls> tls_;
  beast::flat_buffer buffer_;
  Parser parser_;
};

template <class Start>
Result<void> Fetch::run(const CallContext& ctx, const std::string& doing, Start start) {
  return wait(ctx, doing, [&](auto done) {
    if (tls_) {
      start(*tls_, done);
    } else {
      start(plain_, done);
    }
  });
}

Result<void> Fetch::prepare_tls() {
  beast::error_code error;
  context_.emplace(asio::ssl::context::tls_client);
  if (ca_file_.empty()) {
    context_->set_default_verify_paths(error);
  } else {
    context_->load_verify_file(ca_file_, error);
  }
  if (error) {
    return fail(Code::kInvalidArgument,
                "cannot read authorities from " +
                    (ca_file_.empty() ? "this machine's folder of certificates" : ca_file_) + ": " +
                    error.message() + "; give a file of certificates in PEM with --ca-file");
  }
  context_->set_verify_mode(asio::ssl::verify_peer);
  context_->set_verify_callback(asio::ssl::host_name_verification(url_.host));
  tls_.emplace(io_, *context_);
  return {};
}

/// The system's look-up cannot be left before its own time-outs are over, which are many seconds
/// with a name server that is gone. So it has a thread of its own that may outlive us.
Result<Endpoints> Fetch::resolve(const CallContext& ctx) {
  struct Search {
    std::promise<std::pair<beast::error_code, Endpoints>> found;
  };
  const auto search = std::make_shared<Search>();
  auto answer = search->found.get_future();
  std::thread([search, host = url_.host, port = url_.port] {
    asio::io_context io;
    Tcp::resolver resolver(io);
    beast::error_code error;
    Endpoints found;
    for (const auto& entry : resolver.resolve(host, port, error)) found.push_back(entry.endpoint());
    search->found.set_value({error, std::move(found)});
  }).detach();
  while (answer.wait_for(kLook) != std::future_status::ready) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
  }
  auto [error, found] = answer.get();
  if (!error) return std::move(found);
  return fail(Code::kUnavailable, "cannot find " + url_.host + ": " + error.message() +
                                      "; check the address and the network");
}

Result<void> Fetch::connect(const CallContext& ctx) {
  TRESTLE_ASSIGN_OR_RETURN(const Endpoints addresses, resolve(ctx));
  TRESTLE_RETURN_IF_ERROR(
      wait(ctx, "connect to", [&](auto done) { lowest().async_connect(addresses, done); }));
  if (!tls_) return {};
  beast::error_code literal;
  asio::ip::make_address(url_.host, literal);
  // The name of the server is for names only (RFC 6066).
  if (literal) SSL_set_tlsext_host_name(tls_->native_handle(), url_.host.c_str());
  auto begun = wait(ctx, "begin TLS with", [&](auto done) {
    tls_->async_handshake(asio::ssl::stream_base::client, done);
  });
  const long verified = SSL_get_verify_result(tls_->native_handle());
  if (begun || verified == X509_V_OK) return begun;
  return fail(Code::kUnauthenticated,
              "the certificate of " + url_.host +
                  " is not believed: " + X509_verify_cert_error_string(verified) +
                  "; if it is the right server, give its authority with --ca-file");
}

/// A body that goes on over several connections.
class HttpStream final : public ByteStream {
 public:
  HttpStream(Url url, std::string ca_file) : url_(std::move(url)), ca_file_(std::move(ca_file)) {}

  Result<void> open(const CallContext& ctx) {
    for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
      fetch_ = std::make_unique<Fetch>(url_, ca_file_);
      TRESTLE_RETURN_IF_ERROR(fetch_->begin(ctx, 0, {}));
      const auto& answer = fetch_->answer();
      const auto status = answer.result_int();
      if (status == 200) return note();
      if (status < 300 || status >= 400 || status == 304) return refused(status);
      const auto location = answer[http::field::location];
      TRESTLE_ASSIGN_OR_RETURN(Url next, url_.resolve({location.data(), location.size()}));
      if (url_.tls && !next.tls) {
        return fail(Code::kPermissionDenied,
                    "the server sends us from https to plain http; give "
                    "the final address yourself if that is meant");
      }
      url_ = std::move(next);
    }
    return fail(Code::kUnavailable, "the server sends us on more than " +
                                        std::to_string(kMostRedirects) +
                                        " times; give the final address");
  }

  [[nodiscard]] Result<std::size_t> read(const CallContext& ctx,
                                         std::span<std::byte> out) override {
    for (;;) {
      Result<std::size_t> got = fetch_ ? fetch_->read(ctx, out) : std::size_t{0};
      if (fetch_ && got && (*got > 0 || total_ == 0 || taken_ >= total_)) {
        taken_ += *got;
        failures_ = 0;
        return got;
      }
      TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
      const Error why =
          got ? Error{.code = Code::kUnavailable, .what = "the connection ended early"}
              : got.error();
      TRESTLE_RETURN_IF_ERROR(again(ctx, why));
    }
  }
  [[nodiscard]] std::uint64_t taken() const override { return taken_; }
  [[nodiscard]] std::uint64_t total() const override { return total_; }

 private:
  /// What the first answer says of the file.
  Result<void> note() {
    if (fetch_->ends_with_the_connection()) {
      return fail(Code::kFailedPrecondition,
                  "the server does not say how long the file is, so a download that breaks off "
                  "would look like a whole one; fetch it by other means, check it, and give its "
                  "path");
    }
    const auto& answer = fetch_->answer();
    same_ = std::string(answer[http::field::etag]);
    if (same_.starts_with("W/")) same_.clear();
    if (same_.empty()) same_ = std::string(answer[http::field::last_modified]);
    total_ = fetch_->length().value_or(0);
    return {};
  }

  /// True if an answer with status 206 begins where we are, in a file of the same length.
  [[nodiscard]] bool goes_on(const std::string& range) const {
    if (!range.starts_with("bytes " + std::to_string(taken_) + "-")) return false;
    return total_ == 0 || range.ends_with("/" + std::to_string(total_)) || range.ends_with("/*");
  }

  [[nodiscard]] tl::unexpected<Error> refused(unsigned status) const {
    const std::string what = "the server answers " + std::to_string(status) + " for " +
                             url_.target.substr(0, url_.target.find('?'));
    if (status == 404 || status == 410) return fail(Code::kNotFound, what + "; check the address");
    if (status == 401 || status == 403) {
      return fail(Code::kPermissionDenied,
                  what + "; fetch the file by other means and give its path");
    }
    return fail(Code::kUnavailable, what + "; try again later");
  }

  /// Makes the connection again where the last one broke.
  Result<void> again(const CallContext& ctx, const Error& why) {
    if (++failures_ > kMostFailures) {
      return fail(wrap("the download broke " + std::to_string(kMostFailures) +
                           " times in a row at byte " + std::to_string(taken_) +
                           "; run it again when the server is well",
                       why));
    }
    // The first time at once, then 1, 2, 4, 8 seconds later.
    if (failures_ > 1) {
      const auto pause = std::chrono::seconds(1 << (failures_ - 2));
      static_cast<void>(ctx.clock->wait_until(std::min(ctx.deadline, ctx.now() + pause), ctx.stop));
      TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    }
    fetch_ = std::make_unique<Fetch>(url_, ca_file_);
    if (const auto begun = fetch_->begin(ctx, taken_, same_); !begun) {
      fetch_.reset();
      return {};  // read() comes back here
    }
    const auto& answer = fetch_->answer();
    if (answer.result_int() == 206 && goes_on(std::string(answer[http::field::content_range]))) {
      return {};
    }
    if (answer.result_int() == 200 && taken_ == 0) return note();  // nothing is lost by beginning
    if (answer.result_int() == 200 && !same_.empty() &&
        (same_ == std::string(answer[http::field::etag]) ||
         same_ == std::string(answer[http::field::last_modified]))) {
      return skip(ctx);
    }
    if (answer.result_int() >= 500) {
      fetch_.reset();
      return {};
    }
    return fail(Code::kAborted, "the download broke at byte " + std::to_string(taken_) +
                                    ", and the server cannot go on there or has another file now; "
                                    "run it again");
  }

  /// A server that cannot begin in the middle sends the same file from its start.
  Result<void> skip(const CallContext& ctx) {
    std::vector<std::byte> passed(65536);
    for (std::uint64_t done = 0; done < taken_;) {
      const auto step =
          static_cast<std::size_t>(std::min<std::uint64_t>(passed.size(), taken_ - done));
      const auto got = fetch_->read(ctx, std::span(passed).first(step));
      if (!got || *got == 0) {
        fetch_.reset();
        return {};
      }
      done += *got;
    }
    return {};
  }

  Url url_;
  std::string ca_file_;
  std::unique_ptr<Fetch> fetch_;
  std::string same_;  // what the server calls this very file
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> total_{0};
  int failures_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> open_url(const CallContext& ctx, const std::string& url,
                                             const std::string& ca_file) {
  TRESTLE_ASSIGN_OR_RETURN(Url parsed, Url::parse(url));
  auto stream = std::make_unique<HttpStream>(std::move(parsed), ca_file);
  const auto opened = stream->open(ctx);
  if (!opened) return fail(wrap("cannot fetch " + without_secrets(url), opened.error()));
  return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace trestle::systemvm
