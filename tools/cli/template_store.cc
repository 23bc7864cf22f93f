// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <utility>

#include "systemvm/byte_stream.h"
#include "systemvm/http_source.h"
#include "systemvm/open_image.h"
#include "systemvm/template_server.h"
#include "systemvm/template_sql.h"
#include "systemvm/template_store.h"
#include "tools/cli/call.h"
#include "tools/cli/template_verbs.h"
#include "tools/cli/transfer.h"

namespace trestle::cli {
namespace {

constexpr std::string_view kDescription = "SystemVM Template (Ovm3)";

Result<std::uint64_t> id_of(const Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t id,
                           call.args.number("id", 1, std::numeric_limits<std::int64_t>::max()));
  return static_cast<std::uint64_t>(id);
}

/// The row that both `install` and `serve` write about.
struct Planned {
  systemvm::TemplateRow row;
  systemvm::CloudStackVersion version;
};

Result<Planned> plan(const Call& call) {
  Planned planned;
  TRESTLE_ASSIGN_OR_RETURN(planned.row.id, id_of(call));
  const std::string given = call.args.maybe("cloudstack").value_or("4.20");
  auto version = systemvm::CloudStackVersion::parse(given);
  if (!version) return usage("--cloudstack: " + version.error().what);
  planned.version = std::move(*version);
  planned.row.name = call.args.maybe("name").value_or("systemvm-ovm3-" + planned.version.text);
  planned.row.description = kDescription;
  return planned;
}

Result<void> add_checksum(const CallContext& ctx, Planned& planned, const std::string& path,
                          const systemvm::ProgressSink& progress) {
  TRESTLE_ASSIGN_OR_RETURN(const auto file, systemvm::ReadFile::open(path));
  planned.row.size = file.size();
  planned.row.checksum.kind = planned.version.checksum_kind();
  TRESTLE_ASSIGN_OR_RETURN(planned.row.checksum.hex,
                           systemvm::digest_of(ctx, file, planned.row.checksum.kind, progress));
  return {};
}

Result<Outcome> install(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(Planned planned, plan(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto store,
                           systemvm::TemplateStore::open(call.args.text("secondary")));
  Transfer transfer(call.world());
  systemvm::ConvertOptions options;
  options.progress = [&](const systemvm::StepProgress& now) { transfer.tell(now); };
  options.replace =
      call.args.has("force") ? systemvm::Replace::kAllowed : systemvm::Replace::kNever;
  options.ca_file = call.args.maybe("ca-file").value_or("");
  if (call.args.has("checksum")) {
    auto checksum = systemvm::Checksum::parse(call.args.text("checksum"));
    if (!checksum) return usage("--checksum: " + checksum.error().what);
    options.checksum = std::move(*checksum);
  }
  TRESTLE_ASSIGN_OR_RETURN(const systemvm::Converted made,
                           store.install(ctx, call.args.text("IMAGE"), planned.row.id,
                                         planned.row.description, options));
  TRESTLE_RETURN_IF_ERROR(add_checksum(ctx, planned, made.path, options.progress));
  transfer.finish();
  warn(call.world(), made.warnings);
  // Where it lies: a seeded template is never fetched again.
  planned.row.url = "file://" + made.path;
  const std::string sql = systemvm::insert_template(planned.row, planned.version);
  return Outcome{.document = Struct{{"id", whole(planned.row.id)},
                                    {"path", made.path},
                                    {"size_bytes", whole(made.size.count)},
                                    {"content_sha256", made.content->sha256},
                                    {"sql", sql}},
                 .columns = {},
                 .text = sql};
}

/// Ovm3 takes a raw disk and nothing else; a packed one would be served as it lies there.
Result<void> check_raw(const CallContext& ctx, const std::string& image) {
  TRESTLE_ASSIGN_OR_RETURN(const auto file, systemvm::ReadFile::open(image));
  std::vector<std::byte> first(systemvm::kPackingBytes);
  TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, file.read_some(0, first));
  const auto packing = systemvm::packing_of(std::span(first).first(got));
  std::string format = systemvm::to_string(packing);
  if (packing == systemvm::Packing::kNone) {
    TRESTLE_ASSIGN_OR_RETURN(const auto disk,
                             systemvm::open_disk(ctx, image, {.scratch_near = image}));
    format = disk->facts().format;
  }
  if (format == "raw") return {};
  return usage(image + " is " + format + ", and Ovm3 takes raw; run 'template convert' first");
}

/// The name goes into an address that CloudStack opens, so it must be nothing but a name there.
Result<void> check_host(const std::string& host) {
  const bool v6 = host.find(':') != std::string::npos;
  const auto url = systemvm::Url::parse("http://" + (v6 ? "[" + host + "]" : host) + "/");
  if (url && url->host == host && url->port == "80" && url->target == "/") return {};
  return usage(
      "--host is neither the name nor the address of a machine; give it without port and "
      "brackets");
}

Result<Outcome> serve(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext budget, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(Planned planned, plan(call));
  TRESTLE_RETURN_IF_ERROR(check_host(call.args.text("host")));
  const std::string& image = call.args.text("IMAGE");
  TRESTLE_RETURN_IF_ERROR(check_raw(budget, image));
  Transfer transfer(call.world());
  TRESTLE_RETURN_IF_ERROR(add_checksum(
      budget, planned, image, [&](const systemvm::StepProgress& now) { transfer.tell(now); }));
  transfer.finish();
  TRESTLE_ASSIGN_OR_RETURN(auto file, systemvm::ReadFile::open(image));
  TRESTLE_ASSIGN_OR_RETURN(
      const auto server, systemvm::TemplateServer::listen(
                             std::move(file), call.args.maybe("listen").value_or("0.0.0.0:8080")));
  planned.row.url = server.url(call.args.text("host"));
  const std::string sql = systemvm::point_template(planned.row, planned.version);
  call.world().err << "serving " << planned.row.url << " until it is stopped" << std::endl;
  const bool json = call.args.has("json");
  if (!json) call.world().out << sql << std::flush;  // needed now, not when the serving ends
  TRESTLE_ASSIGN_OR_RETURN(const auto time,
                           call.args.duration("for", std::chrono::milliseconds(kCopyBudget)));
  TRESTLE_ASSIGN_OR_RETURN(const std::uint64_t sent, server.serve(with_budget(budget, time)));
  return Outcome{.document = Struct{{"url", planned.row.url}, {"sql", sql}, {"sent", whole(sent)}},
                 .columns = {},
                 .text = "sent " + std::to_string(sent) + " times"};
}

Value describe(const systemvm::StoredTemplate& stored) {
  return Struct{{"id", whole(stored.id)},
                {"unique_name", stored.unique_name},
                {"description", stored.description},
                {"size_bytes", whole(stored.size)},
                {"file", stored.file},
                {"folder", stored.folder},
                {"image_present", stored.image_present},
                {"installed_by_trestle", stored.ours}};
}

Result<Outcome> list(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const auto store,
                           systemvm::TemplateStore::open(call.args.text("secondary")));
  TRESTLE_ASSIGN_OR_RETURN(const auto stored, store.list());
  Array found;
  for (const systemvm::StoredTemplate& one : stored) found.push_back(describe(one));
  return Outcome{.document = std::move(found),
                 .columns = {{"ID", "id"},
                             {"NAME", "unique_name"},
                             {"SIZE", "size_bytes"},
                             {"FILE", "file"},
                             {"THERE", "image_present"},
                             {"OURS", "installed_by_trestle"}}};
}

