// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "tools/simulator/certificates.h"
#include "tools/simulator/control.h"
#include "tools/simulator/program.h"
#include "tools/simulator/server.h"
#include "tools/simulator/sim_clock.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/state_file.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

/// How often a state that could not be stored at once is looked at.
constexpr timespec kLookAgain{.tv_sec = 0, .tv_nsec = 200'000'000};

Result<std::string> read_text(const std::string& file, std::string_view what) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(Code::kNotFound,
                "cannot read the " + std::string(what) + " " + file + "; check the path");
  }
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

Result<World> world_of(const ServeOptions& options) {
  World world;
  if (options.world.empty()) {
    const auto release = parse_release(options.release);
    if (!release) {
      return fail(Code::kInvalidArgument,
                  "unknown release '" + options.release + "'; use 3.2.1, 3.3.1 or 3.4");
    }
    world = default_world(options.hosts, *release);
    world.generate.vms_per_host = options.vms_per_host;
    const bool shared = options.port_base >= 0;
    world.generate.own_addresses = !shared;
    world.generate.first_address = shared ? "127.0.0.1" : options.first_address;
    world.generate.port = static_cast<std::uint16_t>(shared ? options.port_base : options.port);
  } else {
    TRESTLE_ASSIGN_OR_RETURN(const std::string text, read_text(options.world, "world"));
    auto read = read_world(text);
    if (!read) return fail(wrap("reading the world " + options.world, std::move(read).error()));
    world = *std::move(read);
  }
  if (!options.password_file.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(std::string password,
                             read_text(options.password_file, "password file"));
    world.password = password.substr(0, password.find_first_of("\r\n"));
    if (world.password.empty()) {
      return fail(Code::kInvalidArgument, "the password file " + options.password_file +
                                              " is empty; write the password on its first line");
    }
  }
  return world;
}

Instant machine_time() {
  return std::chrono::duration_cast<Instant>(std::chrono::system_clock::now().time_since_epoch());
}

/// Everything that runs together, in order of construction; ended in the opposite order.
class Service {
 public:
  explicit Service(const ServeOptions& options) : options_(options) {}

  Result<void> start() {
    TRESTLE_RETURN_IF_ERROR(set_up_estate());
    TRESTLE_RETURN_IF_ERROR(set_up_certificates());
    ServerOptions server{.plain = options_.plain,
                         .keep_alive = options_.http11,
                         .unauthorized_401 = options_.status_401,
                         .certificates = certificates_ ? &*certificates_ : nullptr};
    if (state_) server.before_reply = [this] { store(); };
    TRESTLE_ASSIGN_OR_RETURN(server_, Server::start(*simulator_, std::move(server)));
    control_path_ =
        options_.control.empty() ? folder() / "control.sock" : fs::path(options_.control);
    ControlHooks hooks{.changed = [this] { server_->wake(); },
                       .step = [this](std::chrono::nanoseconds by) { clock_.step(by); },
                       .shut_down = [] { ::kill(::getpid(), SIGTERM); }};
    TRESTLE_ASSIGN_OR_RETURN(control_,
                             ControlSocket::open(control_path_, *simulator_, std::move(hooks)));
    if (state_) TRESTLE_RETURN_IF_ERROR(state_->save(*simulator_, follows_real_time_));
    return announce();
  }

  /// Until a signal of `signals`; stores what could not be stored at once.
  void wait(const sigset_t& signals) {
    while (::sigtimedwait(&signals, nullptr, &kLookAgain) < 0) {
      if (state_) store();
    }
  }

  Result<void> end() {
    control_.reset();
    server_->stop();
    if (!state_) return {};
    return state_->save(*simulator_, follows_real_time_);
  }

 private:
  Result<void> set_up_estate() {
    TRESTLE_ASSIGN_OR_RETURN(const World world, world_of(options_));
    std::optional<StoredState> stored;
    SimulatorOptions simulator{.root = {}, .clock = &clock_, .seed = world.seed};
    follows_real_time_ = world.start_seconds == 0;
    simulator.epoch =
        follows_real_time_ ? machine_time() : Instant(std::chrono::seconds(world.start_seconds));
    if (!options_.state.empty()) {
      state_.emplace(options_.state);
      TRESTLE_ASSIGN_OR_RETURN(stored, state_->load());
      if (!state_->warning().empty()) std::cerr << "trestle-sim: " << state_->warning() << "\n";
      simulator.root = state_->root();
      fs::create_directories(simulator.root);
    }
    if (stored) {
      follows_real_time_ = stored->follows_real_time;
      simulator.epoch = follows_real_time_ ? std::max(stored->now, machine_time()) : stored->now;
    }
    simulator_ = std::make_unique<Simulator>(std::move(simulator));
    if (stored) {
      restore(*simulator_, *std::move(stored));
      return {};
    }
    TRESTLE_RETURN_IF_ERROR(set_scene(*simulator_, world));
    return {};
  }

