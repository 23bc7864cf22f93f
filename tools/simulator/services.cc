// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/services.h"

#include <array>
#include <utility>

#include "objects/ovm3/api/all.h"

namespace trestle::simulator {

Answer Answer::nil() { return Answer(std::move(ReplyWriter().nil())); }
Answer Answer::boolean(bool v) { return Answer(std::move(ReplyWriter().boolean(v))); }
Answer Answer::integer(std::int64_t v) { return Answer(std::move(ReplyWriter().integer(v))); }
Answer Answer::text(std::string_view v) {
  return Answer(std::move(ReplyWriter(v.size() + 64).text(v)));
}
Answer Answer::untyped(std::string_view v) {
  return Answer(std::move(ReplyWriter(v.size() + v.size() / 2).untyped(v)));
}
Answer Answer::value(const Value& v) { return Answer(std::move(ReplyWriter().value(v))); }

Answer Answer::later(Span delay, std::function<Answer(const Call&)> next) {
  return Answer(Content(Later{.delay = delay, .next = std::move(next)}));
}

Answer Answer::forward(Host& host, std::string service, Array args) {
  return Answer(
      Content(Forward{.host = &host, .service = std::move(service), .args = std::move(args)}));
}

const Handler* Services::find(std::string_view name) const {
  const auto found = handlers_.find(name);
  return found == handlers_.end() ? nullptr : &found->second;
}

std::vector<std::string> Services::names() const {
  std::vector<std::string> names;
  names.reserve(handlers_.size());
  for (const auto& [name, handler] : handlers_) names.push_back(name);
  return names;
}

void Services::add(std::string_view name, Handler handler) {
  handlers_.insert_or_assign(std::string(name), std::move(handler));
}

Services all_services() {
  Services services;
  register_common(services);
  register_host(services);
  register_hypervisor(services);
  register_module(services);
  register_remote(services);
  register_network(services);
  register_ownership(services);
  register_pool(services);
  register_cluster(services);
  register_repository(services);
  register_storage(services);
  return services;
}

namespace {

/// How long an agent waits for a lock file, and how often the simulator looks.
constexpr Span kLockPatience = std::chrono::seconds(360);
constexpr Span kLockPoll = std::chrono::milliseconds(100);

Answer unlock_at_end(const Call& call, std::string name, Answer answer) {
  auto* later = std::get_if<Answer::Later>(&answer.content());
  if (later == nullptr) {
    call.estate.unlock(call.host, name);
    return answer;
  }
  return Answer::later(later->delay,
                       [name = std::move(name), next = std::move(later->next)](const Call& again) {
                         return unlock_at_end(again, name, next(again));
                       });
}

Answer wait_for_lock(const Call& call, const std::string& name, Span waited, const Handler& body) {
  if (call.estate.lock(call.host, name)) return unlock_at_end(call, name, body(call));
  if (waited >= kLockPatience) {
    return Fault{"agent.lib.filelock.LockError",
                 "Lock file /var/run/ovs-agent/" + name + ".lock failed: timeout"};
  }
  return Answer::later(kLockPoll, [name, waited, body](const Call& again) {
    return wait_for_lock(again, name, waited + kLockPoll, body);
  });
}

}  // namespace

Answer with_lock(const Call& call, std::string name, Handler body) {
  return wait_for_lock(call, name, Span::zero(), body);
}

bool is_module_call(std::string_view name) {
  const auto row = ovm3::api::find_row(name);
  return row && row->group == "module";
}

bool is_catalogue_service(std::string_view name) { return ovm3::api::find_row(name).has_value(); }

bool needs_owner(std::string_view service) {
  const auto row = ovm3::api::find_row(service);
  if (!row || row->effect == Effect::kReads) return false;
  constexpr std::array<std::string_view, 6> kOwned{"cluster",    "hypervisor", "poolfs",
                                                   "repository", "serverpool", "storageplugin"};
  if (service == "take_ownership" || service == "release_ownership") return false;
  for (const std::string_view group : kOwned) {
    if (row->group == group) return true;
  }
  return false;
}

Fault wrong_argument_count(std::string_view service, std::size_t wanted_least,
                           std::size_t wanted_most, std::size_t given) {
  const bool exact = wanted_least == wanted_most;
  const std::size_t wanted = given < wanted_least ? wanted_least : wanted_most;
  return {"exceptions.TypeError", std::string(service) + "() takes " +
                                      (exact                  ? "exactly "
                                       : given < wanted_least ? "at least "
                                                              : "at most ") +
                                      std::to_string(wanted) +
                                      (wanted == 1 ? " argument (" : " arguments (") +
                                      std::to_string(given) + " given)"};
}

Fault wrong_argument_type(std::string_view service, std::size_t index, std::string_view wanted) {
  return {"exceptions.TypeError", std::string(service) + "() argument " +
                                      std::to_string(index + 1) + " must be " +
                                      std::string(wanted)};
}

Fault not_owned() { return exception("Server is not owned by any manager"); }

}  // namespace trestle::simulator
