// SPDX-License-Identifier: Apache-2.0
#include "tools/api/drift.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "tools/api/listing.h"

namespace trestle::api_tools {
namespace {

using ovm3::api::Parameter;
using ovm3::api::Row;
using ovm3::api::Versions;

constexpr std::array<std::pair<std::string_view, Versions>, 3> kBits{
    {{"3.2.1", ovm3::api::k32}, {"3.3", ovm3::api::k33}, {"3.4", ovm3::api::k34}}};

Versions bit_of(std::string_view release) {
  for (const auto& [name, bit] : kBits) {
    if (name == release) return bit;
  }
  return 0;
}

bool carried_over(const CatalogType& type) {
  return std::ranges::find(type.evidence, "carried-over") != type.evidence.end();
}

std::string mark(bool optional, bool repeated) {
  return repeated ? "any number" : optional ? "optional" : "required";
}

/// One form of a service (a row or a variant) and what the catalogues of its releases say of it.
struct Form {
  const Row* row = nullptr;
  std::vector<std::pair<const Catalog*, const CatalogService*>> seen = {};
};

class Comparison {
 public:
  Comparison(const std::vector<Row>& rows, const std::vector<Row>& variants,
             const std::vector<Catalog>& catalogs)
      : catalogs_(catalogs) {
    for (const Row& row : rows) add(row, false);
    for (const Row& row : variants) add(row, true);
  }

  std::vector<std::string> run() {
    for (const Catalog& catalog : catalogs_) assign(catalog);
    for (const auto& [name, forms] : forms_) {
      for (const Form& form : forms) {
        check_releases(form);
        check_shape(form);
        check_types(form);
      }
    }
    return std::move(findings_);
  }

 private:
  void add(const Row& row, bool variant) {
    std::vector<Form>& forms = forms_[std::string(row.name)];
    if (variant == forms.empty()) {
      say(row.name, variant ? "is a variant of no row" : "has two rows");
    }
    forms.push_back({.row = &row});
  }

  void say(std::string_view service, const std::string& what) {
    findings_.push_back(std::string(service) + " " + what);
  }

  void differ(const Form& form, const Catalog& catalog, const std::string& what,
              std::string_view row_side, std::string_view catalog_side) {
    say(form.row->name, what + " is " + std::string(row_side) + " in the row and " +
                            std::string(catalog_side) + " in the catalogue of " + catalog.release);
  }

  /// Finds the form that claims this release for each service of its catalogue.
  void assign(const Catalog& catalog) {
    const Versions bit = bit_of(catalog.release);
    if (bit == 0) {
      say("catalogue", "of release " + catalog.release + " has no bit in the rows; add one");
      return;
    }
    for (const CatalogService& service : catalog.services) {
      const auto forms = forms_.find(service.name);
      if (forms == forms_.end()) {
        say(service.name, "has no row but is in the catalogue of " + catalog.release);
        continue;
      }
      const auto form = std::ranges::find_if(
          forms->second, [&](const Form& f) { return (f.row->proven & bit) != 0; });
      if (form == forms->second.end()) {
        say(service.name, "is proven on " + catalog.release + ", which no row of it says");
        continue;
      }
      form->seen.emplace_back(&catalog, &service);
    }
  }

  void check_releases(const Form& form) {
    if (form.row->proven == 0) say(form.row->name, "claims no release; it needs at least one");
    for (const auto& [release, bit] : kBits) {
      if ((form.row->proven & bit) == 0) continue;
      const bool seen = std::ranges::any_of(
          form.seen, [name = release](const auto& pair) { return pair.first->release == name; });
      if (!seen) {
        say(form.row->name,
            "claims " + std::string(release) + ", whose catalogue does not have it");
      }
    }
  }

  void check_shape(const Form& form) {
    for (const auto& [catalog, service] : form.seen) {
      const Row& row = *form.row;
      if (row.group != service->group) differ(form, *catalog, "group", row.group, service->group);
      if (row.effect != service->effect) {
        differ(form, *catalog, "effect", effect_name(row.effect), effect_name(service->effect));
      }
      if (row.reply_may_be_nil != service->reply.or_nil) {
        differ(form, *catalog, "'nil if there is none'", row.reply_may_be_nil ? "true" : "false",
               service->reply.or_nil ? "true" : "false");
      }
      const std::size_t count = row.parameters.size();
      if (count != service->arguments.size()) {
        differ(form, *catalog, "number of arguments", std::to_string(count),
               std::to_string(service->arguments.size()));
        continue;
      }
      for (std::size_t i = 0; i < count; ++i) {
        check_argument(form, *catalog, i, row.parameters[i], service->arguments[i]);
      }
    }
  }

  void check_argument(const Form& form, const Catalog& catalog, std::size_t place,
                      const Parameter& parameter, const CatalogArgument& argument) {
    const std::string which = "argument " + std::to_string(place + 1);
    if (parameter.name != argument.name) {
      differ(form, catalog, which, parameter.name, argument.name);
    }
    const std::string row_mark = mark(parameter.optional, parameter.repeated);
    const std::string catalog_mark =
        mark(argument.presence != Presence::kRequired, argument.presence == Presence::kRepeated);
    if (row_mark != catalog_mark) {
      differ(form, catalog, "presence of " + which, row_mark, catalog_mark);
    }
  }

  /// A type may be proven on one release and carried over to the next: the proofs decide together.
  void check_types(const Form& form) {
    if (form.seen.empty()) return;
    for (std::size_t i = 0; i < form.row->parameters.size(); ++i) {
      std::set<std::string> wanted;
      for (const auto& [catalog, service] : form.seen) {
        if (i >= service->arguments.size() || carried_over(service->arguments[i].type)) continue;
        wanted.insert(row_type(service->arguments[i].type));
      }
      compare(form, "type of argument " + std::to_string(i + 1), form.row->parameters[i].type,
              std::move(wanted));
    }
    std::set<std::string> wanted;
    for (const auto& [catalog, service] : form.seen) {
      if (!carried_over(service->reply.type)) wanted.insert(row_reply(service->reply));
    }
    compare(form, "reply", form.row->reply, std::move(wanted));
  }

  void compare(const Form& form, const std::string& what, std::string_view row_side,
               std::set<std::string> wanted) {
    if (wanted.size() > 1) wanted.erase("any");
    if (wanted.size() > 1) {
      say(form.row->name, what + " is " + *wanted.begin() + " and " + *wanted.rbegin() +
                              " in the catalogues; a variant row is needed");
      return;
    }
    const std::string catalog_side = wanted.empty() ? "any" : *wanted.begin();
    if (row_side != catalog_side) {
      differ(form, *form.seen.front().first, what, row_side, catalog_side);
    }
  }

  const std::vector<Catalog>& catalogs_;
  std::map<std::string, std::vector<Form>, std::less<>> forms_;
  std::vector<std::string> findings_;
};

}  // namespace

std::string row_type(const CatalogType& type) {
  static constexpr std::array<std::string_view, 8> kKnown{
      "nil", "boolean", "int", "string", "array", "array of string", "struct", "xml_document"};
  if (!type.proven()) return "any";
  if (type.name == "array of struct") return "array";
  return std::ranges::find(kKnown, type.name) != kKnown.end() ? type.name : "any";
}

std::string row_reply(const CatalogReply& reply) {
  return reply.type.name == "nil" ? "nil" : row_type(reply.type);
}

std::vector<std::string> drift(const std::vector<Row>& rows, const std::vector<Row>& variants,
                               const std::vector<Catalog>& catalogs) {
  return Comparison(rows, variants, catalogs).run();
}

}  // namespace trestle::api_tools
