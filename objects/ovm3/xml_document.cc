// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/xml_document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <utility>

#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {
namespace {

tl::unexpected<Error> refuse(std::size_t offset, const std::string& why) {
  return fail(Code::kBadReply,
              "the XML document is refused at byte " + std::to_string(offset) + ": " + why);
}

tl::unexpected<Error> too_much(const std::string& what) {
  return fail(Code::kResourceExhausted, "the XML document " + what);
}

/// True for the characters that XML 1.0 can carry.
bool is_xml_character(std::uint32_t code) {
  return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

/// `name` is what stands between '&' and ';'.
bool is_allowed_reference(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNamed{"amp", "lt", "gt", "quot", "apos"};
  if (std::ranges::find(kNamed, name) != kNamed.end()) return true;
  if (name.size() < 2 || name[0] != '#') return false;
  const bool hexadecimal = name[1] == 'x';
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  std::uint32_t code = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, code, hexadecimal ? 16 : 10);
  return !digits.empty() && error == std::errc() && stop == end && is_xml_character(code);
}

/// Looks over the markup before the parser does, in one pass: the parser leaves unknown entities
/// and DTDs where they are, and builds trees of any depth; a document with either ends here.
class Inspector {
 public:
  explicit Inspector(std::string_view text) : text_(text) {}

  Result<void> run() {
    if (const auto nul = text_.find('\0'); nul != std::string_view::npos) {
      return refuse(nul, "a NUL byte");
    }
    while (at_ < text_.size()) {
      const auto next = text_.find_first_of("<&", at_);
      if (next == std::string_view::npos) return {};
      at_ = next;
      if (text_[at_] == '&') {
        TRESTLE_RETURN_IF_ERROR(reference(text_.size()));
      } else {
        TRESTLE_RETURN_IF_ERROR(markup());
      }
    }
    return {};
  }

 private:
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return text_.substr(at_, what.size()) == what;
  }

  /// The end is looked for behind the start: "<!-->" opens a comment and does not close it.
  Result<void> skip_past(std::string_view start, std::string_view end, std::string_view what) {
    const auto found = text_.find(end, at_ + start.size());
    if (found == std::string_view::npos) {
      return refuse(at_, std::string(what) + " that does not end");
    }
    at_ = found + end.size();
    return {};
  }

  Result<void> reference(std::size_t limit) {
    constexpr std::size_t kLongest = 12;  // "&#x0010FFFF;" and some leading zeros
    const std::string_view window = text_.substr(at_ + 1, std::min(kLongest, limit - at_ - 1));
    const auto end = window.find(';');
    if (end == std::string_view::npos || !is_allowed_reference(window.substr(0, end))) {
      return refuse(at_, "an entity other than the five of XML and character references");
    }
    at_ += end + 2;
    return {};
  }

  Result<void> markup() {
    constexpr std::string_view kComment = "<!--";
    constexpr std::string_view kCdata = "<![CDATA[";
    constexpr std::string_view kInstruction = "<?";
    if (looking_at(kComment)) return skip_past(kComment, "-->", "a comment");
    if (looking_at(kCdata)) return skip_past(kCdata, "]]>", "a CDATA section");
    if (looking_at(kInstruction)) {
      return skip_past(kInstruction, "?>", "a processing instruction");
    }
    if (looking_at("<!")) return refuse(at_, "a document type declaration, which hosts never send");
    return tag();
  }

  Result<void> tag() {
    const bool closing = looking_at("</");
    if (closing && depth_ > 0) --depth_;
    const auto start = at_;
    ++at_;
    while (at_ < text_.size() && text_[at_] != '>') {
      if (text_[at_] == '"' || text_[at_] == '\'') {
        TRESTLE_RETURN_IF_ERROR(quoted());
      } else {
        ++at_;
      }
    }
    if (at_ >= text_.size()) return refuse(start, "a tag that does not end");
    const bool empty = text_[at_ - 1] == '/';
    ++at_;
    return closing ? Result<void>() : opened(empty);
  }

  Result<void> quoted() {
    const char quote = text_[at_];
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return refuse(at_, "an attribute that does not end");
    ++at_;
    while (at_ < end) {
      if (text_[at_] == '&') {
        TRESTLE_RETURN_IF_ERROR(reference(end));
      } else {
        ++at_;
      }
    }
    at_ = end + 1;
    return {};
  }

