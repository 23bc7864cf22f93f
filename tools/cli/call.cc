// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/call.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "objects/wire/codec.h"
#include "tools/cli/connect.h"

namespace trestle::cli {

Result<Connection> Call::connection() {
  if (!connection_) {
    TRESTLE_ASSIGN_OR_RETURN(connection_, connection_of(args, world_, std::nullopt, &password_));
  }
  return *connection_;
}

Result<ovm3::Agent> Call::agent() {
  if (agent_) return *agent_;
  TRESTLE_ASSIGN_OR_RETURN(const Connection to, connection());
  TRESTLE_ASSIGN_OR_RETURN(auto transport, world_.connect(to, log_));
  transports_.push_back(std::move(transport));
  agent_.emplace(*transports_.back(), log_);
  return *agent_;
}

Result<ovm3::Agent> Call::agent_at(const std::string& url) {
  TRESTLE_ASSIGN_OR_RETURN(Transport* const transport, transport_at(url));
  return ovm3::Agent(*transport, log_);
}

Result<Transport*> Call::transport_at(const std::string& url) {
  TRESTLE_ASSIGN_OR_RETURN(const Connection to, connection_of(args, world_, url, &password_));
  TRESTLE_ASSIGN_OR_RETURN(auto transport, world_.connect(to, log_));
  transports_.push_back(std::move(transport));
  return transports_.back().get();
}

Result<CallContext> Call::context(std::chrono::milliseconds budget) const {
  TRESTLE_ASSIGN_OR_RETURN(const auto given, args.duration("timeout", budget));
  CallContext ctx = context_for(given, world_.clock);
  ctx.stop = world_.stop;
  return ctx;
}

Result<std::string> Call::read_file(const std::string& name) const {
  std::ifstream opened;
  if (name != "-") {
    opened.open(name, std::ios::binary);
    if (!opened) {
      return fail(Code::kNotFound, "cannot read the file " + name + "; check the name");
    }
  }
  std::istream& in = name == "-" ? world_.in : opened;
  std::string content;
  constexpr std::size_t kPart = std::size_t{1} << 16U;
  std::string part(kPart, '\0');
  while (in.read(part.data(), kPart) || in.gcount() > 0) {
    content.append(part, 0, static_cast<std::size_t>(in.gcount()));
    if (content.size() > wire::kMaxReplyBytes) {
      return fail(Code::kResourceExhausted, "the file " + name + " has more than " +
                                                std::to_string(wire::kMaxReplyBytes) +
                                                " bytes, the most that is read");
    }
  }
  if (name != "-" && in.bad()) {
    return fail(Code::kNotFound, "cannot read the file " + name + "; is it a folder?");
  }
  return content;
}

}  // namespace trestle::cli
