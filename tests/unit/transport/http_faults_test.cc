// SPDX-License-Identifier: Apache-2.0
// What can go wrong between here and a host, each with an error of its own that says what to do.
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/unit/transport/caller.h"

namespace trestle::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

struct Fault {
  std::string name;
  HttpServer::Script script;
  Code code;
  std::vector<std::string> says;
  bool was_sent = true;  ///< the outcome of a change is unknown
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

HttpServer::Script answer_then_hang(std::string reply) {
  return [reply = std::move(reply)](Peer& peer) {
    peer.read_request();
    peer.send(reply);
    peer.hang();
  };
}

std::vector<Fault> faults() {
  const std::string whole = old_reply(xml_reply("0123456789"));
  const std::string half = whole.substr(0, whole.size() - 20);
  const std::string length = std::to_string(xml_reply("0123456789").size());
  return {
      {"WrongPassword401",
       answer_once(old_reply("", "401 Unauthorized")),
       Code::kUnauthenticated,
       {"HTTP 401", "TRESTLE_PASSWORD"}},
      {"WrongPassword403",
       answer_once(old_reply("", "403 Forbidden")),
       Code::kPermissionDenied,
       {"HTTP 403", "TRESTLE_PASSWORD"}},
      {"WrongPath",
       answer_once(old_reply("", "404 Not Found")),
       Code::kUnimplemented,
       {"HTTP 404", "another path"}},
      {"ServerError",
       answer_once(old_reply("", "500 Internal error")),
       Code::kInternal,
       {"HTTP 500", "ovs-agent.log"}},
      {"RefusalWithoutAnEnd",
       answer_then_hang("HTTP/1.0 403 Forbidden\r\n\r\n"),
       Code::kPermissionDenied,
       {"HTTP 403"}},
      {"Redirect", answer_once(old_reply("", "301 Moved")), Code::kBadReply, {"HTTP status 301"}},
      {"Garbage",
       answer_then_hang("220 mail.example ESMTP Postfix\r\n"),
       Code::kBadReply,
       {"not in HTTP", "220 mail.example ESMTP"}},
      {"NoXml", answer_once(old_reply("<html>It works!</html>")), Code::kBadReply, {}},
      {"EmptyBody", answer_once(old_reply("")), Code::kBadReply, {}},
      {"CutOff",
       answer_once(half),
       Code::kBadReply,
       {"cut off after ", " of " + length + " bytes"}},
      {"CutOffInTheHead",
       answer_once("HTTP/1.0 200"),
       Code::kBadReply,
       {"within its HTTP headers"}},
      {"CutOffByReset",
       [half](Peer& peer) {
         peer.read_request();
         peer.send(half);
         peer.reset();
       },
       Code::kBadReply,
       {"cut off after "}},
      {"TooLarge",
       answer_once("HTTP/1.0 200 OK\r\nContent-Length: 67108865\r\n\r\n"),
       Code::kResourceExhausted,
       {"64 MiB"}},
      {"ClosedWithoutReply",
       [](Peer& peer) { peer.read_request(); },
       Code::kUnavailable,
       {"closed by the host before any reply", "outcome is unknown"}},
      {"ResetWithoutReply",
       [](Peer& peer) {
         peer.read_request();
         peer.reset();
       },
       Code::kUnavailable,
       {"reset before any reply", "outcome is unknown"}},
      {"SaysNothing",
       [](Peer& peer) { peer.hang(); },
       Code::kDeadlineExceeded,
       {" ms passed while ", "waiting for the reply", "outcome is unknown"}},
      {"HeadThenNothing",
       answer_then_hang("HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\n"),
       Code::kDeadlineExceeded,
       {" ms passed while ", "still coming"}},
      {"SlowDrip",
       [](Peer& peer) {
         peer.read_request();
         peer.drip("HTTP/1.0 200 OK\r\n\r\n" + xml_reply(std::string(10'000, 'x')),
                   milliseconds(10));
       },
       Code::kDeadlineExceeded,
       {" ms passed while ", "still coming"}},
      {"TlsOnThatPort",
       answer_then_hang(std::string("\x15\x03\x01\x00\x02\x02\x28", 7)),
       Code::kFailedPrecondition,
       {"https://"}},
  };
}

class SaysWhatIsWrong : public ::testing::TestWithParam<std::tuple<Fault, Way>> {
 protected:
  Result<Reply> provoke(Effect effect) {
    HttpServer server(std::get<0>(GetParam()).script);
    IoLoop loop;
    const auto transport = transport_to(loop, server.url(), {.password = Secret("geheim")});
    return call(*transport, std::get<1>(GetParam()), context_for(milliseconds(200)), echo(effect));
  }
};

TEST_P(SaysWhatIsWrong, AndWhatToDo) {
  const Fault& fault = std::get<0>(GetParam());
  const auto reply = provoke(Effect::kReads);
  ASSERT_THAT(reply, FailsWith(fault.code));
  for (const std::string& part : fault.says) EXPECT_THAT(reply.error().what, HasSubstr(part));
  EXPECT_THAT(reply.error().message(), Not(AnyOf(HasSubstr("\n"), HasSubstr("geheim"))));
}

TEST_P(SaysWhatIsWrong, AndIsTheSameForAChange) {
  EXPECT_THAT(provoke(Effect::kMutates), FailsWith(std::get<0>(GetParam()).code));
}

INSTANTIATE_TEST_SUITE_P(Faults, SaysWhatIsWrong,
                         ::testing::Combine(::testing::ValuesIn(faults()),
                                            ::testing::Values(Way::kBlocking, Way::kStarted)),
                         [](const auto& tested) {
                           return std::get<0>(tested.param).name +
                                  name_of(std::get<1>(tested.param));
                         });

TEST(FaultErrors, AreDistinct) {
  std::set<std::string> sentences;
  int count = 0;
  for (const Fault& fault : faults()) {
    HttpServer server(fault.script);
    IoLoop loop;
    const auto transport = transport_to(loop, server.url());
    sentences.insert(what_of(transport->round_trip(context_for(milliseconds(100)), echo())));
    ++count;
  }
  // The same by nature: a reply that hangs in its body hangs, slowly or not; a wrong password is
  // refused with a 403, with or without an end.
  EXPECT_GE(static_cast<int>(sentences.size()), count - 2);
}

class LargeUpload : public ::testing::TestWithParam<std::tuple<bool, Way>> {
 protected:
  Result<Reply> upload(HttpServer::Script script) {
    const auto [with_tls, way] = GetParam();
    const Certificate own = make_certificate();
    std::optional<HttpServer::Tls> shows;
    std::optional<TlsPolicy> believes;
    if (with_tls) {
      shows = HttpServer::Tls{.certificate = own};
      believes = TlsPolicy::insecure();
    }
    HttpServer server(std::move(script), shows);
    IoLoop loop;
    const auto transport = transport_to(loop, server.url(), {.tls = believes});
    const Array params{Value(std::string(std::size_t{8} << 20U, 'x'))};
    return call(*transport, way, context_for(seconds(60)),
                {.method = "ovs_domr_upload_file", .params = params});
  }
};

INSTANTIATE_TEST_SUITE_P(Both, LargeUpload,
                         ::testing::Combine(::testing::Bool(),
                                            ::testing::Values(Way::kBlocking, Way::kStarted)),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param) ? "Tls" : "Plain") +
                                  name_of(std::get<1>(tested.param));
                         });