  Result<void> set_up_certificates() {
    if (options_.plain) return {};
    const std::string name = "authority.pem";
    const auto kept = state_ ? state_->read_secret(name) : std::nullopt;
    TRESTLE_ASSIGN_OR_RETURN(certificates_, Certificates::make(kept.value_or("")));
    if (state_ && !kept) {
      TRESTLE_RETURN_IF_ERROR(state_->write_secret(name, certificates_->stored()));
    }
    ca_file_ = options_.ca_file.empty() ? folder() / "ca.pem" : fs::path(options_.ca_file);
    return write_durably(ca_file_, certificates_->ca_pem());
  }

  /// Where the program's own files go: the state folder, or the temporary one.
  [[nodiscard]] fs::path folder() const {
    if (state_) return options_.state;
    return simulator_->with_estate([](const Estate& estate) { return estate.root(); });
  }

  /// An address of the hosts' network that no host has, for a pool.
  [[nodiscard]] std::string free_address() const {
    std::uint32_t highest = 0;
    for (const Listening& host : server_->listening()) {
      highest = std::max(highest, parse_ipv4(host.address).value_or(0));
    }
    return ipv4_text(highest + 1);
  }

  Result<void> announce() const {
    nlohmann::ordered_json ready{{"pid", ::getpid()}, {"control", control_path_.string()}};
    if (certificates_) {
      ready["ca_pem"] = certificates_->ca_pem();
      ready["pin"] = certificates_->pin();
      std::cout << "pin " << certificates_->pin() << "\n";
      ready["ca_file"] = fs::absolute(ca_file_).string();
      std::cout << "ca " << ca_file_.string() << "\n";
    }
    std::cout << "control " << control_path_.string() << "\n";
    simulator_->with_estate([&](const Estate& estate) {
      ready["exports"] = nlohmann::ordered_json::array();
      for (const auto& share : estate.exports) ready["exports"].push_back(share->device);
    });
    ready["virtual_ip"] = free_address();
    for (const Listening& host : server_->listening()) {
      ready["hosts"].push_back(
          {{"name", host.host}, {"url", host.url}, {"address", host.address}, {"port", host.port}});
      std::cout << host.host << " " << host.url << "\n";
    }
    std::cout << "ready" << std::endl;
    if (options_.ready_file.empty()) return {};
    return write_durably(options_.ready_file, ready.dump(2) + "\n");
  }

  void store() {
    const auto stored = state_->save_if_due(*simulator_, follows_real_time_);
    if (!stored) std::cerr << "trestle-sim: " << stored.error().message() << "\n";
  }

  const ServeOptions& options_;
  SimClock clock_;
  bool follows_real_time_ = true;
  std::optional<StateFile> state_;
  std::unique_ptr<Simulator> simulator_;
  std::optional<Certificates> certificates_;
  std::unique_ptr<Server> server_;
  fs::path ca_file_;
  fs::path control_path_;
  std::unique_ptr<ControlSocket> control_;
};

int report(const Error& error) {
  std::cerr << "trestle-sim: " << error.message() << "\n";
  return error.code == Code::kInvalidArgument ? kExitUsage : kExitFailed;
}

}  // namespace

int serve(const ServeOptions& options) {
  // Blocked before any thread starts, so that only the wait below takes them.
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  Service service(options);
  if (const auto started = service.start(); !started) return report(started.error());
  service.wait(signals);
  if (const auto ended = service.end(); !ended) return report(ended.error());
  return kExitDone;
}

int list_services(bool json) {
  const Services services = all_services();
  if (json) {
    std::cout << nlohmann::json(services.names()).dump(2) << "\n";
    return kExitDone;
  }
  for (const std::string& name : services.names()) std::cout << name << "\n";
  return kExitDone;
}

int send_request(const fs::path& socket, const std::string& request) {
  const auto answer = send_control(socket, request);
  if (!answer) return report(answer.error());
  const auto json = nlohmann::ordered_json::parse(*answer, nullptr, false);
  if (json.is_object() && json.value("ok", false)) {
    std::cout << json.dump(2) << "\n";
    return kExitDone;
  }
  std::cerr << "trestle-sim: " << (json.is_object() ? json.value("error", *answer) : *answer)
            << "\n";
  return kExitFailed;
}

Result<fs::path> socket_of(const fs::path& ready_file) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, read_text(ready_file.string(), "ready file"));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("control") || !json["control"].is_string()) {
    return fail(Code::kInvalidArgument,
                ready_file.string() + " is no ready file of trestle-sim serve");
  }
  return fs::path(json["control"].get<std::string>());
}

}  // namespace trestle::simulator