  Result<void> opened(bool empty) {
    if (++elements_ > kMaxDocumentElements) {
      return too_much("has more than " + std::to_string(kMaxDocumentElements) + " elements");
    }
    if (depth_ + 1 > kMaxDocumentDepth) {
      return too_much("nests deeper than " + std::to_string(kMaxDocumentDepth) + " elements");
    }
    if (!empty) ++depth_;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
};

pugi::xml_node node_of(void* node) {
  return pugi::xml_node(static_cast<pugi::xml_node_struct*>(node));
}

void* first_element(pugi::xml_node node, std::string_view name) {
  while (node && (node.type() != pugi::node_element || (!name.empty() && name != node.name()))) {
    node = node.next_sibling();
  }
  return node.internal_object();
}

}  // namespace

struct XmlDocument::Tree {
  std::string text;  // the tree points into it
  pugi::xml_document document;
};

XmlDocument::XmlDocument(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

Result<XmlDocument> XmlDocument::parse(std::string_view text, std::string_view root) {
  if (text.size() > kMaxDocumentBytes) {
    return too_much("has " + std::to_string(text.size()) + " bytes, more than the limit of " +
                    std::to_string(kMaxDocumentBytes));
  }
  TRESTLE_RETURN_IF_ERROR(Inspector(text).run());
  auto tree = std::make_unique<Tree>();
  tree->text = text;
  // The declared encoding says how the agent's Python wrote the text before XML-RPC carried it.
  const pugi::xml_parse_result parsed = tree->document.load_buffer_inplace(
      tree->text.data(), tree->text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    return refuse(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                  parsed.description());
  }
  XmlDocument document(std::move(tree));
  const XmlElement top = document.root();
  if (top.name() != root) {
    return fail(Code::kBadReply, "the XML document has the root element " +
                                     std::string(top.name()) + " where " + std::string(root) +
                                     " is expected");
  }
  if (top.next_sibling({}).exists()) {
    return fail(Code::kBadReply, "the XML document has more than one root element");
  }
  return document;
}

Result<XmlDocument> XmlDocument::parse(ValueView reply, std::string_view root) {
  const auto text = reply.string();
  if (!text) {
    return fail(Code::kBadReply, "the reply is a value of kind " +
                                     std::string(to_string(reply.kind())) + " where a " +
                                     std::string(root) + " document in a string is expected");
  }
  return parse(*text, root);
}

XmlElement XmlDocument::root() const {
  return XmlElement(first_element(tree_->document.first_child(), {}));
}

std::string_view XmlElement::name() const { return node_of(node_).name(); }

std::string XmlElement::text() const {
  std::string whole;
  for (const pugi::xml_node part : node_of(node_)) {
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) whole += part.value();
  }
  const std::string_view bare = trimmed(whole);
  if (bare.size() == whole.size()) return whole;
  return std::string(bare);
}

std::optional<std::string> XmlElement::attribute(std::string_view name) const {
  for (const pugi::xml_attribute at : node_of(node_).attributes()) {
    if (name == at.name()) return std::string(trimmed(at.value()));
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> XmlElement::attributes() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const pugi::xml_attribute at : node_of(node_).attributes()) {
    all.emplace_back(at.name(), trimmed(at.value()));
  }
  return all;
}

XmlElement XmlElement::first_child(std::string_view name) const {
  return XmlElement(first_element(node_of(node_).first_child(), name));
}

XmlElement XmlElement::next_sibling(std::string_view name) const {
  return XmlElement(first_element(node_of(node_).next_sibling(), name));
}

XmlElement XmlElement::child(std::string_view name) const { return first_child(name); }

XmlElement::Range XmlElement::children(std::string_view name) const {
  return {first_child(name), name};
}

std::optional<std::string> XmlElement::text_of(std::string_view name) const {
  std::string whole = child(name).text();
  if (!present(whole)) return std::nullopt;
  return whole;
}

std::optional<std::int64_t> XmlElement::integer_of(std::string_view name) const {
  return to_integer(child(name).text());
}

std::optional<std::uint64_t> XmlElement::unsigned_of(std::string_view name) const {
  return to_unsigned(child(name).text());
}

std::optional<bool> XmlElement::flag_of(std::string_view name) const {
  return to_flag(child(name).text());
}

}  // namespace trestle::ovm3
