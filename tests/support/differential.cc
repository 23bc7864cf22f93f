// SPDX-License-Identifier: Apache-2.0
#include "tests/support/differential.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace trestle::testing {
namespace {

/// A difference that is meant: the words of the refusing side, and why the other side accepts.
struct Known {
  std::string_view refusal;
  std::string_view why;
};

// We refuse, xmlrpc-c accepts.
constexpr std::array kWeAreStricter = {
    Known{"text stands b", "xmlrpc-c drops text beside or between elements without a word"},
    Known{"a DOCTYPE is refused", "xmlrpc-c reads DTDs; a DTD is a way in"},
    Known{"is no base64", "xmlrpc-c skips foreign characters and takes unfinished groups"},
    Known{"no finite decimal number", "strtod takes inf, nan, hexadecimal and blanks"},
    Known{"stands where <name> is expected", "xmlrpc-c takes the value before the name"},
    Known{"<nil> has content", "xmlrpc-c does not look into nil"},
    Known{"declared in an encoding", "xmlrpc-c reads UTF-16 too; no agent sends it"},
    Known{"XML version is not 1.0", "xmlrpc-c does not look at the version"},
    Known{"beyond ASCII", "names of attributes and instructions"},
    Known{"no plain name", "the same for their first character"},
    Known{"no processing instruction", "the same"},
    Known{"is not UTF-8", "xmlrpc-c checks texts only, not comments and what it drops"},
    Known{"attributes in one tag", "our limit"},
    Known{"nests deeper", "xmlrpc-c allows one empty level more"},
};

// xmlrpc-c refuses, we accept.
constexpr std::array kWeAreWider = {
    Known{"is not asked", "white space or a reference inside an i8, which crashes xmlrpc-c"},
    Known{"not in the Basic Multilingual Plane", "xmlrpc-c knows UTF-8 up to three bytes only"},
    Known{"that XML-RPC allows (", "int beyond 32 bits: Python on 64 bits has such an int"},
    Known{"the range allowed by XML-RPC", "the same"},
    Known{"starts with white space", "white space round a number"},
    Known{"contains non-numerical junk", "white space behind a number"},
    Known{"must be either '0' or '1'", "white space round a boolean"},
    Known{"is not a valid floating point number", "white space behind a double"},
    Known{"<dateTime.iso8601>", "a dateTime stays the text that came"},
    Known{"is too early to represent", "the same"},
    Known{"Month of year value", "the same"},
    Known{"Day of month value", "the same"},
    Known{"Hour of day value", "the same"},
    Known{"Minute of hour value", "the same"},
    Known{"Second of minute value", "the same"},
    Known{"Invalid value for 'faultCode'", "faultCode as i8: Python's long"},
};

// xmlrpc-c makes line feeds of carriage returns that were written as references.
std::string with_line_feeds(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
  return out;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, std::string_view("YYYY-MM-DDTHH:MM:SS").size())) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  constexpr std::size_t kToTheSecond = 14;
  return digits.substr(0, kToTheSecond);
}

// xmlrpc-c counts seconds from 1970 in 32 bits and makes another date of what lies outside, or of a
// 30 February.
bool survives_xmlrpc_c(std::string_view digits) {
  return digits >= "1970" && digits < "2106" && digits.substr(6, 2) <= "28" &&
         digits.substr(12) < "60";
}

bool same_date(const DateTime& ours, const DateTime& theirs) {
  const std::string digits = digits_of(ours.text);
  constexpr std::size_t kToTheSecond = 14;
  if (digits.size() == kToTheSecond && !survives_xmlrpc_c(digits)) return true;
  return digits == digits_of(theirs.text);
}

bool same(const Value& ours, const Value& theirs);

bool same_text(std::string_view ours, std::string_view theirs) {
  return with_line_feeds(ours) == theirs;
}

// xmlrpc-c adds up decimal digits in binary and so loses the last bits of long fractions.
bool same_number(double ours, double theirs) {
  constexpr double kTolerance = 1e-9;
  return std::abs(ours - theirs) <= kTolerance * std::max(1.0, std::abs(ours));
}

bool same_array(const Array& ours, const Array& theirs) {
  return std::ranges::equal(ours, theirs, same);
}

// Of two members of one name xmlrpc-c keeps the last.
bool same_struct(const Struct& ours, const Struct& theirs) {
  const auto by_name = [](const Struct& members) {
    std::map<std::string, const Value*> map;
    for (const Member& member : members) map[with_line_feeds(member.name)] = &member.value;
    return map;
  };
  return std::ranges::equal(by_name(ours), by_name(theirs), [](const auto& a, const auto& b) {
    return a.first == b.first && same(*a.second, *b.second);
  });
}

bool same(const Value& ours, const Value& theirs) {
  if (ours.variant().index() != theirs.variant().index()) return false;
  if (const auto* text = ours.get_if<std::string>()) {
    return same_text(*text, *theirs.get_if<std::string>());
  }
  if (const auto* number = ours.get_if<double>()) {
    return same_number(*number, *theirs.get_if<double>());
  }
  if (const auto* when = ours.get_if<DateTime>()) {
    return same_date(*when, *theirs.get_if<DateTime>());
  }
  if (const auto* items = ours.get_if<Array>()) return same_array(*items, *theirs.get_if<Array>());
  if (const auto* members = ours.get_if<Struct>()) {
    return same_struct(*members, *theirs.get_if<Struct>());
  }
  return ours == theirs;
}

template <std::size_t N>
bool is_known(const std::array<Known, N>& list, std::string_view refusal) {
  return std::ranges::any_of(list, [refusal](const Known& known) {
    return refusal.find(known.refusal) != std::string_view::npos;
  });
}

}  // namespace

bool means_the_same(const Value& ours, const Value& theirs) { return same(ours, theirs); }

Owned decode_with_ours(std::string body) {
  auto decoded = wire::decode_reply(std::move(body));
  if (!decoded) return fail(std::move(decoded).error());
  if (auto* fault = std::get_if<wire::Fault>(&*decoded)) {
    return std::variant<Value, wire::Fault>(std::move(*fault));
  }
  return std::variant<Value, wire::Fault>(std::get<Reply>(*decoded).root().to_value());
}

std::string disagreement(const std::string& body) {
  // xmlrpc-c does not know the byte order mark of UTF-8.
  const std::size_t mark = body.starts_with("\xef\xbb\xbf") ? 3 : 0;
  return disagreement(decode_with_ours(body),
                      wire::decode_reply_reference(std::string_view(body).substr(mark)));
}

std::string disagreement(const Owned& ours, const Owned& theirs) {
  if (!ours && !theirs) return {};
  if (!ours) {
    if (is_known(kWeAreStricter, ours.error().what)) return {};
    return "only we refuse: " + ours.error().what;
  }
  if (!theirs) {
    if (is_known(kWeAreWider, theirs.error().what)) return {};
    return "only xmlrpc-c refuses: " + theirs.error().what;
  }
  if (ours->index() != theirs->index()) return "one reads a fault, the other a value";
  if (const auto* fault = std::get_if<wire::Fault>(&*ours)) {
    const auto& other = std::get<wire::Fault>(*theirs);
    const bool equal = fault->code == other.code && same_text(fault->text, other.text);
    return equal ? "" : "the faults differ";
  }
  return means_the_same(std::get<Value>(*ours), std::get<Value>(*theirs)) ? ""
                                                                          : "the values differ";
}

}  // namespace trestle::testing
