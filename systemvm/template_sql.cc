// SPDX-License-Identifier: Apache-2.0
#include "systemvm/template_sql.h"

#include <charconv>

namespace trestle::systemvm {
namespace {

constexpr int kFirstMinor = 5;
constexpr int kLastMinor = 20;
/// Since then checksums carry the name of their algorithm in braces.
constexpr int kNamedChecksums = 11;
/// Since then templates say whether they are deployed as their OVF describes.
constexpr int kDeployAsIs = 15;
/// "Debian GNU/Linux 5.0 (64-bit)": the type of every system VM template since the first.
constexpr int kGuestOs = 15;

std::string checksum_text(const Checksum& checksum, const CloudStackVersion& version) {
  if (version.minor < kNamedChecksums) return checksum.hex;
  return "{" + std::string(to_string(checksum.kind)) + "}" + checksum.hex;
}

}  // namespace

Result<CloudStackVersion> CloudStackVersion::parse(std::string_view text) {
  CloudStackVersion version{.minor = 0, .text = std::string(text)};
  std::string_view rest = text;
  bool good = rest.starts_with("4.");
  if (good) {
    rest.remove_prefix(2);
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), version.minor);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    good = error == std::errc{} && (rest.empty() || rest.front() == '.') &&
           rest.find_first_not_of("0123456789.") == std::string_view::npos;
  }
  if (good && version.minor >= kFirstMinor && version.minor <= kLastMinor) return version;
  return fail(Code::kInvalidArgument, "\"" + std::string(text) +
                                          "\" is no CloudStack release that knows Ovm3; give one "
                                          "from 4.5 to 4.20");
}

DigestKind CloudStackVersion::checksum_kind() const {
  return minor < kNamedChecksums ? DigestKind::kMd5 : DigestKind::kSha256;
}

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c == '\'' ? '\'' : '\\';
    out += c;
  }
  return out + "'";
}

std::string insert_template(const TemplateRow& row, const CloudStackVersion& version) {
  const std::string id = std::to_string(row.id);
  std::string columns =
      "id, unique_name, name, uuid, public, created, type, hvm, bits, account_id, url, checksum, "
      "enable_password, display_text, format, guest_os_id, featured, cross_zones, hypervisor_type, "
      "extractable, size, state";
  std::string values = id + ", " + sql_text("routing-" + id) + ", " + sql_text(row.name) +
                       ", UUID(), 0, NOW(), 'SYSTEM', 0, 64, 1, " + sql_text(row.url) + ", " +
                       sql_text(checksum_text(row.checksum, version)) + ", 0, " +
                       sql_text(row.description) + ", 'RAW', " + std::to_string(kGuestOs) +
                       ", 0, 1, 'Ovm3', 0, " + std::to_string(row.size) + ", 'Active'";
  if (version.minor >= kDeployAsIs) {
    columns += ", deploy_as_is";
    values += ", 0";
  }
  return "INSERT IGNORE INTO cloud.vm_template (" + columns + ")\n  VALUES (" + values +
         ");\n"
         "UPDATE cloud.configuration SET value = " +
         sql_text(row.name) + " WHERE name = 'router.template.ovm3';\n";
}

std::string point_template(const TemplateRow& row, const CloudStackVersion& version) {
  return "UPDATE cloud.vm_template SET url = " + sql_text(row.url) +
         ", checksum = " + sql_text(checksum_text(row.checksum, version)) +
         ", format = 'RAW', size = " + std::to_string(row.size) +
         "\n  WHERE id = " + std::to_string(row.id) + " AND hypervisor_type = 'Ovm3';\n";
}

}  // namespace trestle::systemvm
