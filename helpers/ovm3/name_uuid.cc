// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/name_uuid.h"

#include <openssl/evp.h>

#include <array>

#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {

std::string name_uuid(std::string_view name) {
  std::array<unsigned char, 16> bytes{};
  EVP_Digest(name.data(), name.size(), bytes.data(), nullptr, EVP_md5(), nullptr);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x30U);  // version 3
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);  // the variant of RFC 4122
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string digits;
  for (const unsigned char byte : bytes) {
    digits += kHex[byte >> 4U];
    digits += kHex[byte & 0xFU];
  }
  return with_dashes(digits);
}

VmId vm_id_of_name(std::string_view name) { return *VmId::parse(name_uuid(name)); }

}  // namespace trestle::ovm3
