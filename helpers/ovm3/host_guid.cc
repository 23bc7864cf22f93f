// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_guid.h"

#include <cctype>
#include <cstddef>

namespace trestle::ovm3 {
namespace {

constexpr std::size_t kUuidDigits = 32;

}  // namespace

Result<std::string> guid_of(const ServerInfo& server) {
  std::string digits;
  for (const char c : server.unique_id.value_or("")) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isxdigit(byte) != 0) digits += static_cast<char>(std::tolower(byte));
  }
  if (digits.size() != kUuidDigits) {
    return fail(Code::kBadReply, "the host tells '" + server.unique_id.value_or("nothing") +
                                     "' as its unique id, which should be 16 bytes; look at its "
                                     "firmware (dmidecode -s system-uuid)");
  }
  for (const std::size_t dash : {20U, 16U, 12U, 8U}) digits.insert(dash, "-");
  return digits;
}

}  // namespace trestle::ovm3
