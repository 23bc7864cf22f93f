// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/physical_luns.h"

#include <algorithm>
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

void add(Struct& out, std::string_view name, Value value) {
  const auto found = std::ranges::find(out, name, &Member::name);
  if (found == out.end()) {
    out.push_back({std::string(name), std::move(value)});
    return;
  }
  Array items;
  if (const auto* const already = found->value.get_if<Array>()) {
    items = *already;
  } else {
    items.push_back(found->value);
  }
  items.push_back(std::move(value));
  found->value = std::move(items);
}

/// Recursion is bounded by kMaxDocumentDepth.
Value to_tree(XmlElement element) {
  Struct parts;
  for (const auto& [name, text] : element.attributes()) add(parts, name, text);
  for (const XmlElement part : element.children()) add(parts, part.name(), to_tree(part));
  const std::string text = element.text();
  if (parts.empty()) return present(text) ? Value(text) : Value(Nil{});
  return parts;
}

}  // namespace

Result<std::vector<LunList>> read_physical_luns(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Physical_Luns_Result"));
  std::vector<LunList> lists;
  for (const XmlElement list : document.root().children()) {
    LunList out{.name = std::string(list.name()), .entries = {}};
    for (const XmlElement entry : list.children()) out.entries.push_back(to_tree(entry));
    lists.push_back(std::move(out));
  }
  return lists;
}

Value describe(const LunList& list) {
  return Struct{{"name", list.name}, {"entries", Array(list.entries)}};
}

}  // namespace trestle::ovm3
