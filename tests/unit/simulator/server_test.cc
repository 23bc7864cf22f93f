// SPDX-License-Identifier: Apache-2.0
// The server over real sockets, called by the transport of objects/wire.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "objects/wire/http_transport.h"
#include "objects/wire/io_loop.h"
#include "objects/wire/tls_policy.h"
#include "tests/support/certificates.h"
#include "tools/simulator/server.h"
#include "tools/simulator/sim_clock.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;

/// Two hosts on free ports.
class Served {
 public:
  explicit Served(Release release = Release::k331, ServerOptions options = {}, const Tls& tls = {})
      : simulator_({.root = {}, .clock = &clock_}) {
    World world = default_world(2, release);
    world.generate.own_addresses = false;
    world.generate.first_address = "127.0.0.1";
    world.generate.port = 0;
    EXPECT_TRUE(set_scene(simulator_, world));
    simulator_.with_estate([&](Estate& estate) {
      for (const auto& host : estate.hosts) host->tls = tls;
    });
    auto made = Certificates::make();
    EXPECT_TRUE(made);
    certificates_ = std::make_unique<Certificates>(*std::move(made));
    ca_file_ = std::make_unique<::trestle::testing::TemporaryFile>(certificates_->ca_pem());
    options.certificates = certificates_.get();
    plain_ = options.plain;
    auto server = Server::start(simulator_, std::move(options));
    if (!server) ADD_FAILURE() << server.error().message();
    server_ = *std::move(server);
  }
  ~Served() { server_->stop(); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  [[nodiscard]] TlsPolicy by_ca() const { return *TlsPolicy::ca_file(ca_file_->path()); }
  [[nodiscard]] TlsPolicy by_pin() const { return *TlsPolicy::pin(certificates_->pin()); }

  struct Way {
    std::string password = std::string(kDefaultPassword);
    std::string path = "/RPC2";
    std::optional<TlsPolicy> tls = std::nullopt;
    std::size_t host = 0;
  };
  std::unique_ptr<HttpTransport> transport(Way way) {
    const Listening host = server_->listening().at(way.host);
    if (!way.tls && !plain_) way.tls = by_ca();
    const Endpoint endpoint{.scheme = plain_ ? Scheme::kHttp : Scheme::kHttps,
                            .user = "oracle",
                            .host = host.address,
                            .port = host.port,
                            .path = way.path};
    HttpTransport::Options options{.password = Secret(way.password), .tls = way.tls};
    auto made = HttpTransport::create(loop_, endpoint, std::move(options));
    if (!made) ADD_FAILURE() << made.error().message();
    return *std::move(made);
  }
  Result<Reply> call(Way way, std::string_view method, const Array& params = {},
                     std::chrono::nanoseconds budget = seconds(20)) {
    return transport(std::move(way))
        ->round_trip(context_for(budget),
                     {.method = method, .params = params, .effect = Effect::kMutates});
  }
  Result<Reply> echo(Way way) { return call(std::move(way), "echo", {"hello"}); }
  Result<Reply> echo() { return echo(Way{}); }

  void set(Action action, const std::function<void(Rule&)>& more = {}) {
    simulator_.with_rules([&](RuleBook& book) {
      Rule rule;
      rule.id = "r";
      rule.action = action;
      if (more) more(rule);
      book.set(rule);
    });
    server_->wake();
  }
  Simulator& simulator() { return simulator_; }
  Server& server() { return *server_; }
  SimClock& clock() { return clock_; }

 private:
  SimClock clock_;
  Simulator simulator_;
  std::unique_ptr<Certificates> certificates_;
  std::unique_ptr<::trestle::testing::TemporaryFile> ca_file_;
  bool plain_ = false;
  IoLoop loop_;
  std::unique_ptr<Server> server_;
};

ServerOptions plain() {
  ServerOptions options;
  options.plain = true;
  return options;
}

TEST(Server, AnswersOverTlsToTheCaAndToThePin) {
  Served served;
  const auto by_ca = served.echo();
  ASSERT_TRUE(by_ca) << by_ca.error().message();
  EXPECT_EQ(by_ca->root().string(), "hello");
  EXPECT_TRUE(served.echo({.tls = served.by_pin()}));
  Served other;
  EXPECT_FALSE(served.echo({.tls = other.by_pin()}));
  EXPECT_FALSE(served.echo({.tls = other.by_ca()}));
}

TEST(Server, RefusesAWrongPasswordWith403AndOn32With401) {
  Served later(Release::k34);
  EXPECT_EQ(later.echo({.password = "wrong"}).error().code, Code::kPermissionDenied);
  Served before(Release::k321);
  EXPECT_EQ(before.echo({.password = "wrong"}).error().code, Code::kUnauthenticated);
  ServerOptions options;
  options.unauthorized_401 = true;
  Served asked(Release::k34, std::move(options));
  EXPECT_EQ(asked.echo({.password = "wrong"}).error().code, Code::kUnauthenticated);
}

TEST(Server, KnowsTheApiPathsAndNoOthers) {
  Served served;
  for (const char* path : {"/", "/RPC2", "/api/3", "/api/3/"}) {
    EXPECT_TRUE(served.echo({.path = path})) << path;
  }
  EXPECT_EQ(served.echo({.path = "/elsewhere"}).error().code, Code::kUnimplemented);
  Served before(Release::k321);
  EXPECT_TRUE(before.echo({.path = "/elsewhere"}));
}

/// Sends bytes to a plain port and gives what comes back until the end.
std::string raw(const Listening& host, const std::string& bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(host.port);
  ::inet_pton(AF_INET, host.address.c_str(), &address.sin_addr);
  std::string answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    char part[4096];
    for (ssize_t got = 0; (got = ::recv(fd, part, sizeof(part), 0)) > 0;) {
      answer.append(part, static_cast<std::size_t>(got));
    }
  }
  ::close(fd);
  return answer;
}