TEST_P(LargeUpload, MeetsARefusalThatComesEarly) {
  const auto reply = upload([](Peer& peer) {
    peer.send(old_reply("no", "403 Forbidden"));
    peer.hang();
  });
  EXPECT_THAT(reply, FailsWith(Code::kPermissionDenied));
}

// The kernel answers such a write with SIGPIPE, which would end the process.
TEST_P(LargeUpload, SurvivesAHostThatDies) {
  const auto reply = upload([](Peer& peer) {
    peer.read_some();
    peer.reset();
  });
  ASSERT_THAT(reply, FailsWith(Code::kUnavailable));
  EXPECT_THAT(what_of(reply), HasSubstr("ask the host before acting again"));
}

class DeadHost : public ::testing::TestWithParam<Way> {
 protected:
  IoLoop loop_;
};

INSTANTIATE_TEST_SUITE_P(Both, DeadHost, ::testing::Values(Way::kBlocking, Way::kStarted),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(DeadHost, RefusesTheConnection) {
  const auto transport = transport_to(loop_, "http://127.0.0.1:" + std::to_string(closed_port()));
  const auto reply = call(*transport, GetParam(), context_for(seconds(30)), echo());
  ASSERT_THAT(reply, FailsWith(Code::kUnavailable));
  EXPECT_THAT(reply.error().what,
              AllOf(HasSubstr("refused"), HasSubstr("nothing was sent"), HasSubstr("ovs-agent")));
}

/// A listening socket whose queue is full: the kernel then drops every further SYN, as a dead host
/// or a firewall does.
class FullListener {
 public:
  FullListener();
  ~FullListener();
  FullListener(const FullListener&) = delete;
  FullListener& operator=(const FullListener&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::vector<int> sockets_;
  std::uint16_t port_ = 0;
};

// The limit for connecting is not the call's deadline, and the error says which of both it was.
TEST_P(DeadHost, DoesNotAnswerWithinTheLimitForConnecting) {
  const FullListener dead;
  const auto transport = transport_to(loop_, dead.url(), {.connect_limit = milliseconds(150)});
  const auto reply =
      call(*transport, GetParam(), context_for(std::chrono::hours(3)), echo(Effect::kMutates));
  ASSERT_THAT(reply, FailsWith(Code::kUnavailable));
  EXPECT_THAT(reply.error().what, AllOf(HasSubstr("150 ms"), HasSubstr("not the call's deadline"),
                                        HasSubstr("nothing was sent"), HasSubstr("firewall")));
}

TEST_P(DeadHost, DoesNotAnswerBeforeTheDeadline) {
  const FullListener dead;
  const auto transport = transport_to(loop_, dead.url());
  const auto reply = call(*transport, GetParam(), context_for(milliseconds(80)), echo());
  ASSERT_THAT(reply, FailsWith(Code::kDeadlineExceeded));
  EXPECT_THAT(reply.error().what,
              AllOf(HasSubstr(" ms passed while connecting"), HasSubstr("nothing was sent")));
}

}  // namespace
}  // namespace trestle::testing

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trestle::testing {
namespace {

FullListener::FullListener() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::bind(sockets_[0], raw, size);
  ::listen(sockets_[0], 0);
  ::getsockname(sockets_[0], raw, &size);
  port_ = ntohs(address.sin_port);
  for (int i = 0; i < 4; ++i) {
    sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    [[maybe_unused]] const int pending = ::connect(sockets_.back(), raw, size);
  }
}

FullListener::~FullListener() {
  for (const int socket : sockets_) ::close(socket);
}

}  // namespace
}  // namespace trestle::testing
