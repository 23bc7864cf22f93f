// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/simulator.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "tools/simulator/host_services.h"
#include "tools/simulator/local_transport.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

fs::path make_temporary() {
  std::string name = (fs::temp_directory_path() / "trestle-sim-XXXXXX").string();
  return ::mkdtemp(name.data()) == nullptr ? fs::path() : fs::path(name);
}

bool answers(const Host& host, Instant now) {
  return host.power == Power::kOn && now >= host.agent_back;
}

/// The reply with its value replaced by one of another kind. A fault stays one: made into a reply
/// it would tell of an effect that there was not.
std::string other_type(std::string_view body) {
  if (body.find("<fault>") != std::string_view::npos) return std::string(body);
  const std::size_t at = body.find("<param>");
  const bool is_container =
      body.substr(at == std::string_view::npos ? 0 : at, 40).find("<struct>") !=
      std::string_view::npos;
  ReplyWriter writer;
  if (is_container) return std::move(writer.text("a text where a struct is due")).finish();
  writer.begin_struct().text_member("unexpected", "a struct where none is due").end_struct();
  return std::move(writer).finish();
}

Outcome refused() { return {.kind = Outcome::Kind::kRefused, .body = {}, .cut_at = {}}; }

Outcome dropped(bool after_effect) {
  return {.kind = Outcome::Kind::kDropped, .body = {}, .cut_at = {}, .after_effect = after_effect};
}

}  // namespace

/// One call between submit and its outcome. Shared by the work that is queued for it and by the
/// list that ends it when a host loses power.
struct Simulator::Running {
  struct Watched {
    Host* host;
    std::uint32_t power_epoch;
  };
  std::vector<Watched> hosts;  // the called host, then those it called
  std::function<void(Outcome)> done;
  std::optional<Rule> rule;
  bool finished = false;

  void end(Outcome outcome) {
    if (std::exchange(finished, true)) return;
    done(std::move(outcome));
  }
};

Simulator::Simulator(SimulatorOptions options)
    : clock_(options.clock),
      clock_start_(options.clock->now()),
      epoch_(options.epoch),
      temporary_(options.root.empty() ? std::optional(make_temporary()) : std::nullopt),
      estate_(temporary_ ? *temporary_ : options.root),
      rules_(options.seed),
      services_(all_services()) {
  estate_.run_until(epoch_);
}

Simulator::~Simulator() {
  std::error_code ignored;  // a temporary folder that stays does no harm
  if (temporary_ && !temporary_->empty()) fs::remove_all(*temporary_, ignored);
}

Result<std::unique_ptr<Transport>> Simulator::transport(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  Host* host = estate_.find_host(name);
  if (host == nullptr) {
    return fail(Code::kNotFound, "the estate has no host named '" + std::string(name) +
                                     "'; use a name or address of the world");
  }
  return std::unique_ptr<Transport>(std::make_unique<LocalTransport>(*this, *host));
}

Instant Simulator::instant_of(Clock::TimePoint when) const {
  return epoch_ + (when - clock_start_);
}

Clock::TimePoint Simulator::time_point_of(Instant when) const {
  return clock_start_ + (when - epoch_);
}

void Simulator::catch_up() {
  estate_.run_until(instant_of(clock_->now()));
  end_calls_of_dead_hosts();
}

void Simulator::end_calls_of_dead_hosts() {
  std::erase_if(calls_, [](const std::weak_ptr<Running>& entry) {
    const auto running = entry.lock();
    if (!running || running->finished) return true;
    const auto lost = [](const Running::Watched& w) {
      return w.host->power_epoch != w.power_epoch;
    };
    if (std::ranges::none_of(running->hosts, lost)) return false;
    running->end(dropped(false));
    return true;
  });
}

void Simulator::advance() {
  const std::scoped_lock lock(mutex_);
  catch_up();
}

std::optional<Clock::TimePoint> Simulator::next_due() {
  const std::scoped_lock lock(mutex_);
  const auto due = estate_.next_due();
  return due ? std::optional(time_point_of(*due)) : std::nullopt;
}

void Simulator::submit(Host& host, std::string_view service, Array args,
                       std::function<void(Outcome)> done) {
  const std::scoped_lock lock(mutex_);
  catch_up();
  auto running = std::make_shared<Running>();
  running->hosts.push_back({&host, host.power_epoch});
  running->done = std::move(done);
  if (!answers(host, estate_.now())) return running->end(refused());
  running->rule = rules_.match_call(host.name, service);
  Span delay = estate_.durations.any_call;
  if (running->rule) {
    const Rule& rule = *running->rule;
    switch (rule.action) {
      case Action::kFault:
        return running->end(
            {.body =
                 fault_document(1, fault_string({rule.fault_class, rule.fault_text}, host.release)),
             .cut_at = {}});
      case Action::kHttpStatus:
        return running->end(
            {.kind = Outcome::Kind::kStatus, .status = rule.status, .body = {}, .cut_at = {}});
      case Action::kHang:
        return running->end({.kind = Outcome::Kind::kHang, .body = {}, .cut_at = {}});
      case Action::kDropBefore:
        return running->end(dropped(false));
      case Action::kDelay:
        delay += rule.delay;
        break;
      default:
        break;
    }
  }
  calls_.push_back(running);
  if (delay == Span::zero()) {
    begin(running, host, service, args);
  } else {
    estate_.after(delay, host,
                  [this, running, &host, name = std::string(service), args = std::move(args)] {
                    begin(running, host, name, args);
                  });
  }
  end_calls_of_dead_hosts();
}