Result<Outcome> remove_template(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const std::uint64_t id, id_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto store,
                           systemvm::TemplateStore::open(call.args.text("secondary")));
  TRESTLE_ASSIGN_OR_RETURN(const auto removed, store.remove(id, call.args.has("force")));
  return Outcome{.document = Struct{{"id", whole(id)}, {"folder", removed.folder}}};
}

Option secondary_option() {
  return {.name = "secondary",
          .value = "DIR",
          .help = "secondary storage: a local folder or where the export is mounted",
          .required = true,
          .complete = Complete::kDirectory};
}
Option id_option() {
  return {.name = "id", .value = "N", .help = "id of the row in vm_template", .required = true};
}
Option cloudstack_option() {
  return {.name = "cloudstack", .value = "RELEASE", .help = "4.5 to 4.20 (default), also 4.11.3"};
}
Option name_option() {
  return {.name = "name",
          .value = "NAME",
          .help = "name of the template; else systemvm-ovm3-RELEASE, which upgrades look for"};
}

Verb install_verb() {
  return {.name = "install",
          .what = "Seeds a template into secondary storage and prints its row as SQL",
          .operands = {{.name = "IMAGE", .help = "path or URL", .complete = Complete::kFile}},
          .options = {secondary_option(),
                      id_option(),
                      cloudstack_option(),
                      name_option(),
                      {.name = "checksum", .value = "SUM", .help = "of IMAGE as it is stored"},
                      ca_file_option(),
                      {.name = "force", .value = "", .help = "replace the template of that id"}},
          .schema = R"({"id": "integer", "path": "text", "size_bytes": "integer", )"
                    R"("content_sha256": "text", "sql": "text"})",
          .examples = {"template install systemvm.vhd --secondary secondary --id 12",
                       "template install systemvm.vhd --secondary secondary --id 12 --cloudstack "
                       "4.11.3 --json"},
          .run = install,
          .more = "The database is not touched: review the SQL and run it with mysql.",
          .reach = Reach::kLocal};
}

