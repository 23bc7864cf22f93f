// SPDX-License-Identifier: Apache-2.0
#include "objects/core/template_properties.h"

namespace trestle {
namespace {

/// What Java's Properties would take for something else in a value.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') out += '\\';
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string flag(bool value) { return value ? "true" : "false"; }

}  // namespace

std::string to_text(const TemplateProperties& properties) {
  const std::string size = std::to_string(properties.size.count);
  const std::string file = escaped(properties.file);
  return "filename=" + file + "\ndescription=" + escaped(properties.description) +
         "\nchecksum=\nhvm=" + flag(properties.hvm) + "\nsize=" + size +
         "\nraw=true\nid=" + std::to_string(properties.id) +
         "\npublic=" + flag(properties.is_public) + "\nraw.filename=" + file +
         "\nuniquename=" + escaped(properties.unique_name) + "\nraw.virtualsize=" + size +
         "\nvirtualsize=" + size + "\nraw.size=" + size + "\n";
}

}  // namespace trestle
