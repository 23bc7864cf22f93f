// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_SERVICES_H_
#define TRESTLE_TOOLS_SIMULATOR_SERVICES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "objects/ovm3/api/service.h"
#include "tools/simulator/model.h"
#include "tools/simulator/reply_writer.h"

namespace trestle::simulator {

class Answer;

/// One call that reached a service. Lives only during the handler: what goes on later gets a new
/// one.
struct Call {
  Estate& estate;
  Host& host;
  std::string_view service;
  const Array& args;
};

/// What a handler says: a reply, a fault, something that takes time, or a call handed to another
/// host.
class Answer {
 public:
  struct Later {
    Span delay;
    std::function<Answer(const Call&)> next;
  };
  struct Forward {
    Host* host;
    std::string service;
    Array args;
  };
  using Content = std::variant<std::string, Fault, Later, Forward>;

  // NOLINTNEXTLINE(google-explicit-constructor): `return fault;` is how a service raises
  Answer(Fault fault) : content_(std::move(fault)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): `return std::move(writer);` ends a handler
  Answer(ReplyWriter&& writer) : content_(std::move(writer).finish()) {}

  [[nodiscard]] static Answer nil();
  [[nodiscard]] static Answer boolean(bool v);
  [[nodiscard]] static Answer integer(std::int64_t v);
  [[nodiscard]] static Answer text(std::string_view v);     ///< <string>
  [[nodiscard]] static Answer untyped(std::string_view v);  ///< no type element
  [[nodiscard]] static Answer value(const Value& v);

  /// The call goes on after `delay` with `next`, unless the host loses power. Changes belong into
  /// the last step, so that a call that is cut off has done nothing.
  [[nodiscard]] static Answer later(Span delay, std::function<Answer(const Call&)> next);
  /// Another host's answer to another call (the service `dispatch`).
  [[nodiscard]] static Answer forward(Host& host, std::string service, Array args);

  [[nodiscard]] Content& content() { return content_; }

 private:
  explicit Answer(Content content) : content_(std::move(content)) {}
  Content content_;
};

using Handler = std::function<Answer(const Call&)>;

/// Turns one wire argument into what the row says it is; the fault is Python's.
template <class T>
struct Argument;

/// The services that are modelled, by name. Filled once by register_all, read-only afterwards.
class Services {
 public:
  /// Models the service of a row: `handler(call, args...)` gets the arguments as the row types
  /// them. Too few, too many or wrong arguments are faults before the handler is reached.
  template <class R, class... A, class F>
  void on(const ovm3::api::Service<R(A...)>& row, F handler) {
    add(row.name, typed<A...>(std::move(handler), std::index_sequence_for<A...>{}));
  }
  /// Models a service whose arguments differ between releases: the handler checks call.args.
  void on_raw(std::string_view name, Handler handler) { add(name, std::move(handler)); }

  [[nodiscard]] const Handler* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;  ///< sorted

 private:
  template <class... A, class F, std::size_t... I>
  static Handler typed(F handler, std::index_sequence<I...> /*positions*/);
  void add(std::string_view name, Handler handler);

  std::map<std::string, Handler, std::less<>> handlers_;
};

/// Runs `body` while this call holds a lock file of its host; waits for the lock as the agent does,
/// 360 s, then raises LockError.
[[nodiscard]] Answer with_lock(const Call& call, std::string name, Handler body);

/// One function per part, each in services_<part>.cc.
void register_common(Services& services);
void register_host(Services& services);
void register_hypervisor(Services& services);
void register_remote(Services& services);
void register_module(Services& services);
void register_repository(Services& services);
void register_storage(Services& services);
void register_ownership(Services& services);
void register_pool(Services& services);
void register_cluster(Services& services);
void register_network(Services& services);
/// All of them.
[[nodiscard]] Services all_services();

/// The module's calls answer only on hosts that have it installed.
[[nodiscard]] bool is_module_call(std::string_view name);
/// True if the catalogue has a service of that name, modelled or not.
[[nodiscard]] bool is_catalogue_service(std::string_view name);

/// "f() takes exactly N arguments (M given)".
[[nodiscard]] Fault wrong_argument_count(std::string_view service, std::size_t wanted_least,
                                         std::size_t wanted_most, std::size_t given);
/// "an integer is required" and its like, naming the argument.
[[nodiscard]] Fault wrong_argument_type(std::string_view service, std::size_t index,
                                        std::string_view wanted);
/// True for changing services that a host without an owner refuses.
[[nodiscard]] bool needs_owner(std::string_view service);
/// Fault of such a call.
[[nodiscard]] Fault not_owned();
/// "Invalid roles: ..." unless every role is xen or utility.
[[nodiscard]] std::optional<Fault> refuse_roles(std::string_view roles);

}  // namespace trestle::simulator

#include "tools/simulator/arguments.h"  // IWYU pragma: export (bodies of the templates above)

#endif  // TRESTLE_TOOLS_SIMULATOR_SERVICES_H_
