// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "tools/cli/json_value.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

struct Row {
  std::string name;
  const Value* value = nullptr;
};

bool is_struct_list(const Value& value) {
  const auto* items = value.get_if<Array>();
  return items != nullptr && !items->empty() &&
         std::ranges::all_of(*items, [](const Value& v) { return v.get_if<Struct>() != nullptr; });
}

std::string number_text(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

std::string with_unit(std::string_view name, std::int64_t number) {
  if (number >= 0 && name.ends_with("_bytes")) {
    return human_bytes(static_cast<std::uint64_t>(number));
  }
  if (number >= 0 && name.ends_with("_mib")) return std::to_string(number) + " MiB";
  return std::to_string(number);
}

/// One value in one cell; lists of plain values in a row, anything deeper as JSON.
std::string cell(std::string_view name, const Value& value) {
  if (value.is_nil()) return "-";
  if (const auto* flag = value.get_if<bool>()) return *flag ? "yes" : "no";
  if (const auto* number = value.get_if<std::int64_t>()) return with_unit(name, *number);
  if (const auto* real = value.get_if<double>()) return number_text(*real);
  if (const auto* text = value.get_if<std::string>()) {
    return text->empty() ? "-" : printable(*text);
  }
  if (const auto* when = value.get_if<DateTime>()) return printable(when->text);
  const auto* items = value.get_if<Array>();
  if (items == nullptr) return printable(to_json(value));
  std::string text;
  for (const Value& item : *items) text += (text.empty() ? "" : ", ") + cell(name, item);
  return text.empty() ? "-" : text;
}

/// The value at a dotted path, nil if there is none; "disks[].dev" is the list of all `dev`.
Value at_path(const Value& value, std::string_view path) {
  if (path.empty()) return value;
  const std::size_t dot = std::min(path.find('.'), path.size());
  std::string_view name = path.substr(0, dot);
  const std::string_view rest = path.substr(std::min(dot + 1, path.size()));
  const bool each = name.ends_with("[]");
  if (each) name.remove_suffix(2);
  const Value* const found = value.find(name);
  if (found == nullptr) return Nil{};
  const auto* const items = found->get_if<Array>();
  if (!each || items == nullptr) return at_path(*found, rest);
  Array parts;
  for (const Value& item : *items) parts.push_back(at_path(item, rest));
  return parts;
}

std::string last_part(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return std::string(dot == std::string_view::npos ? path : path.substr(dot + 1));
}

/// Every plain member of any item, in the order of first sight.
std::vector<std::string> plain_members(const Array& items) {
  std::vector<std::string> names;
  for (const Value& item : items) {
    const auto* const members = item.get_if<Struct>();
    if (members == nullptr) continue;
    for (const Member& member : *members) {
      const bool plain = member.value.get_if<Struct>() == nullptr && !is_struct_list(member.value);
      if (plain && std::ranges::find(names, member.name) == names.end()) {
        names.push_back(member.name);
      }
    }
  }
  return names;
}

std::string heading(std::string_view name) {
  std::string text = printable(name);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '_') c = ' ';
  }
  return text;
}

void put_line(std::string& out, const std::vector<std::string>& cells,
              const std::vector<std::size_t>& widths, std::string_view indent) {
  std::string line(indent);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    if (i + 1 < cells.size()) line.append(widths[i] - columns_of(cells[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

void put_table(std::string& out, const Array& items, const std::vector<Column>& columns,
               std::string_view indent) {
  std::vector<std::pair<std::string, std::string>> wanted;
  wanted.reserve(columns.size());
  for (const Column& column : columns) {
    wanted.emplace_back(std::string(column.title), std::string(column.member));
  }
  if (columns.empty()) {
    for (const std::string& name : plain_members(items)) wanted.emplace_back(heading(name), name);
  }
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& [title, path] : wanted) lines[0].push_back(title);
  for (const Value& item : items) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const auto& [title, path] : wanted) {
      line.push_back(cell(last_part(path), at_path(item, path)));
    }
  }
  std::vector<std::size_t> widths(wanted.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(line[i]));
    }
  }
  for (const auto& line : lines) put_line(out, line, widths, indent);
}

/// Splits the members below a struct into plain rows and lists that become tables.
void flatten(const Struct& members, const std::string& prefix, std::vector<Row>& rows,
             std::vector<Row>& tables) {
  for (const Member& member : members) {
    const std::string name = prefix + member.name;
    const auto* const below = member.value.get_if<Struct>();
    if (below != nullptr && !below->empty()) {
      flatten(*below, name + ".", rows, tables);
    } else if (is_struct_list(member.value)) {
      tables.push_back({name, &member.value});
    } else {
      rows.push_back({name, &member.value});
    }
  }
}

std::string struct_text(const Struct& members) {
  std::vector<Row> rows;
  std::vector<Row> tables;
  flatten(members, "", rows, tables);
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, columns_of(printable(row.name)));
  std::string out;
  for (const Row& row : rows) {
    put_line(out, {printable(row.name), cell(last_part(row.name), *row.value)}, {width, 0}, "");
  }
  for (const Row& table : tables) {
    if (!out.empty()) out += '\n';
    out += printable(table.name) + ":\n";
    put_table(out, *table.value->get_if<Array>(), {}, "  ");
  }
  return out;
}

/// Some members of a struct, one line each.
std::string chosen_text(const Value& document, const std::vector<Column>& columns) {
  std::size_t width = 0;
  for (const Column& column : columns) width = std::max(width, column.title.size());
  std::string out;
  for (const Column& column : columns) {
    const std::string text = cell(last_part(column.member), at_path(document, column.member));
    put_line(out, {std::string(column.title), text}, {width, 0}, "");
  }
  return out;
}

}  // namespace

std::string to_text(const Value& document, const std::vector<Column>& columns) {
  if (document.is_nil()) return "";
  if (document.get_if<Struct>() != nullptr && !columns.empty()) {
    return chosen_text(document, columns);
  }
  if (const auto* members = document.get_if<Struct>()) return struct_text(*members);
  const auto* const items = document.get_if<Array>();
  if (items == nullptr) return cell("", document) + "\n";
  if (items->empty()) return "";
  std::string out;
  if (is_struct_list(document)) {
    put_table(out, *items, columns, "");
    return out;
  }
  for (const Value& item : *items) out += cell("", item) + "\n";
  return out;
}

}  // namespace trestle::cli
