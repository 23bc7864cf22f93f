// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/simulator_services/wire_shape.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <string_view>

namespace trestle::simulator {
namespace {

using Lines = std::vector<std::string>;
using Members = std::map<std::string, pugi::xml_node>;

/// Tag of a <value>; "untyped" for a bare text.
std::string tag(const pugi::xml_node& value) {
  for (const pugi::xml_node& child : value.children()) {
    if (child.type() == pugi::node_element) return child.name();
  }
  return "untyped";
}

Members members_of(const pugi::xml_node& value) {
  Members members;
  for (const pugi::xml_node& member : value.child("struct").children("member")) {
    members[member.child_value("name")] = member.child("value");
  }
  return members;
}

/// Paths of all elements ("/A/B") and attributes ("/A/B@C") of a document.
void collect(const pugi::xml_node& element, const std::string& above, std::set<std::string>& out) {
  const std::string path = above + "/" + element.name();
  out.insert(path);
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    out.insert(path + "@" + attribute.name());
  }
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() == pugi::node_element) collect(child, path, out);
  }
}

std::set<std::string> document_paths(std::string_view text) {
  std::set<std::string> paths;
  pugi::xml_document document;
  if (document.load_buffer(text.data(), text.size())) {
    collect(document.document_element(), "", paths);
  } else {
    paths.insert("not well-formed");
  }
  return paths;
}

bool is_document(std::string_view text) { return text.starts_with("<?xml"); }

/// True if `path` lies below an element that one of the two documents leaves empty.
bool is_below_any(const std::string& path, const std::set<std::string>& empty) {
  return std::ranges::any_of(empty,
                             [&](const std::string& one) { return path.starts_with(one + "/"); });
}

std::set<std::string> empty_elements(const std::set<std::string>& paths) {
  std::set<std::string> empty;
  for (const std::string& path : paths) {
    const auto next = paths.upper_bound(path + "/");
    const bool has_children = next != paths.end() && next->starts_with(path + "/");
    if (!has_children && path.find('@') == std::string::npos) empty.insert(path);
  }
  return empty;
}

void compare_documents(const std::string& at, std::string_view recorded, std::string_view simulated,
                       Lines& out) {
  const auto before = document_paths(recorded);
  const auto now = document_paths(simulated);
  const auto empty_before = empty_elements(before);
  const auto empty_now = empty_elements(now);
  for (const std::string& path : before) {
    if (!now.contains(path) && !is_below_any(path, empty_now)) out.push_back(at + ": no " + path);
  }
  for (const std::string& path : now) {
    if (!before.contains(path) && !is_below_any(path, empty_before)) {
      out.push_back(at + ": only simulated " + path);
    }
  }
}

void compare(const std::string& at, const pugi::xml_node& recorded, const pugi::xml_node& simulated,
             Lines& out);

void compare_structs(const std::string& at, const pugi::xml_node& recorded,
                     const pugi::xml_node& simulated, Lines& out) {
  const Members before = members_of(recorded);
  const Members now = members_of(simulated);
  for (const auto& [name, value] : before) {
    const auto found = now.find(name);
    if (found == now.end()) {
      out.push_back(at + ": no member " + name);
    } else {
      compare(at + "." + name, value, found->second, out);
    }
  }
  for (const auto& [name, value] : now) {
    if (!before.contains(name)) out.push_back(at + ": only simulated member " + name);
  }
}

/// Each simulated item must look like a recorded one.
void compare_arrays(const std::string& at, const pugi::xml_node& recorded,
                    const pugi::xml_node& simulated, Lines& out) {
  const auto before = recorded.child("array").child("data").children("value");
  const auto now = simulated.child("array").child("data").children("value");
  if (before.empty()) return;
  std::size_t index = 0;
  for (const pugi::xml_node& item : now) {
    Lines least;
    bool first = true;
    for (const pugi::xml_node& candidate : before) {
      Lines lines;
      compare(at + "[" + std::to_string(index) + "]", candidate, item, lines);
      if (first || lines.size() < least.size()) least = lines;
      first = false;
    }
    std::ranges::move(least, std::back_inserter(out));
    ++index;
  }
}

std::string text_of(const pugi::xml_node& value) {
  const pugi::xml_node child = value.first_child();
  return child.type() == pugi::node_element ? child.child_value() : value.child_value();
}

void compare(const std::string& at, const pugi::xml_node& recorded, const pugi::xml_node& simulated,
             Lines& out) {
  const std::string kind = tag(recorded);
  if (kind != tag(simulated)) {
    out.push_back(at + ": recorded " + kind + ", simulated " + tag(simulated));
    return;
  }
  if (kind == "struct") {
    compare_structs(at, recorded, simulated, out);
  } else if (kind == "array") {
    compare_arrays(at, recorded, simulated, out);
  } else if (is_document(text_of(recorded)) || is_document(text_of(simulated))) {
    compare_documents(at, text_of(recorded), text_of(simulated), out);
  }
}

struct Body {
  explicit Body(const std::string& text) {
    // White space is kept, as in a value without a type element.
    if (!document.load_buffer(text.data(), text.size(), pugi::parse_default)) return;
    const pugi::xml_node response = document.child("methodResponse");
    fault = response.child("fault");
    value = fault ? fault.child("value") : response.child("params").child("param").child("value");
  }
  pugi::xml_document document;
  pugi::xml_node fault;
  pugi::xml_node value;
};

}  // namespace

std::vector<std::string> shape_differences(const std::string& recorded,
                                           const std::string& simulated) {
  const Body before(recorded);
  const Body now(simulated);
  Lines lines;
  if (!before.value) lines.emplace_back("the recording is no reply");
  if (!now.value) lines.emplace_back("the simulated body is no reply");
  if (before.fault.empty() != now.fault.empty()) {
    lines.emplace_back(before.fault.empty() ? "simulated: " + fault_text(simulated)
                                            : "the recording is a fault, the reply is none");
  } else if (lines.empty()) {
    compare("reply", before.value, now.value, lines);
  }
  return lines;
}

std::string fault_text(const std::string& body) {
  const Body read(body);
  if (!read.fault) return {};
  return text_of(members_of(read.value)["faultString"]);
}

}  // namespace trestle::simulator
