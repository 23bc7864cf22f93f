// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/http_call.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace trestle {
namespace {

/// How long a port that hung up on plain HTTP may take to say whether it speaks TLS. It has just
/// answered, so a second is long.
constexpr std::chrono::seconds kProbeLimit{1};
/// Reads without a break before other calls get their turn: 2 MiB, about a millisecond.
constexpr int kReadsInARow = 32;

std::string in_words(std::chrono::nanoseconds time) {
  using std::chrono::milliseconds;
  // Up, because a budget of 50 ms has lost some microseconds when the call begins.
  const auto ms = std::chrono::ceil<milliseconds>(time);
  if (ms < std::chrono::seconds(10) && ms % 1000 != milliseconds(0)) {
    return std::to_string(ms.count()) + " ms";
  }
  return std::to_string(std::chrono::round<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

HttpCall::HttpCall(HttpTarget& target, std::string_view body, Effect effect, TimePoint deadline,
                   TimePoint now)
    : target_(target),
      effect_(effect),
      started_(now),
      deadline_(deadline),
      connect_until_(deadline),
      request_(request_text(target.head, body)),
      result_(fail(Code::kInternal, "the call has not ended")) {}

HttpCall::~HttpCall() {
  // The head of a request holds the password.
  volatile char* bytes = request_.data();
  for (std::size_t i = 0; i < std::min(request_.size(), target_.head.reveal().size()); ++i) {
    bytes[i] = 0;
  }
}

HttpCall::Next HttpCall::begin(std::unique_ptr<HttpConnection> kept, TimePoint now) {
  target_.calls.add();
  if (now >= deadline_) {
    return give_up({.code = Code::kDeadlineExceeded,
                    .what = "the deadline had passed before the call began; nothing was sent: "
                            "allow it more time"});
  }
  connect_until_ = std::min(deadline_, now + target_.connect_limit);
  if (!kept) return open_fresh();
  target_.reused.add();
  kept_ = true;
  connection_ = std::move(kept);
  reader_.emplace();
  stage_ = Stage::kSend;
  return send_request();
}

HttpCall::Next HttpCall::open_fresh() {
  kept_ = false;
  sent_ = 0;
  next_address_ = 0;
  if (addresses_.empty() && target_.address) addresses_.push_back(*target_.address);
  stage_ = Stage::kLookUp;
  if (addresses_.empty()) return waiting_ = Next::kLookUp;
  return connect_next();
}

HttpCall::Next HttpCall::looked_up(Result<NameLookup::Addresses> addresses) {
  if (stage_ != Stage::kLookUp) return waiting_;
  if (!addresses) {
    Error error = std::move(addresses).error();
    error.what += "; nothing was sent";
    return give_up(std::move(error));
  }
  addresses_ = *std::move(addresses);
  return connect_next();
}

HttpCall::Next HttpCall::connect_next() {
  stage_ = Stage::kConnect;
  while (next_address_ < addresses_.size()) {
    connection_ = std::make_unique<HttpConnection>(target_.connections.add());
    switch (connection_->connect(addresses_[next_address_++])) {
      case IoStatus::kOk:
        return connected();
      case IoStatus::kWantWrite:
        return waiting_ = Next::kWaitWrite;
      default:
        connect_errno_ = connection_->error();
    }
  }
  return give_up(connect_error());
}

HttpCall::Next HttpCall::connected() {
  reader_.emplace();
  if (probed_for_) return start_tls();
  if (target_.tls) {
    stage_ = Stage::kTurn;
    return waiting_ = Next::kTurn;
  }
  stage_ = Stage::kSend;
  return send_request();
}

HttpCall::Next HttpCall::start_tls() {
  const TlsPolicy& policy = probed_for_ ? target_.probe_policy : *target_.tls;
  const TlsContext& context = probed_for_ ? *target_.probe_context : *target_.tls_context;
  if (!probed_for_ && policy.trust() == TlsPolicy::Trust::kInsecure) {
    target_.log->write(Level::kWarn, "TLS_NOT_VERIFIED",
                       {{"host", target_.peer},
                        {"advice", "anybody can answer in its place: use --pin or --ca-file"}});
  }
  connection_->start_tls(context, policy, target_.tls_memory, target_.endpoint.host);
  stage_ = Stage::kHandshake;
  return handshake();
}

HttpCall::Next HttpCall::handshake() {
  TlsSession& tls = *connection_->tls();
  const IoStatus status = tls.handshake();
  if (probed_for_ && (status == IoStatus::kOk || tls.peer_speaks_tls())) return judge_probe(true);
  switch (status) {
    case IoStatus::kWantRead:
      // A server that waits for the end of a line sees that none will come.
      if (probed_for_) connection_->end_sending();
      return waiting_ = Next::kWaitRead;
    case IoStatus::kWantWrite:
      return waiting_ = Next::kWaitWrite;
    case IoStatus::kOk:
      if (tls.resumed()) target_.resumed.add();
      stage_ = Stage::kSend;
      return send_request();
    case IoStatus::kClosed:
    case IoStatus::kBroken:
      break;
  }
  if (probed_for_) return judge_probe(false);
  // Whatever went wrong, the next attempt shall not build on it.
  target_.tls_memory.forget();
  return give_up(tls.handshake_error());
}

HttpCall::Next HttpCall::send_request() {
  while (sent_ < request_.size()) {
    std::size_t count = 0;
    const IoStatus status = connection_->write(std::string_view(request_).substr(sent_), count);
    sent_ += count;
    target_.bytes_sent.add(count);
    if (status == IoStatus::kWantRead) return waiting_ = Next::kWaitRead;
    if (status == IoStatus::kWantWrite) return waiting_ = Next::kWaitWrite;
    // A server that refuses may answer and close before it has read everything.
    if (status != IoStatus::kOk) break;
  }
  if (connection_->tls() != nullptr) connection_->tls()->release_buffers();
  stage_ = Stage::kReceive;
  return waiting_ = Next::kWaitRead;
}

HttpCall::Next HttpCall::advance(std::span<char> scratch) {
  switch (stage_) {
    case Stage::kLookUp:
    case Stage::kEnded:
      return waiting_;
    case Stage::kTurn:
      // Waiting for a turn was nobody's fault over there.
      connect_until_ =
          std::min(deadline_, std::chrono::steady_clock::now() + target_.connect_limit);
      return start_tls();
    case Stage::kConnect: {
      const IoStatus status = connection_->finish_connect();
      if (status == IoStatus::kOk) return connected();
      if (status == IoStatus::kWantWrite) return waiting_ = Next::kWaitWrite;
      connect_errno_ = connection_->error();
      return connect_next();
    }
    case Stage::kHandshake:
      return handshake();
    case Stage::kSend:
      return send_request();
    case Stage::kReceive:
      return receive(scratch);
  }
  return waiting_;
}

HttpCall::Next HttpCall::receive(std::span<char> scratch) {
  for (int i = 0; i < kReadsInARow; ++i) {
    std::size_t count = 0;
    switch (connection_->read(scratch, count)) {
      case IoStatus::kOk:
        break;
      case IoStatus::kWantRead:
        return waiting_ = Next::kWaitRead;
      case IoStatus::kWantWrite:
        return waiting_ = Next::kWaitWrite;
      case IoStatus::kClosed:
        return connection_ended("closed by the host");
      case IoStatus::kBroken:
        return connection_ended("reset");
    }
    target_.bytes_received.add(count);
    Result<bool> complete = reader_->feed({scratch.data(), count});
    if (!complete) {
      Error error = std::move(complete).error();
      error.what += fate();
      return give_up(std::move(error));
    }
    if (*complete) {
      return end(reader_->take_body());
    }
    // A read that did not fill the buffer has emptied the socket; only TLS may hold more.
    if (count < scratch.size() && connection_->tls() == nullptr) {
      return waiting_ = Next::kWaitRead;
    }
  }
  return waiting_ = Next::kYield;
}

HttpCall::Next HttpCall::connection_ended(std::string_view how) {
  if (reader_->started()) {
    if (auto complete = reader_->end(how); !complete) {
      Error error = std::move(complete).error();
      error.what += fate();
      return give_up(std::move(error));
    }
    return end(reader_->take_body());
  }
  // A kept connection dies when the server's patience ends, which says nothing about the host.
  if (kept_ && effect_ != Effect::kMutates) {
    connect_until_ = std::min(deadline_, std::chrono::steady_clock::now() + target_.connect_limit);
    return open_fresh();
  }
  Error error{.code = Code::kUnavailable,
              .what = "the connection was " + std::string(how) +
                      " before any reply: the agent may be restarting" + fate()};
  return target_.tls ? give_up(std::move(error)) : start_probe(std::move(error));
}

HttpCall::Next HttpCall::start_probe(Error finding) {
  probed_for_ = std::move(finding);
  connect_until_ = std::min(deadline_, std::chrono::steady_clock::now() + kProbeLimit);
  next_address_ = next_address_ > 0 ? next_address_ - 1 : 0;
  return connect_next();
}

HttpCall::Next HttpCall::judge_probe(bool speaks_tls) {
  Error error = *std::exchange(probed_for_, std::nullopt);
  if (speaks_tls) {
    error = {.code = Code::kFailedPrecondition,
             .what = "the port speaks TLS, not plain HTTP: write https:// in the URL"};
  }
  return give_up(std::move(error));
}

HttpCall::TimePoint HttpCall::limit() const {
  return stage_ < Stage::kSend && stage_ != Stage::kTurn ? connect_until_ : deadline_;
}

HttpCall::Next HttpCall::time_up(TimePoint now) {
  if (stage_ == Stage::kEnded || now < limit()) return waiting_;
  if (probed_for_) return judge_probe(false);
  if (now >= deadline_) {
    return give_up({.code = Code::kDeadlineExceeded,
                    .what = "the call's deadline of " + in_words(deadline_ - started_) +
                            " passed while " + std::string(doing()) + fate() +
                            (was_sent() ? "" : ": allow it more time")});
  }
  const std::string within = " within " + in_words(target_.connect_limit) +
                             " (the limit for connecting, not the call's deadline)" + fate() + ": ";
  if (stage_ == Stage::kHandshake) {
    return give_up(
        {.code = Code::kUnavailable,
         .what = "the host accepted the connection but did not answer the TLS handshake" + within +
                 "the agent hangs, or the port does not speak TLS"});
  }
  if (stage_ == Stage::kLookUp) {
    return give_up({.code = Code::kUnavailable,
                    .what = "the name of the host was not found" + within +
                            "check this machine's DNS, or use the address"});
  }
  return give_up({.code = Code::kUnavailable,
                  .what = "the host did not answer" + within +
                          "check that it is up and that no firewall drops the port"});
}

HttpCall::Next HttpCall::cancel(std::string_view why) {
  if (stage_ == Stage::kEnded) return waiting_;
  return give_up({.code = Code::kCancelled, .what = std::string(why) + fate()});
}

HttpCall::Next HttpCall::refuse(Error error) { return give_up(std::move(error)); }

HttpCall::Next HttpCall::give_up(Error error) {
  if (probed_for_) error = *std::exchange(probed_for_, std::nullopt);
  return end(fail(std::move(error)));
}

HttpCall::Next HttpCall::end(Result<std::string> result) {
  result_ = std::move(result);
  stage_ = Stage::kEnded;
  return waiting_ = Next::kEnded;
}

Result<std::string> HttpCall::take_result() { return std::move(result_); }

std::unique_ptr<HttpConnection> HttpCall::take_connection() {
  if (!result_.has_value() || !reader_ || !reader_->can_reuse_connection()) return nullptr;
  return std::move(connection_);
}

std::string_view HttpCall::doing() const {
  switch (stage_) {
    case Stage::kLookUp:
      return "looking up the host's name";
    case Stage::kTurn:
      return "other calls were in their TLS handshakes";
    case Stage::kConnect:
      return "connecting";
    case Stage::kHandshake:
      return "the TLS handshake went on";
    case Stage::kSend:
      return "sending the request";
    case Stage::kReceive:
    case Stage::kEnded:
      break;
  }
  return reader_->started() ? "the reply was still coming" : "waiting for the reply";
}

std::string HttpCall::fate() const {
  if (!was_sent()) return "; nothing was sent";
  if (effect_ == Effect::kMutates) {
    return "; the outcome is unknown: ask the host before acting again";
  }
  return "; the outcome is unknown, but the call may be repeated";
}

Error HttpCall::connect_error() const {
  const auto with = [](Code code, std::string what) {
    return Error{.code = code, .what = std::move(what)};
  };
  switch (connect_errno_) {
    case ECONNREFUSED:
      return with(Code::kUnavailable,
                  "the host refused the connection; nothing was sent: check the port, and that the "
                  "agent runs (service ovs-agent status)");
    case EHOSTUNREACH:
    case ENETUNREACH:
      return with(Code::kUnavailable,
                  "there is no way to the host; nothing was sent: check its address and the "
                  "network");
    case ETIMEDOUT:
      return with(Code::kUnavailable,
                  "the host did not answer; nothing was sent: check that it is up and that no "
                  "firewall drops the port");
    case EMFILE:
    case ENFILE:
      return with(Code::kResourceExhausted,
                  "this process has too many open files; nothing was sent: raise its limit "
                  "(ulimit -n)");
    case EADDRNOTAVAIL:
      return with(Code::kResourceExhausted,
                  "no local port is free for a connection; nothing was sent: try again later");
    default:
      return with(Code::kUnavailable, "connecting failed (" +
                                          std::system_category().message(connect_errno_) +
                                          "); nothing was sent: check host and network");
  }
}

}  // namespace trestle
