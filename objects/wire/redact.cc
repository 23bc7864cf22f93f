// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/redact.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace trestle::wire {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const auto same = [](char a, char b) { return lower(a) == b; };
  const auto* const start = text.begin() + from;
  const auto* const found = std::search(start, text.end(), word.begin(), word.end(), same);
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

constexpr std::array<std::string_view, 4> kSecretWords = {"passw", "secret", "token", "private"};

bool is_name_char(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Arguments that are secret by what the service does with them, counted from 0.
struct SecretArgument {
  std::string_view service;
  std::size_t index;
};
constexpr std::array kSecretArguments = {
    SecretArgument{"update_agent_password", 1},
    SecretArgument{"update_agent_password", 2},  // the old one, from 3.3 on
    SecretArgument{"remote_power_off", 3},
    SecretArgument{"remote_power_on", 3},
    SecretArgument{"exec_domr", 1},  // command lines of routers carry VPN keys
    SecretArgument{"ovs_upload_file", 2},
    SecretArgument{"ovs_domr_upload_file", 3},
    SecretArgument{"ovs_upload_ssh_key", 1},
    SecretArgument{"send_to_guest", 2},  // root passwords travel this way
};

// Services that call another one: its name stands at this place, its arguments follow.
struct Passing {
  std::string_view service;
  std::size_t inner;
};
constexpr std::array kPassing = {Passing{"dispatch", 1}, Passing{"ovs_async_proc", 0}};

bool is_secret_argument(std::string_view service, std::size_t index) {
  return std::ranges::any_of(kSecretArguments, [&](const SecretArgument& secret) {
    return secret.service == service && secret.index == index;
  });
}

// Each of the three passes reads the text once from left to right and writes a new one: a text of
// many megabytes that a host sends costs no more than its length.

constexpr std::string_view kPemBegin = "-----BEGIN";
constexpr std::string_view kPemEnd = "-----END";
constexpr std::string_view kDashes = "-----";

bool is_label_char(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' '; }

// Where the label ends that begins at `at`, if it names a private key.
std::optional<std::size_t> key_label(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while (at < text.size() && is_label_char(text[at])) ++at;
  if (text.substr(begin, at - begin).find("PRIVATE KEY") == std::string_view::npos) return {};
  return at;
}

// Where the private key ends whose first line ends at `at`: behind its last line, or with the text.
std::size_t key_end(std::string_view text, std::size_t at) {
  while ((at = text.find(kPemEnd, at)) != std::string_view::npos) {
    at += kPemEnd.size();
    const auto label = key_label(text, at);
    if (!label) continue;
    return text.substr(*label).starts_with(kDashes) ? *label + kDashes.size() : *label;
  }
  return text.size();
}

std::string without_keys(std::string_view text) {
  std::string shown;
  std::size_t done = 0;
  std::size_t at = 0;
  while ((at = text.find(kPemBegin, at)) != std::string_view::npos) {
    const std::size_t begin = at;
    at += kPemBegin.size();
    const auto label = key_label(text, at);
    if (!label || !text.substr(*label).starts_with(kDashes)) continue;
    shown += text.substr(done, begin - done);
    shown += kMask;
    done = at = key_end(text, *label);
  }
  shown += text.substr(done);
  return shown;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// scheme://user:password@host. An unescaped password may hold '/' and '@' itself, so the last '@'
// before a blank or quote ends it, unless host:port comes first and '@' belongs to the path.
std::string without_url_passwords(std::string_view text) {
  std::string shown;
  std::size_t done = 0;
  std::size_t at = 0;
  std::size_t end = 0;                        // of the URL that `at` stands in
  std::size_t last = std::string_view::npos;  // its last '@'
  while ((at = text.find("://", at)) != std::string_view::npos) {
    at += 3;
    if (at > end) {
      end = std::min(text.find_first_of(" \t\r\n\"'<>", at), text.size());
      last = text.substr(0, end).rfind('@');
    }
    if (last == std::string_view::npos || last < at) continue;
    const std::string_view url = text.substr(at, end - at);
    const std::size_t colon = url.find(':');
    if (colon == std::string_view::npos || last < at + colon) continue;
    const std::size_t stop = std::min(url.find_first_of("/@"), url.size());
    const bool user_comes_first = stop < url.size() && url[stop] == '@';
    const std::size_t slash = user_comes_first ? url.size() : stop;
    const bool port_comes_first =
        !user_comes_first && slash > colon && is_port(url.substr(colon + 1, slash - colon - 1));
    if (colon > slash || port_comes_first) continue;
    shown += text.substr(done, at + colon + 1 - done);
    shown += kMask;
    done = at = last;
  }
  shown += text.substr(done);
  return shown;
}

// What follows a key: where its value begins and ends, both the same if the key is a word of prose
// (no '=', ':' or '>' follows).
std::pair<std::size_t, std::size_t> value_after(std::string_view text, std::size_t at) {
  const auto skip = [&](std::string_view chars) {
    at = std::min(text.find_first_not_of(chars, at), text.size());
  };
  while (at < text.size() && is_name_char(text[at])) ++at;
  skip("'\"");
  skip(" ");
  if (at == text.size() || (text[at] != '=' && text[at] != ':' && text[at] != '>')) return {at, at};
  const bool is_element = text[at] == '>';
  ++at;
  if (is_element) return {at, std::min(text.find('<', at), text.size())};
  skip(" ");
  if (at < text.size() && (text[at] == '\'' || text[at] == '"')) {
    const char quote = text[at++];
    return {at, std::min(text.find(quote, at), text.size())};
  }
  return {at, std::min(text.find_first_of(",;& \t\r\n'\"<>}])", at), text.size())};
}

std::string without_values_of(std::string_view word, std::string_view text) {
  std::string shown;
  std::size_t done = 0;
  std::size_t at = 0;
  while ((at = find_word(text, word, at)) != std::string_view::npos) {
    const auto [begin, end] = value_after(text, at);
    if (begin < end) {
      shown += text.substr(done, begin - done);
      shown += kMask;
      done = end;
    }
    at = end;
  }
  shown += text.substr(done);
  return shown;
}

class Printer {
 public:
  void call(std::string_view service, std::span<const Value> params,
            std::span<const std::string_view> names) {
    out_ += service;
    out_ += '(';
    std::string_view inner = service;
    std::size_t first = 0;
    for (std::size_t i = 0; i < params.size(); ++i) {
      if (i > 0) out_ += ", ";
      const bool named = i < names.size() && is_secret_name(names[i]);
      if (named || is_secret_argument(inner, i - first)) {
        out_ += kMask;
      } else {
        add(params[i]);
      }
      for (const Passing& passing : kPassing) {
        const auto* text = params[i].get_if<std::string>();
        if (inner != passing.service || i - first != passing.inner || text == nullptr) continue;
        inner = *text;
        first = i + 1;
        break;
      }
    }
    out_ += ')';
  }

  void add(const Value& value) {
    std::visit([this](const auto& v) { print(v); }, value.variant());
  }
  std::string take() { return std::move(out_); }

 private:
  void print(const Nil& /*v*/) { out_ += "nil"; }
  void print(bool v) { out_ += v ? "true" : "false"; }
  void print(std::int64_t v) { out_ += std::to_string(v); }
  void print(double v) { out_ += std::to_string(v); }
  void print(const Base64& v) { out_ += "base64(" + std::to_string(v.bytes.size()) + " bytes)"; }
  void print(const DateTime& v) { out_ += v.text; }
  void print(const std::string& v) {
    const std::string shown = redacted_text(v);
    out_ += '"';
    out_ += shown.substr(0, kLongestShownText);
    if (shown.size() > kLongestShownText) out_ += "...";
    out_ += '"';
    if (shown.size() > kLongestShownText) out_ += " (" + std::to_string(v.size()) + " bytes)";
  }
  void print(const Array& v) {
    out_ += '[';
    for (const Value& item : v) {
      if (&item != v.data()) out_ += ", ";
      add(item);
    }
    out_ += ']';
  }
  void print(const Struct& v) {
    out_ += '{';
    for (const Member& member : v) {
      if (&member != v.data()) out_ += ", ";
      out_ += member.name;
      out_ += ": ";
      if (is_secret_name(member.name)) {
        out_ += kMask;
      } else {
        add(member.value);
      }
    }
    out_ += '}';
  }

  std::string out_;
};

}  // namespace

bool is_secret_name(std::string_view name) {
  if (name == "content") return true;
  return std::ranges::any_of(kSecretWords, [name](std::string_view word) {
    return find_word(name, word, 0) != std::string_view::npos;
  });
}

std::string redacted_text(std::string_view text) {
  std::string shown = without_url_passwords(without_keys(text));
  for (const std::string_view word : kSecretWords) shown = without_values_of(word, shown);
  return shown;
}

std::string redacted_call(std::string_view service, std::span<const Value> params,
                          std::span<const std::string_view> names) {
  Printer printer;
  printer.call(service, params, names);
  return printer.take();
}

std::string redacted_value(const Value& value) {
  Printer printer;
  printer.add(value);
  return printer.take();
}

std::string redacted_value(ValueView value) { return redacted_value(value.to_value()); }

}  // namespace trestle::wire
