// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/transport/caller.h"

namespace trestle::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// How late an end may be on a machine that is busy with other things. What the usual lateness is,
/// the benchmark measures; here the fault to catch is a second or more.
constexpr milliseconds kSlack{900};

milliseconds time_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

HttpServer::Script silent() {
  return [](Peer& peer) { peer.hang(); };
}

class Deadline : public ::testing::TestWithParam<Way> {
 protected:
  Result<Reply> call(HttpTransport& transport, const CallContext& ctx,
                     Effect effect = Effect::kReads) {
    return testing::call(transport, GetParam(), ctx, echo(effect));
  }
  IoLoop loop_;
};

INSTANTIATE_TEST_SUITE_P(Both, Deadline, ::testing::Values(Way::kBlocking, Way::kStarted),
                         [](const auto& tested) { return name_of(tested.param); });

// known defect 3: one unit, one time-out for each call, and it means what it says.
TEST_P(Deadline, EndsACallWhenItIsDue) {
  HttpServer server(silent());
  const auto transport = transport_to(loop_, server.url());
  for (const milliseconds budget : {milliseconds(50), milliseconds(120)}) {
    Result<Reply> reply = fail(Code::kInternal, "not called");
    const auto took = time_of([&] { reply = call(*transport, context_for(budget)); });
    ASSERT_THAT(reply, FailsWith(Code::kDeadlineExceeded));
    EXPECT_THAT(reply.error().what, HasSubstr(" ms passed while waiting for the reply"));
    EXPECT_GE(took, budget);
    EXPECT_LT(took, budget + kSlack);
  }
}

// known defect 4: no limit of our own cuts off a copy that its caller gave hours. The same call
// that outlives every limit of the transport (here: for connecting) ends well.
TEST_P(Deadline, AllowsCallsThatLastLongerThanAnyOtherLimit) {
  HttpServer server([](Peer& peer) {
    peer.read_request();
    peer.drip("HTTP/1.0 200 OK\r\n", milliseconds(20));
    peer.send("\r\n" + xml_reply("copied"));
  });
  const auto transport = transport_to(loop_, server.url(), {.connect_limit = milliseconds(100)});
  EXPECT_EQ(text_of(call(*transport, context_for(std::chrono::hours(12)), Effect::kMutates)),
            "copied");
}

TEST_P(Deadline, TellsThatTheOutcomeOfAChangeIsUnknown) {
  HttpServer server(silent());
  const auto reply =
      call(*transport_to(loop_, server.url()), context_for(milliseconds(50)), Effect::kMutates);
  ASSERT_THAT(reply, FailsWith(Code::kDeadlineExceeded));
  EXPECT_THAT(reply.error().what,
              HasSubstr("the outcome is unknown: ask the host before acting again"));
}

TEST_P(Deadline, ThatHasPassedSendsNothing) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  const auto reply = call(*transport_to(loop_, server.url()), context_for(milliseconds(-1)));
  ASSERT_THAT(reply, FailsWith(Code::kDeadlineExceeded));
  EXPECT_THAT(reply.error().what, HasSubstr("nothing was sent"));
  EXPECT_EQ(server.connections(), 0);
}

TEST_P(Deadline, MayBeForEver) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  const auto transport = transport_to(loop_, server.url());
  EXPECT_EQ(text_of(call(*transport, {.deadline = Clock::TimePoint::max()})), "put");
}

TEST_P(Deadline, IsTakenFromTheContextsOwnClock) {
  HttpServer server(silent());
  SteppedClock clock;
  const auto transport = transport_to(loop_, server.url());
  const auto took = time_of([&] {
    EXPECT_THAT(call(*transport, context_for(milliseconds(60), clock)),
                FailsWith(Code::kDeadlineExceeded));
  });
  EXPECT_GE(took, milliseconds(60));
  EXPECT_LT(took, milliseconds(60) + kSlack);
}

