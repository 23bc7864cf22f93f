// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_TEMPLATE_SERVER_H_
#define TRESTLE_SYSTEMVM_TEMPLATE_SERVER_H_

#include <atomic>
#include <cstdint>
#include <list>
#include <string>
#include <thread>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/file.h"

namespace trestle::systemvm {

/// Offers one file over plain HTTP, so that CloudStack can download a template: GET and HEAD,
/// whole or from a byte on. Everything else is refused. Call from one thread.
class TemplateServer {
 public:
  /// Listens on `address`, "ADDR:PORT" or "[V6]:PORT"; port 0 takes a free one. Errors:
  /// kInvalidArgument for the address, those of the system.
  [[nodiscard]] static Result<TemplateServer> listen(ReadFile file, const std::string& address);

  /// The URL of the file, seen from `host` (a name or an address that CloudStack can reach).
  [[nodiscard]] std::string url(const std::string& host) const;
  /// Answers until the context ends, which is no error; the number of files sent whole or in part.
  /// Errors: those of the system.
  [[nodiscard]] Result<std::uint64_t> serve(const CallContext& ctx) const;

 private:
  TemplateServer(ReadFile file, Descriptor socket, std::uint16_t port)
      : file_(std::move(file)), socket_(std::move(socket)), port_(port) {}

  ReadFile file_;
  Descriptor socket_;
  std::uint16_t port_;
};

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_TEMPLATE_SERVER_H_
