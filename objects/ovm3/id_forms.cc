// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/id_forms.h"

#include <algorithm>

#include "objects/core/ids.h"

namespace trestle::ovm3 {

std::string without_dashes(std::string_view uuid) {
  std::string plain(uuid);
  if (!detail::uuid_key(uuid).empty()) std::erase(plain, '-');
  return plain;
}

std::string with_dashes(std::string_view uuid) {
  if (detail::uuid_key(uuid).empty()) return std::string(uuid);
  std::string text = without_dashes(uuid);
  for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

}  // namespace trestle::ovm3