TEST_P(Deadline, OfALaterCallOnAKeptConnectionCounts) {
  HttpServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kept_reply(xml_reply("put")));
    peer.hang();
  });
  const auto transport = transport_to(loop_, server.url());
  EXPECT_EQ(text_of(call(*transport, context_for(seconds(30)))), "put");
  const auto took = time_of([&] {
    EXPECT_THAT(call(*transport, context_for(milliseconds(60))),
                FailsWith(Code::kDeadlineExceeded));
  });
  EXPECT_GE(took, milliseconds(60));
  EXPECT_LT(took, milliseconds(60) + kSlack);
}

TEST_P(Deadline, HoldsWhileOtherCallsAreBusy) {
  HttpServer busy(answer_all(kept_reply(xml_reply(std::string(100'000, 'x')))));
  HttpServer quiet(silent());
  const auto noise = transport_to(loop_, busy.url());
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        EXPECT_THAT(call(*noise, context_for(seconds(30))), Succeeds());
      }
    });
  }
  const auto transport = transport_to(loop_, quiet.url());
  for (int i = 0; i < 5; ++i) {
    const auto took = time_of([&] {
      EXPECT_THAT(call(*transport, context_for(milliseconds(50))),
                  FailsWith(Code::kDeadlineExceeded));
    });
    EXPECT_GE(took, milliseconds(50));
    EXPECT_LT(took, milliseconds(50) + kSlack);
  }
  stop = true;
}

class Stop : public Deadline {};

INSTANTIATE_TEST_SUITE_P(Both, Stop, ::testing::Values(Way::kBlocking, Way::kStarted),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(Stop, EndsACallAtOnce) {
  HttpServer server(silent());
  const auto transport = transport_to(loop_, server.url());
  std::stop_source source;
  CallContext ctx = context_for(std::chrono::hours(1));
  ctx.stop = source.get_token();
  std::jthread stopper([&] {
    const CallContext pause = context_for(seconds(30));
    while (server.connections() == 0 && pause.remaining().count() > 0) std::this_thread::yield();
    source.request_stop();
  });
  Result<Reply> reply = fail(Code::kInternal, "not called");
  const auto took = time_of([&] { reply = call(*transport, ctx, Effect::kMutates); });
  ASSERT_THAT(reply, FailsWith(Code::kCancelled));
  EXPECT_THAT(reply.error().what, HasSubstr("the caller asked to stop"));
  EXPECT_LT(took, seconds(10));
}

TEST_P(Stop, BeforeTheCallSendsNothing) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  std::stop_source source;
  source.request_stop();
  CallContext ctx = context_for(seconds(30));
  ctx.stop = source.get_token();
  const auto reply = call(*transport_to(loop_, server.url()), ctx);
  ASSERT_THAT(reply, FailsWith(Code::kCancelled));
  EXPECT_THAT(reply.error().what, HasSubstr("nothing was sent"));
  EXPECT_EQ(server.connections(), 0);
}

TEST_P(Stop, AfterTheCallHarmsNobody) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  const auto transport = transport_to(loop_, server.url());
  std::stop_source source;
  CallContext ctx = context_for(seconds(30));
  ctx.stop = source.get_token();
  EXPECT_EQ(text_of(call(*transport, ctx)), "put");
  source.request_stop();
  EXPECT_EQ(text_of(call(*transport, context_for(seconds(30)))), "put");
}

TEST_P(Stop, EndsHundredsOfCallsTogether) {
  HttpServer server(silent());
  const auto transport = transport_to(loop_, server.url());
  std::stop_source source;
  std::atomic<int> cancelled = 0;
  const int count = GetParam() == Way::kBlocking ? 16 : 200;
  std::vector<std::jthread> threads;
  std::promise<void> all;
  const auto note = [&](const Result<Reply>& reply) {
    EXPECT_THAT(reply, FailsWith(Code::kCancelled));
    if (++cancelled == count) all.set_value();
  };
  CallContext ctx = context_for(std::chrono::hours(1));
  ctx.stop = source.get_token();
  for (int i = 0; i < count; ++i) {
    if (GetParam() == Way::kStarted) {
      transport->start(ctx, echo(), note);
    } else {
      threads.emplace_back([&] { note(transport->round_trip(ctx, echo())); });
    }
  }
  source.request_stop();
  all.get_future().wait();
}

}  // namespace
}  // namespace trestle::testing