std::string post(const std::string& body, const std::string& more = {}) {
  // "oracle:simulated"
  return "POST /RPC2 HTTP/1.0\r\nAuthorization: Basic b3JhY2xlOnNpbXVsYXRlZA==\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr const char* kEcho =
    "<?xml version='1.0'?><methodCall><methodName>echo</methodName><params><param><value>x</value>"
    "</param></params></methodCall>";

TEST(Server, SpeaksHttp10WithOneCallPerConnectionUnlessToldOtherwise) {
  Served served(Release::k321, plain());
  const Listening host = served.server().listening()[0];
  const std::string answer = raw(host, post(kEcho, "Connection: keep-alive\r\n"));
  EXPECT_THAT(answer, ::testing::StartsWith("HTTP/1.0 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Python/2.4"));
  EXPECT_THAT(answer, HasSubstr("<value>x</value>"));
  ServerOptions options = plain();
  options.keep_alive = true;
  Served modern(Release::k331, std::move(options));
  const auto transport = modern.transport({});
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(
        transport->round_trip(context_for(seconds(20)),
                              {.method = "echo", .params = Array{"x"}, .effect = Effect::kReads}));
  }
  EXPECT_EQ(transport->counters().connections, 1U);
}

TEST(Server, SaysWhatIsWrongWithARequest) {
  Served served(Release::k331, plain());
  const Listening host = served.server().listening()[0];
  EXPECT_THAT(raw(host, post("<not a call/>")), HasSubstr(" 500 "));
  EXPECT_THAT(raw(host, post("")), HasSubstr(" 500 "));
  EXPECT_THAT(raw(host, "GET / HTTP/1.0\r\n\r\n"), HasSubstr(" 501 "));
  EXPECT_THAT(raw(host, "POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n"), HasSubstr(" 403 "));
  EXPECT_THAT(raw(host,
                  "POST / HTTP/1.1\r\nAuthorization: Basic b3JhY2xlOnNpbXVsYXRlZA==\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              HasSubstr(" 411 "));
  EXPECT_THAT(raw(host, std::string("\x16\x03\x01\x02\x00nonsense\r\n\r\n", 17)),
              AnyOf(HasSubstr(" 400 "), ""));
}

struct FaultCase {
  const char* name;
  Action action;
  Code code;
  const char* words;
};
void PrintTo(const FaultCase& c, std::ostream* out) { *out << c.name; }
class ServerFault : public ::testing::TestWithParam<FaultCase> {};

TEST_P(ServerFault, ReachesTheCaller) {
  const FaultCase& c = GetParam();
  Served served;
  served.set(c.action, [](Rule& rule) {
    rule.status = 500;
    rule.bytes = 60;
    rule.delay = seconds(30);
  });
  const auto reply = served.call({}, "echo", {"hello"}, milliseconds(1500));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, c.code) << reply.error().message();
  EXPECT_THAT(reply.error().message(), HasSubstr(c.words));
  served.simulator().with_rules([](RuleBook& book) { book.clear(""); });
  served.server().wake();
  EXPECT_TRUE(served.echo());
}

INSTANTIATE_TEST_SUITE_P(
    Each, ServerFault,
    ::testing::Values(FaultCase{"Fault", Action::kFault, Code::kAgentFault, "by a rule"},
                      FaultCase{"Status", Action::kHttpStatus, Code::kInternal, "500"},
                      FaultCase{"Delay", Action::kDelay, Code::kDeadlineExceeded, ""},
                      FaultCase{"Hang", Action::kHang, Code::kDeadlineExceeded, ""},
                      FaultCase{"DropBefore", Action::kDropBefore, Code::kUnavailable, "unknown"},
                      FaultCase{"DropAfter", Action::kDropAfter, Code::kUnavailable, "unknown"},
                      FaultCase{"Truncate", Action::kTruncate, Code::kBadReply, "60"},
                      FaultCase{"Garbage", Action::kGarbage, Code::kBadReply, ""},
                      FaultCase{"SlowDrip", Action::kSlowDrip, Code::kDeadlineExceeded, ""},
                      FaultCase{"Refuse", Action::kRefuse, Code::kUnavailable, "refused"},
                      FaultCase{"WrongCertificate", Action::kWrongCertificate,
                                Code::kUnauthenticated, ""}),
    [](const auto& entry) { return std::string(entry.param.name); });

TEST(ServerFaultKinds, AWrongTypeIsStillAReply) {
  Served served;
  served.set(Action::kWrongType);
  EXPECT_EQ(served.echo()->root().kind(), Kind::kStruct);
}

TEST(ServerFaultKinds, ARefusalOfTheNthConnectionOnlyResetsThatOne) {
  Served served;
  served.set(Action::kRefuse, [](Rule& rule) { rule.nth = 2; });
  EXPECT_TRUE(served.echo());
  EXPECT_EQ(served.echo().error().code, Code::kUnavailable);
  EXPECT_TRUE(served.echo());
}

TEST(ServerTls, ShowsBadCertificatesWhenTheWorldSaysSo) {
  for (const Certificate kind :
       {Certificate::kExpired, Certificate::kWrongName, Certificate::kUnsigned}) {
    Served served(Release::k331, {}, {.certificate = kind});
    const auto reply = served.echo();
    ASSERT_FALSE(reply) << static_cast<int>(kind);
    EXPECT_EQ(reply.error().code, Code::kUnauthenticated) << reply.error().message();
    EXPECT_TRUE(served.echo({.tls = served.by_pin()})) << "the key is the right one";
  }
}

TEST(ServerTls, PlaysAHostThatKnowsTls10Only) {
  Served served(Release::k321, {}, {.least = "1.0", .most = "1.0"});
  EXPECT_FALSE(served.echo());
  const auto allowed = served.echo({.tls = served.by_ca().with_tls10()});
  EXPECT_TRUE(allowed) << allowed.error().message();
}

TEST(ServerPower, AHostThatIsOffRefusesAndComesBack) {
  Served served;
  std::atomic<bool> dropped{false};
  std::jthread caller([&] {
    const auto reply = served.call({}, "sleep", {30}, seconds(25));
    dropped = !reply && reply.error().code == Code::kUnavailable;
  });
  const auto is_sleeping = [&] { return served.simulator().next_due().has_value(); };
  for (int i = 0; i < 1000 && !is_sleeping(); ++i) std::this_thread::sleep_for(milliseconds(5));
  ASSERT_TRUE(served.simulator().power_off("ovm-1"));
  served.server().wake();
  caller.join();
  EXPECT_TRUE(dropped);
  const auto refused = served.echo();
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message(), HasSubstr("refused"));
  EXPECT_TRUE(served.echo({.host = 1})) << "the other host is not touched";
  ASSERT_TRUE(served.simulator().power_on("ovm-1"));
  served.clock().step(seconds(3));
  served.server().wake();
  const auto back = served.echo();
  EXPECT_TRUE(back) << back.error().message();
}

