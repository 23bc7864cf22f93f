// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/shell_words.h"

namespace trestle::ovm3 {

Result<std::string> quote_words(const std::vector<std::string>& words) {
  if (words.empty()) return fail(Code::kInvalidArgument, "a remote command needs a program's name");
  std::string line;
  for (const std::string& word : words) {
    if (word.find('\0') != std::string::npos) {
      return fail(Code::kInvalidArgument,
                  "a word of a remote command has a zero byte; no program can be given one");
    }
    if (!line.empty()) line += ' ';
    line += '\'';
    for (const char c : word) {
      if (c == '\'') {
        line += "'\\''";  // out of the quotes, one escaped quote, in again
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

}  // namespace trestle::ovm3
