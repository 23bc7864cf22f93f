// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/boot_arguments.h"

namespace trestle::ovm3 {
namespace {

constexpr char kBlank = '%';
constexpr char kEscape = '^';
constexpr std::string_view kDigits = "0123456789ABCDEF";
/// Quotes and parentheses are the boot loader's own in its answer to the hypervisor's daemon, the
/// backslash is vm.cfg's, the others are the shell's in the scripts of the guest.
constexpr std::string_view kTaken = "\"'()\\$`%^";

bool travels_as_it_is(char c) {
  return c > ' ' && c < '\x7F' && kTaken.find(c) == std::string_view::npos;
}

}  // namespace

Result<std::string> encode_boot_arguments(std::string_view arguments, std::size_t others) {
  std::string out;
  for (const char c : arguments) {
    if (c == '\0') {
      return fail(Code::kInvalidArgument,
                  "the boot arguments have a zero byte in them, which no command line can hold");
    }
    if (c == ' ') {
      out += kBlank;
    } else if (travels_as_it_is(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += kEscape;
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  if (others <= kLongestCommandLine && out.size() <= kLongestCommandLine - others) return out;
  return fail(Code::kResourceExhausted,
              "the boot arguments take " + std::to_string(out.size()) + " bytes" +
                  (others > 0 ? " beside " + std::to_string(others) + " of the boot loader" : "") +
                  ", and Xen cuts a command line after " + std::to_string(kLongestCommandLine) +
                  "; shorten names, domains or lists of addresses of this system VM's networks");
}

Result<std::string> decode_boot_arguments(std::string_view extra) {
  std::string out;
  for (std::size_t i = 0; i < extra.size(); ++i) {
    if (extra[i] == kBlank) {
      out += ' ';
    } else if (extra[i] != kEscape) {
      out += extra[i];
    } else {
      const std::string_view pair = extra.substr(i + 1, 2);
      const std::size_t high = pair.size() == 2 ? kDigits.find(pair[0]) : std::string_view::npos;
      const std::size_t low = pair.size() == 2 ? kDigits.find(pair[1]) : std::string_view::npos;
      if (high == std::string_view::npos || low == std::string_view::npos) {
        return fail(Code::kBadReply,
                    "the boot arguments have '^' without two hexadecimal digits at byte " +
                        std::to_string(i) + "; they were not written by this program");
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool plain_boot_arguments(std::string_view extra) {
  return extra.find(kEscape) == std::string_view::npos;
}

}  // namespace trestle::ovm3