Verb serve_verb() {
  return {
      .name = "serve",
      .what = "Offers a raw template over HTTP and prints the SQL that points CloudStack to it",
      .operands = {{.name = "IMAGE", .help = "raw image", .complete = Complete::kFile}},
      .options = {id_option(),
                  {.name = "host",
                   .value = "NAME",
                   .help = "this machine, as CloudStack can reach it",
                   .required = true},
                  {.name = "listen",
                   .value = "ADDR:PORT",
                   .help = "where to listen; else 0.0.0.0:8080, port 0 takes a free one"},
                  {.name = "for", .value = "TIME", .help = "end after TIME: 30 (seconds), 10m, 1h"},
                  cloudstack_option(),
                  name_option()},
      .schema = R"({"url": "text", "sql": "text", "sent": "integer"})",
      .examples = {"template serve systemvm.raw --id 12 --host 127.0.0.1 --listen 127.0.0.1:0 "
                   "--for 500ms",
                   "template serve systemvm.raw --id 12 --host 127.0.0.1 --listen 127.0.0.1:0 "
                   "--for 500ms --json"},
      .run = serve,
      .reach = Reach::kLocal};
}

}  // namespace

std::vector<Verb> template_store_verbs() {
  return {
      install_verb(),
      serve_verb(),
      {.name = "list",
       .what = "Lists the templates on a secondary storage",
       .options = {secondary_option()},
       .schema =
           R"([{"id": "integer", "unique_name": "text", "description": "text", "size_bytes": )"
           R"("integer", "file": "text", "folder": "text", "image_present": "boolean", )"
           R"("installed_by_trestle": "boolean"}])",
       .examples = {"template list --secondary seeded", "template list --secondary seeded --json"},
       .run = list,
       .reach = Reach::kLocal},
      {.name = "remove",
       .what = "Removes a template from a secondary storage",
       .options = {secondary_option(),
                   id_option(),
                   {.name = "force", .value = "", .help = "also one that was not installed here"}},
       .schema = R"({"id": "integer", "folder": "text"})",
       .examples = {"template remove --secondary seeded --id 11",
                    "template remove --secondary seeded --id 11 --json"},
       .run = remove_template,
       .reach = Reach::kLocal}};
}

}  // namespace trestle::cli
