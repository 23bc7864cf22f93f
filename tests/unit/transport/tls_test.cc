// SPDX-License-Identifier: Apache-2.0
#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <future>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "objects/wire/tls_gate.h"
#include "tests/unit/transport/caller.h"

namespace trestle::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// What one server shows and one client believes.
struct Setting {
  Certificate certificate;
  std::string trusted;  ///< PEM text for --ca-file
};

TlsPolicy ca(const std::string& pem) {
  const TemporaryFile file(pem);
  auto policy = TlsPolicy::ca_file(file.path());
  if (!policy) throw std::runtime_error(policy.error().message());
  return *std::move(policy);
}

TlsPolicy pin(const std::string& pins) {
  auto policy = TlsPolicy::pin(pins);
  if (!policy) throw std::runtime_error(policy.error().message());
  return *std::move(policy);
}

class Tls : public ::testing::TestWithParam<Way> {
 protected:
  Result<Reply> call(const std::string& url, const TlsPolicy& policy, Log& log = no_log()) {
    const auto transport =
        transport_to(loop_, url, {.password = Secret("geheim"), .tls = policy}, log);
    return testing::call(*transport, GetParam(), context_for(seconds(30)), echo());
  }
  static HttpServer::Tls shows(const Certificate& certificate) {
    return {.certificate = certificate};
  }

  IoLoop loop_;
  HttpServer::Script answer_ = answer_once(old_reply(xml_reply("put")));
};

