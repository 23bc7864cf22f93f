// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_SERVER_H_
#define TRESTLE_TOOLS_SIMULATOR_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "objects/core/result.h"
#include "tools/simulator/certificates.h"
#include "tools/simulator/simulator.h"

namespace trestle::simulator {

struct ServerOptions {
  bool plain = false;             ///< http instead of https
  bool keep_alive = false;        ///< HTTP/1.1 with many requests per connection; else 1.0 with one
  bool unauthorized_401 = false;  ///< a wrong password is 401 on every release
  Certificates* certificates = nullptr;  ///< needed unless plain; must outlive the server
  /// Called on the server's thread before a reply that changed the estate goes out.
  std::function<void()> before_reply = {};
};

/// Where one host listens.
struct Listening {
  std::string host;
  std::string address;
  std::uint16_t port = 0;
  std::string url;
};

/// The agents of a Simulator on real sockets: one thread, timers instead of waiting. A host that is
/// off refuses connections.
class Server {
 public:
  /// Opens a socket for every host; a port 0 becomes a free one, which the host keeps.
  /// kUnavailable names the address that cannot be had.
  static Result<std::unique_ptr<Server>> start(Simulator& simulator, ServerOptions options);

  virtual ~Server() = default;

  [[nodiscard]] virtual std::vector<Listening> listening() const = 0;
  /// To be called when something was changed from outside (power, rules, clock): opens and closes
  /// sockets and sets the timer anew. Returns when that is done. From any thread but the server's.
  virtual void wake() = 0;
  /// Ends all connections and the thread. From any thread but the server's own.
  virtual void stop() = 0;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_SERVER_H_