Answer Simulator::answer_of(Host& host, std::string_view service, const Array& args) {
  const Handler* handler = services_.find(service);
  if (handler == nullptr && is_catalogue_service(service) && !is_module_call(service)) {
    return exception("the simulator does not model '" + std::string(service) +
                     "'; `trestle-sim services` lists what it models");
  }
  if (handler == nullptr || (is_module_call(service) && !host.module_installed)) {
    return exception("method \"" + std::string(service) + "\" is not supported");
  }
  if (!host.owned() && needs_owner(service)) return not_owned();
  return (*handler)(Call{estate_, host, service, args});
}

void Simulator::begin(const std::shared_ptr<Running>& running, Host& host, std::string_view service,
                      const Array& args) {
  settle(running, host, std::string(service), args, answer_of(host, service, args));
}

void Simulator::settle(const std::shared_ptr<Running>& running, Host& host,
                       const std::string& service, const Array& args, Answer answer) {
  auto& content = answer.content();
  if (auto* body = std::get_if<std::string>(&content)) return finish(*running, std::move(*body));
  if (const auto* fault = std::get_if<Fault>(&content)) {
    return finish(*running, fault_document(1, fault_string(*fault, host.release)));
  }
  if (auto* forward = std::get_if<Answer::Forward>(&content)) {
    Host& target = *forward->host;
    if (!answers(target, estate_.now())) {
      const Fault fault{"socket.error", "(111, 'Connection refused')"};
      return finish(*running, fault_document(1, fault_string(fault, host.release)));
    }
    running->hosts.push_back({&target, target.power_epoch});
    return begin(running, target, forward->service, forward->args);
  }
  auto& later = std::get<Answer::Later>(content);
  estate_.after(later.delay, host,
                [this, running, &host, service, args, next = std::move(later.next)] {
                  settle(running, host, service, args, next(Call{estate_, host, service, args}));
                });
}

void Simulator::finish(Running& running, std::string body) {
  Outcome outcome{.body = std::move(body), .cut_at = {}};
  if (running.rule) {
    const Rule& rule = *running.rule;
    switch (rule.action) {
      case Action::kDropAfter:
        outcome = dropped(true);
        break;
      case Action::kTruncate:
        outcome.cut_at = std::min<std::size_t>(rule.bytes, outcome.body.size());
        break;
      case Action::kGarbage:
        outcome.body = std::string("\x16\x03\x01\0<<not xml>>\xff\xfe", 17);
        break;
      case Action::kWrongType:
        outcome.body = other_type(outcome.body);
        break;
      case Action::kSlowDrip:
        outcome.drip_bytes = std::max<std::size_t>(rule.bytes, 1);
        outcome.drip_every = rule.delay;
        break;
      default:
        break;
    }
  }
  running.end(std::move(outcome));
}

bool Simulator::power_off(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  catch_up();
  Host* host = estate_.find_host(name);
  if (host == nullptr) return false;
  cut_power(estate_, *host);
  end_calls_of_dead_hosts();
  return true;
}

bool Simulator::power_on(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  catch_up();
  Host* host = estate_.find_host(name);
  if (host == nullptr) return false;
  if (host->power == Power::kOff) start_host(estate_, *host);
  return true;
}

void cut_power(Estate& estate, Host& host) {
  beat(estate);  // the last heartbeat is the one before the cut
  host.heartbeat_guid.clear();
  host.power = Power::kOff;
  ++host.power_epoch;
  host.domains.clear();
  host.next_domid = 1;
  estate.drop_locks(host);
  host.network.virtual_ip.clear();
  host.network.virtual_ip_interface.clear();
  // Mounts made by hand do not come back; those of repository records do (start_host).
  host.mounts.clear();
  if (host.cluster) host.cluster->online = false;
  estate.touch();
}

void start_host(Estate& estate, Host& host) {
  host.power = Power::kBooting;
  estate.touch();
  estate.after(estate.durations.boot_host, host, [&estate, &host] {
    host.power = Power::kOn;
    host.booted = estate.now();
    for (const RepositoryRecord& record : host.repositories) {
      host.mounts.push_back({.dir = record.mount_point,
                             .device = record.fs_location,
                             .type = record.filesystem,
                             .options = {}});
    }
    if (host.cluster) host.cluster->online = true;
    // A local bridge comes back, an address that no file names does not (control0).
    for (Bridge& bridge : host.network.bridges) {
      if (bridge.ports.empty() && bridge.boot_proto == "none") bridge.ip = {};
    }
    estate.touch();
  });
}

}  // namespace trestle::simulator
