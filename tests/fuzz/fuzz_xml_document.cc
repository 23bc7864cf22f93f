// SPDX-License-Identifier: Apache-2.0
// Documents inside string replies, read as a tree and by every handle that reads one: an object or
// a typed error, within the limits, and no DTD gets through.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "objects/ovm3/typed.h"
#include "objects/ovm3/xml_document.h"
#include "objects/wire/reply.h"

namespace {

using trestle::ovm3::XmlElement;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

void require_typed(const trestle::Error& error) {
  require(error.code == trestle::Code::kBadReply || error.code == trestle::Code::kResourceExhausted,
          "a document fails as a bad reply or by a limit");
  require(!error.what.empty(), "an error has a sentence");
  require(std::ranges::none_of(error.what, is_control), "the sentence is one printable line");
}

/// Number of elements below and with this one.
std::size_t walk(XmlElement element, std::size_t depth) {
  require(depth <= trestle::ovm3::kMaxDocumentDepth, "no element is deeper than the limit");
  require(!element.name().empty(), "an element has a name");
  const std::string text = element.text();
  require(text.empty() || (text.front() != ' ' && text.back() != '\n'), "a text is trimmed");
  for (const auto& [name, value] : element.attributes()) {
    require(element.attribute(name).has_value(), "an attribute is found by its name");
  }
  std::size_t count = 1;
  for (const XmlElement child : element.children()) {
    require(element.child(child.name()).exists(), "a child is found by its name");
    count += walk(child, depth + 1);
  }
  return count;
}

/// The name in the first tag that may be an element, or a guess if there is none.
std::string_view first_tag(std::string_view text) {
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (rest.empty() || rest[0] == '?' || rest[0] == '!') continue;
    const std::string_view name = rest.substr(0, rest.find_first_of(" \t\r\n/>"));
    // It stands for the caller's own text, so it has to be one that a caller would write.
    return std::ranges::any_of(name, is_control) ? "Root" : name;
  }
  return "Root";
}

struct Reader {
  std::string_view root;
  std::string_view method;
};
constexpr std::array<Reader, 10> kReaders{{
    {"Discover_Server_Result", "discover_server"},
    {"Discover_Hardware_Result", "discover_hardware"},
    {"Discover_Network_Result", "discover_network"},
    {"Discover_Mounted_File_Systems_Result", "discover_mounted_file_systems"},
    {"Discover_Storage_Plugins_Result", "discover_storage_plugins"},
    {"Discover_Physical_Luns_Result", "discover_physical_luns"},
    {"Discover_Server_Pool_Result", "discover_server_pool"},
    {"Discover_Pool_Filesystem_Result", "discover_pool_filesystem"},
    {"Discover_Cluster_Result", "discover_cluster"},
    {"Discover_Repositor", "discover_repositories"},
}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = trestle::ovm3::XmlDocument::parse(text, first_tag(text));
  if (document) {
    const std::size_t count = walk(document->root(), 1);
    require(count <= trestle::ovm3::kMaxDocumentElements, "there are no more than the limit");
    const bool plain = text.find("<!--") == std::string_view::npos &&
                       text.find("<![CDATA[") == std::string_view::npos &&
                       text.find("<?") == std::string_view::npos;
    require(!plain || text.find("<!") == std::string_view::npos ||
                text.find("<!") > text.find_first_of("\"'"),
            "no declaration gets through");
  } else {
    require_typed(document.error());
  }
  for (const Reader& reader : kReaders) {
    if (text.find(reader.root) == std::string_view::npos) continue;
    const trestle::Reply reply = trestle::Reply::from(trestle::Value(text));
    const auto typed = trestle::ovm3::typed_reply(reader.method, reply.root());
    if (!typed) require_typed(typed.error());
    if (reader.method == "discover_repositories") {
      const auto records = trestle::ovm3::typed_reply("discover_repository_db", reply.root());
      if (!records) require_typed(records.error());
    }
  }
  return 0;
}
