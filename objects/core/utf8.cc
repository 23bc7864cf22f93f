// SPDX-License-Identifier: Apache-2.0
#include "objects/core/utf8.h"

namespace trestle {

void append_utf8(std::uint32_t point, std::string& into) {
  if (!is_character(point)) point = kReplacementCharacter;
  const auto tail = [&](unsigned shift) {
    into += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80) {
    into += static_cast<char>(point);
  } else if (point < 0x800) {
    into += static_cast<char>(0xC0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    into += static_cast<char>(0xE0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    into += static_cast<char>(0xF0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace trestle