INSTANTIATE_TEST_SUITE_P(Both, Tls, ::testing::Values(Way::kBlocking, Way::kStarted),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(Tls, BelievesACertificateOfTheCaFile) {
  const Certificate authority =
      make_certificate({.common_name = "our CA", .names = {}, .ca = true});
  HttpServer server(answer_, shows(make_certificate({.issuer = &authority})));
  EXPECT_EQ(text_of(call(server.url(), ca(authority.certificate_pem))), "put");
  EXPECT_EQ(text_of(call(server.url("localhost"), ca(authority.certificate_pem))), "put");
}

// Stock agents sign their own certificate; the file may then hold that one.
TEST_P(Tls, BelievesTheHostsOwnCertificateInTheCaFile) {
  const Certificate own = make_certificate();
  HttpServer server(answer_, shows(own));
  EXPECT_EQ(text_of(call(server.url(), ca(own.certificate_pem))), "put");
}

TEST_P(Tls, BelievesAnyCertificateOfACaFileWithSeveral) {
  const Certificate own = make_certificate();
  HttpServer server(answer_, shows(own));
  EXPECT_EQ(
      text_of(call(server.url(), ca(make_certificate().certificate_pem + own.certificate_pem))),
      "put");
}

// known defect 2: whoever is not known is refused, before the password is sent.
TEST_P(Tls, RefusesAnUnknownAuthority) {
  const Certificate certificate = make_certificate();
  HttpServer server(answer_, shows(certificate));
  const auto reply = call(server.url(), ca(make_certificate().certificate_pem));
  ASSERT_THAT(reply, FailsWith(Code::kUnauthenticated));
  EXPECT_THAT(reply.error().what,
              AllOf(HasSubstr("not signed by the CA file"), HasSubstr(certificate.pin)));
  EXPECT_TRUE(server.requests().empty());
}

// known defect 2
TEST_P(Tls, RefusesAnExpiredCertificate) {
  const Certificate expired = make_certificate({.first_day = -30, .last_day = -1});
  HttpServer server(answer_, shows(expired));
  const auto reply = call(server.url(), ca(expired.certificate_pem));
  ASSERT_THAT(reply, FailsWith(Code::kUnauthenticated));
  EXPECT_THAT(reply.error().what,
              AllOf(HasSubstr("expired on "), HasSubstr("GMT"), HasSubstr(expired.pin)));
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(Tls, RefusesACertificateOfTheFuture) {
  const Certificate early = make_certificate({.first_day = 2, .last_day = 30});
  HttpServer server(answer_, shows(early));
  const auto reply = call(server.url(), ca(early.certificate_pem));
  ASSERT_THAT(reply, FailsWith(Code::kUnauthenticated));
  EXPECT_THAT(reply.error().what, HasSubstr("clocks"));
}

// known defect 2
TEST_P(Tls, RefusesACertificateForAnotherHost) {
  const Certificate other =
      make_certificate({.common_name = "ovs2", .names = {"DNS:ovs2.example", "IP:192.0.2.7"}});
  HttpServer server(answer_, shows(other));
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const auto reply = call(server.url(host), ca(other.certificate_pem));
    ASSERT_THAT(reply, FailsWith(Code::kUnauthenticated));
    EXPECT_THAT(reply.error().what, AllOf(HasSubstr("ovs2.example"), HasSubstr("192.0.2.7"),
                                          HasSubstr("not for '" + host + "'")));
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(Tls, DoesNotLetACertificateWriteLines) {
  const Certificate evil = make_certificate({.common_name = "ovs\n2\x1b[2J", .names = {}});
  HttpServer server(answer_, shows(evil));
  const auto reply = call(server.url(), ca(evil.certificate_pem));
  ASSERT_THAT(reply, FailsWith(Code::kUnauthenticated));
  EXPECT_THAT(reply.error().what, Not(AnyOf(HasSubstr("\n"), HasSubstr("\x1b"))));
}

TEST_P(Tls, BelievesAPinnedKeyWhateverElseIsWrong) {
  const Certificate odd = make_certificate(
      {.common_name = "ovs2", .names = {}, .first_day = -30, .last_day = -1, .rsa = true});
  HttpServer server(answer_, shows(odd));
  EXPECT_EQ(text_of(call(server.url(), pin(odd.pin))), "put");
  EXPECT_EQ(text_of(call(server.url(), pin(to_pin(KeyDigest{}) + ";" + odd.pin))), "put");
}

// known defect 2
TEST_P(Tls, RefusesAKeyThatIsNotPinned) {
  const Certificate certificate = make_certificate();
  HttpServer server(answer_, shows(certificate));
  const auto reply = call(server.url(), pin(make_certificate().pin));
  ASSERT_THAT(reply, FailsWith(Code::kUnauthenticated));
  EXPECT_THAT(reply.error().what,
              AllOf(HasSubstr(certificate.pin), HasSubstr("not the pinned one")));
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(Tls, WarnsOnEveryConnectionThatNobodyVerified) {
  HttpServer server(answer_, shows(make_certificate()));
  LogLines lines;
  const auto transport =
      transport_to(loop_, server.url(), {.tls = TlsPolicy::insecure()}, lines.log());
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(text_of(testing::call(*transport, GetParam(), context_for(seconds(30)), echo())),
              "put");
    std::size_t warnings = 0;
    const std::string text = lines.text();
    for (auto at = text.find("warn TLS_NOT_VERIFIED"); at != std::string::npos;
         at = text.find("warn TLS_NOT_VERIFIED", at + 1)) {
      ++warnings;
    }
    EXPECT_EQ(warnings, static_cast<std::size_t>(i));
  }
}

TEST_P(Tls, WarnsOfNothingWhenTheHostIsVerified) {
  const Certificate own = make_certificate();
  HttpServer server(answer_, shows(own));
  LogLines lines;
  EXPECT_EQ(text_of(call(server.url(), pin(own.pin), lines.log())), "put");
  EXPECT_EQ(lines.text(), "");
}

TEST_P(Tls, ResumesSessionsOfTheSameHost) {
  const Certificate own = make_certificate();
  HttpServer server(answer_, shows(own));
  const auto transport = transport_to(loop_, server.url(), {.tls = pin(own.pin)});
  for (int i = 0; i < 5; ++i) {
    const Effect effect = i % 2 == 0 ? Effect::kMutates : Effect::kReads;
    EXPECT_EQ(
        text_of(testing::call(*transport, GetParam(), context_for(seconds(30)), echo(effect))),
        "put");
  }
  EXPECT_EQ(server.connections(), 5);
  EXPECT_EQ(transport->counters().resumed, 4U);
}

TEST_P(Tls, ResumesTls12SessionsToo) {
  const Certificate own = make_certificate();
  HttpServer server(answer_, HttpServer::Tls{.certificate = own,
                                             .least_version = TLS1_2_VERSION,
                                             .most_version = TLS1_2_VERSION});
  const auto transport = transport_to(loop_, server.url(), {.tls = pin(own.pin)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(text_of(testing::call(*transport, GetParam(), context_for(seconds(30)), echo())),
              "put");
  }
  EXPECT_EQ(transport->counters().resumed, 2U);
}

TEST_P(Tls, KeepsConnections) {
  const Certificate own = make_certificate();
  HttpServer server(answer_all(kept_reply(xml_reply("put"))), shows(own));
  const auto transport = transport_to(loop_, server.url(), {.tls = pin(own.pin)});
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(text_of(testing::call(*transport, GetParam(), context_for(seconds(30)), echo())),
              "put");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(Tls, CarriesMegabytesBothWays) {
  const Certificate own = make_certificate();
  const std::string big(std::size_t{8} << 20U, 'x');
  HttpServer server(answer_once(chunked_reply(xml_reply(big), 100'000)), shows(own));
  const auto transport = transport_to(loop_, server.url(), {.tls = pin(own.pin)});
  const Array params{Value(big)};
  const auto reply = testing::call(*transport, GetParam(), context_for(seconds(60)),
                                   {.method = "echo", .params = params});
  EXPECT_TRUE(text_of(reply) == big);
}

TEST_P(Tls, SaysThatThePortSpeaksPlainHttp) {
  HttpServer server([](Peer& peer) {
    peer.send(old_reply("<h1>Bad request syntax</h1>", "400 Bad request"));
    peer.hang();
  });
  const auto reply =
      call("https://127.0.0.1:" + std::to_string(server.port()), TlsPolicy::insecure());
  ASSERT_THAT(reply, FailsWith(Code::kFailedPrecondition));
  EXPECT_THAT(reply.error().what, AllOf(HasSubstr("plain HTTP"), HasSubstr("ssl=enable")));
}

TEST_P(Tls, SaysThatThePortSpeaksNeither) {
  HttpServer server([](Peer& peer) {
    peer.send("SSH-2.0-OpenSSH_4.3\r\n");
    peer.hang();
  });
  const auto reply =
      call("https://127.0.0.1:" + std::to_string(server.port()), TlsPolicy::insecure());
  ASSERT_THAT(reply, FailsWith(Code::kFailedPrecondition));
  EXPECT_THAT(reply.error().what, AllOf(HasSubstr("not in TLS"), HasSubstr("SSH-2")));
}

// A server that expects TLS hangs up on a plain request without a word; what it is shows when it is
// greeted in TLS.
TEST_P(Tls, SaysThatThePortSpeaksTls) {
  HttpServer server(answer_, shows(make_certificate()));
  for (const Effect effect : {Effect::kReads, Effect::kMutates}) {
    const auto transport = transport_to(loop_, "http://127.0.0.1:" + std::to_string(server.port()));
    const auto reply =
        testing::call(*transport, GetParam(), context_for(seconds(30)), echo(effect));
    ASSERT_THAT(reply, FailsWith(Code::kFailedPrecondition));
    EXPECT_THAT(reply.error().what, HasSubstr("https://"));
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(Tls, SaysThatTheHandshakeHangs) {
  HttpServer server([](Peer& peer) { peer.hang(); });
  const auto transport =
      transport_to(loop_, "https://127.0.0.1:" + std::to_string(server.port()),
                   {.tls = TlsPolicy::insecure(), .connect_limit = milliseconds(150)});
  const auto reply = testing::call(*transport, GetParam(), context_for(seconds(30)), echo());
  ASSERT_THAT(reply, FailsWith(Code::kUnavailable));
  EXPECT_THAT(reply.error().what, AllOf(HasSubstr("TLS handshake"), HasSubstr("150 ms"),
                                        HasSubstr("nothing was sent")));
}

TEST_P(Tls, SaysThatTheHostHungUpInTheHandshake) {
  HttpServer server([](Peer&) {});
  const auto reply =
      call("https://127.0.0.1:" + std::to_string(server.port()), TlsPolicy::insecure());
  ASSERT_THAT(reply, FailsWith(Code::kUnavailable));
  EXPECT_THAT(reply.error().what,
              AllOf(HasSubstr("during the TLS handshake"), HasSubstr("nothing was sent")));
}

TEST_P(Tls, ReadsARepliesEndWithoutAGoodbye) {
  const Certificate own = make_certificate();
  HttpServer server(
      [](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.0 200 OK\r\n\r\n" + xml_reply("put"));
      },
      shows(own));
  EXPECT_EQ(text_of(call(server.url(), pin(own.pin))), "put");
}

struct OldTls {
  std::string name;
  int version;
};
void PrintTo(const OldTls& c, std::ostream* out) { *out << c.name; }

class OldTlsHost : public ::testing::TestWithParam<std::tuple<OldTls, Way>> {
 protected:
  Result<Reply> call(const TlsPolicy& policy) {
    const int version = std::get<0>(GetParam()).version;
    HttpServer server(
        answer_once(old_reply(xml_reply("put"))),
        HttpServer::Tls{
            .certificate = certificate_, .least_version = version, .most_version = version});
    IoLoop loop;
    const auto transport = transport_to(loop, server.url(), {.tls = policy});
    auto reply =
        testing::call(*transport, std::get<1>(GetParam()), context_for(seconds(30)), echo());
    requests_ = server.requests().size();
    return reply;
  }

  Certificate certificate_ = make_certificate({.rsa = true});
  std::size_t requests_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Versions, OldTlsHost,
                         ::testing::Combine(::testing::Values(OldTls{"Tls10", TLS1_VERSION},
                                                              OldTls{"Tls11", TLS1_1_VERSION}),
                                            ::testing::Values(Way::kBlocking, Way::kStarted)),
                         [](const auto& tested) {
                           return std::get<0>(tested.param).name +
                                  name_of(std::get<1>(tested.param));
                         });

TEST_P(OldTlsHost, IsRefused) {
  for (const TlsPolicy& policy :
       {TlsPolicy::insecure(), pin(certificate_.pin), ca(certificate_.certificate_pem)}) {
    const auto reply = call(policy);
    ASSERT_THAT(reply, FailsWith(Code::kFailedPrecondition));
    EXPECT_THAT(reply.error().what, AllOf(HasSubstr("TLS 1.2"), HasSubstr("--allow-tls10")));
    EXPECT_EQ(requests_, 0U);
  }
}

TEST_P(OldTlsHost, IsTalkedToWhenThatIsAllowed) {
  EXPECT_EQ(text_of(call(pin(certificate_.pin).with_tls10())), "put");
  EXPECT_EQ(text_of(call(ca(certificate_.certificate_pem).with_tls10())), "put");
  EXPECT_EQ(text_of(call(TlsPolicy::insecure().with_tls10())), "put");
}

TEST_P(OldTlsHost, IsStillVerifiedWhenItIsAllowed) {
  EXPECT_THAT(call(pin(make_certificate().pin).with_tls10()), FailsWith(Code::kUnauthenticated));
  EXPECT_THAT(call(ca(make_certificate().certificate_pem).with_tls10()),
              FailsWith(Code::kUnauthenticated));
}

TEST(TlsCrowd, AllGetTheirTurn) {
  const Certificate own = make_certificate();
  HttpServer server(answer_once(old_reply(xml_reply("put"))), HttpServer::Tls{.certificate = own});
  IoLoop loop;
  const auto transport = transport_to(loop, server.url(), {.tls = pin(own.pin)});
  constexpr int kCalls = 300;  // more than are let into the handshake at once
  std::atomic<int> good = 0;
  std::atomic<int> ended = 0;
  std::promise<void> all;
  for (int i = 0; i < kCalls; ++i) {
    transport->start(context_for(seconds(60)), echo(), [&](const Result<Reply>& reply) {
      if (text_of(reply) == "put") ++good;
      if (++ended == kCalls) all.set_value();
    });
  }
  all.get_future().wait();
  EXPECT_EQ(good, kCalls);
}

TEST(TlsCrowd, HostsThatHangInTheHandshakeDoNotHoldUpTheOthers) {
  const Certificate own = make_certificate();
  HttpServer server(answer_once(old_reply(xml_reply("put"))), HttpServer::Tls{.certificate = own});
  HttpServer hanging([](Peer& peer) { peer.hang(); });
  IoLoop loop;
  const auto dead = transport_to(loop, "https://127.0.0.1:" + std::to_string(hanging.port()),
                                 {.tls = pin(own.pin), .connect_limit = std::chrono::hours(1)});
  const auto good = transport_to(loop, server.url(), {.tls = pin(own.pin)});
  std::stop_source stop;
  CallContext ctx = context_for(std::chrono::hours(1));
  ctx.stop = stop.get_token();
  for (std::size_t i = 0; i < TlsGate::kMostInside; ++i) {
    dead->start(ctx, echo(), [](const Result<Reply>& reply) {
      EXPECT_THAT(reply, FailsWith(Code::kCancelled));
    });
  }
  EXPECT_EQ(text_of(call(*good, Way::kStarted, context_for(seconds(60)), echo())), "put");
  stop.request_stop();
}

TEST(TlsCrowd, ACallThatIsStoppedInTheQueueLeavesIt) {
  const Certificate own = make_certificate();
  HttpServer hanging([](Peer& peer) { peer.hang(); });
  IoLoop loop;
  const auto dead = transport_to(loop, "https://127.0.0.1:" + std::to_string(hanging.port()),
                                 {.tls = pin(own.pin), .connect_limit = std::chrono::hours(1)});
  std::stop_source stop;
  CallContext ctx = context_for(std::chrono::hours(1));
  ctx.stop = stop.get_token();
  std::atomic<int> cancelled = 0;
  std::promise<void> all;
  constexpr int kCalls = 2 * int{TlsGate::kMostInside};
  for (int i = 0; i < kCalls; ++i) {
    dead->start(ctx, echo(), [&](const Result<Reply>& reply) {
      EXPECT_THAT(reply, FailsWith(Code::kCancelled));
      if (++cancelled == kCalls) all.set_value();
    });
  }
  stop.request_stop();
  all.get_future().wait();
}

TEST(TlsMix, OneLoopKeepsPoliciesApart) {
  IoLoop loop;
  const Certificate one = make_certificate();
  const Certificate two = make_certificate();
  HttpServer server(answer_once(old_reply(xml_reply("put"))), HttpServer::Tls{.certificate = one});
  const auto good = transport_to(loop, server.url(), {.tls = pin(one.pin)});
  const auto bad = transport_to(loop, server.url(), {.tls = pin(two.pin)});
  const auto loose = transport_to(loop, server.url(), {.tls = TlsPolicy::insecure()});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(good->round_trip(context_for(seconds(30)), echo()), Succeeds());
    EXPECT_THAT(loose->round_trip(context_for(seconds(30)), echo()), Succeeds());
    EXPECT_THAT(bad->round_trip(context_for(seconds(30)), echo()),
                FailsWith(Code::kUnauthenticated));
  }
}

}  // namespace
}  // namespace trestle::testing
