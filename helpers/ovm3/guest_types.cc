// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/guest_types.h"

#include <algorithm>

#include "helpers/ovm3/guest_types_table.h"
#include "helpers/ovm3/vm_defaults.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kBlank = " \t";

/// The first word of a line, which is taken off it.
std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find_first_of(kBlank), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(line.find_first_not_of(kBlank, end), line.size()));
  return word;
}

std::vector<GuestTypeRow> read_table(std::string_view text) {
  std::vector<GuestTypeRow> rows;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    GuestTypeRow row;
    row.type.domain_type = take_word(line);
    row.type.kind = take_word(line);
    row.is_beginning = line.ends_with('*');
    if (row.is_beginning) line.remove_suffix(1);
    row.name = line;
    rows.push_back(row);
  }
  return rows;
}

bool fits(const GuestTypeRow& row, std::string_view os_name) {
  return row.is_beginning ? os_name.starts_with(row.name) : os_name == row.name;
}

}  // namespace

const std::vector<GuestTypeRow>& guest_type_rows() {
  static const std::vector<GuestTypeRow> rows = read_table(kGuestTypesTable);
  return rows;
}

GuestType guest_type(std::string_view os_name) {
  const GuestTypeRow* best = nullptr;
  for (const GuestTypeRow& row : guest_type_rows()) {
    if (fits(row, os_name) && (best == nullptr || row.name.size() > best->name.size())) {
      best = &row;
    }
  }
  if (best != nullptr) return best->type;
  return {.domain_type = kEmulated, .kind = "other", .known = false};
}

std::string guest_type_note(const GuestType& type, std::string_view os_name) {
  if (type.known) return {};
  return "guest system '" + std::string(os_name) +
         "' is not in the table, so it gets the default " + std::string(type.domain_type);
}

}  // namespace trestle::ovm3
