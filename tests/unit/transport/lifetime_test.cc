// SPDX-License-Identifier: Apache-2.0
// Transports and loops that go away while calls are in flight.
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/unit/transport/caller.h"

namespace trestle::testing {
namespace {

using ::testing::HasSubstr;

HttpServer::Script silent() {
  return [](Peer& peer) { peer.hang(); };
}

void wait_for_connections(const HttpServer& server, int count) {
  const CallContext patience = context_for(seconds(60));
  while (server.connections() < count && patience.remaining().count() > 0) {
    std::this_thread::yield();
  }
  ASSERT_GE(server.connections(), count);
}

TEST(TransportEnd, CancelsBlockingCallsAndWaitsForThem) {
  HttpServer server(silent());
  IoLoop loop;
  auto transport = transport_to(loop, server.url());
  std::atomic<int> cancelled = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, raw = transport.get()] {
      const auto reply = raw->round_trip(context_for(std::chrono::hours(1)), echo());
      EXPECT_THAT(reply, FailsWith(Code::kCancelled));
      ++cancelled;
    });
  }
  wait_for_connections(server, 4);
  transport.reset();
  threads.clear();
  EXPECT_EQ(cancelled, 4);
}

TEST(TransportEnd, TellsEveryStartedCallBeforeItIsOver) {
  HttpServer server(silent());
  IoLoop loop;
  auto transport = transport_to(loop, server.url());
  int cancelled = 0;  // not atomic: the end of the transport must order this
  for (int i = 0; i < 50; ++i) {
    transport->start(context_for(std::chrono::hours(1)), echo(Effect::kMutates),
                     [&](const Result<Reply>& reply) {
                       EXPECT_THAT(reply, FailsWith(Code::kCancelled));
                       ++cancelled;
                     });
  }
  transport.reset();
  EXPECT_EQ(cancelled, 50);
}

TEST(TransportEnd, SaysThatTheOutcomeOfAChangeIsUnknown) {
  HttpServer server([](Peer& peer) {
    peer.read_request();
    peer.hang();
  });
  IoLoop loop;
  auto transport = transport_to(loop, server.url());
  std::string what;
  transport->start(context_for(std::chrono::hours(1)), echo(Effect::kMutates),
                   [&](const Result<Reply>& reply) { what = what_of(reply); });
  const CallContext patience = context_for(seconds(60));
  while (server.requests().empty() && patience.remaining().count() > 0) std::this_thread::yield();
  transport.reset();
  EXPECT_THAT(what, HasSubstr("the outcome is unknown: ask the host before acting again"));
}

TEST(TransportEnd, MayComeInsideACallback) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  HttpServer quiet(silent());
  IoLoop loop;
  auto transport = transport_to(loop, server.url());
  std::promise<void> destroyed;
  transport->start(context_for(seconds(30)), echo(), [&](const Result<Reply>& reply) {
    EXPECT_EQ(text_of(reply), "put");
    transport.reset();
    destroyed.set_value();
  });
  destroyed.get_future().wait();
  EXPECT_EQ(transport, nullptr);
}

TEST(TransportEnd, InsideACallbackCancelsTheOthers) {
  HttpServer server([](Peer& peer) {
    if (peer.number() > 0) return peer.hang();
    peer.read_request();
    peer.send(old_reply(xml_reply("put")));
  });
  IoLoop loop;
  auto transport = transport_to(loop, server.url());
  std::promise<void> first_is_there;
  std::promise<Code> second;
  // The second call hangs on its own connection; then the first one is started anew and ends.
  transport->start(context_for(seconds(30)), echo(), [&](const Result<Reply>& reply) {
    EXPECT_EQ(text_of(reply), "put");
    transport->start(context_for(std::chrono::hours(1)), echo(), [&](const Result<Reply>& late) {
      second.set_value(late ? Code::kInternal : late.error().code);
    });
    transport.reset();
    first_is_there.set_value();
  });
  first_is_there.get_future().wait();
  EXPECT_EQ(second.get_future().get(), Code::kCancelled);
}

TEST(LoopEnd, CancelsCallsOfEveryTransport) {
  HttpServer server(silent());
  std::optional<IoLoop> loop(std::in_place);
  std::vector<std::unique_ptr<HttpTransport>> transports;
  int cancelled = 0;
  std::promise<Code> blocking;
  for (int i = 0; i < 10; ++i) {
    transports.push_back(transport_to(*loop, server.url()));
    transports.back()->start(context_for(std::chrono::hours(1)), echo(),
                             [&](const Result<Reply>& reply) {
                               EXPECT_THAT(reply, FailsWith(Code::kCancelled));
                               ++cancelled;
                             });
  }
  std::jthread caller([&] {
    const auto reply = transports[0]->round_trip(context_for(std::chrono::hours(1)), echo());
    blocking.set_value(reply ? Code::kInternal : reply.error().code);
  });
  wait_for_connections(server, 11);
  loop.reset();
  EXPECT_EQ(cancelled, 10);
  EXPECT_EQ(blocking.get_future().get(), Code::kCancelled);
}

class AfterLoopEnd : public ::testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(Both, AfterLoopEnd, ::testing::Values(Way::kBlocking, Way::kStarted),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(AfterLoopEnd, CallsAreCancelled) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  std::optional<IoLoop> loop(std::in_place);
  const auto transport = transport_to(*loop, server.url());
  EXPECT_EQ(text_of(call(*transport, GetParam(), context_for(seconds(30)), echo())), "put");
  loop.reset();
  EXPECT_THAT(call(*transport, GetParam(), context_for(seconds(30)), echo()),
              FailsWith(Code::kCancelled));
}

TEST(LoopEnd, MayMeetCallsThatAreJustBeingStarted) {
  HttpServer server(answer_all(kept_reply(xml_reply("put"))));
  for (int round = 0; round < 5; ++round) {
    std::optional<IoLoop> loop(std::in_place);
    const auto transport = transport_to(*loop, server.url());
    std::atomic<int> started = 0;
    std::atomic<int> ended = 0;
    std::jthread starter([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        ++started;
        transport->start(context_for(seconds(30)), echo(), [&](const Result<Reply>&) { ++ended; });
      }
    });
    while (started < 5) std::this_thread::yield();
    loop.reset();
    starter.request_stop();
    starter.join();
    EXPECT_EQ(started, ended);
  }
}

}  // namespace
}  // namespace trestle::testing