TEST(ServerPower, TheAgentIsAwayAfterItWasTakenOn33) {
  Served served(Release::k331);
  const Struct owner{{"manager_uuid", "0004fb00000100001234567890abcdef"},
                     {"manager_event_url", ""},
                     {"manager_statistic_url", ""},
                     {"manager_certificate", ""},
                     {"signed_server_certificate", ""}};
  const auto owned = served.call({}, "take_ownership", {owner});
  ASSERT_TRUE(owned) << owned.error().message();
  EXPECT_EQ(served.echo().error().code, Code::kUnavailable);
  served.clock().step(seconds(3));
  served.server().wake();
  EXPECT_TRUE(served.echo());
}

TEST(Server, ALongCallDoesNotHoldUpOthers) {
  Served served;
  std::jthread sleeper([&] { EXPECT_TRUE(served.call({}, "sleep", {2})); });
  const auto is_sleeping = [&] { return served.simulator().next_due().has_value(); };
  for (int i = 0; i < 1000 && !is_sleeping(); ++i) std::this_thread::sleep_for(milliseconds(5));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(served.echo());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(1500));
}

TEST(Server, StopsWhileCallsAreUnderWay) {
  auto served = std::make_unique<Served>();
  std::jthread sleeper([&] {
    const auto reply = served->call({}, "sleep", {3600}, seconds(30));
    EXPECT_FALSE(reply);
  });
  const auto is_sleeping = [&] { return served->simulator().next_due().has_value(); };
  for (int i = 0; i < 1000 && !is_sleeping(); ++i) std::this_thread::sleep_for(milliseconds(5));
  served->server().stop();
  sleeper.join();
  // The simulator goes on without its server: the call ends and finds nobody to tell.
  served->clock().step(seconds(4000));
  served->simulator().advance();
}

TEST(Server, NamesAnAddressThatIsTaken) {
  Served served;
  const Listening taken = served.server().listening()[0];
  SimClock clock;
  Simulator second({.root = {}, .clock = &clock});
  World world = default_world(1);
  world.generate.first_address = taken.address;
  world.generate.port = taken.port;
  ASSERT_TRUE(set_scene(second, world));
  const auto server = Server::start(second, plain());
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Code::kUnavailable);
  EXPECT_THAT(server.error().what, HasSubstr(std::to_string(taken.port)));
}

}  // namespace
}  // namespace trestle::simulator
