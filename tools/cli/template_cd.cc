// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <utility>

#include "systemvm/patch_iso.h"
#include "tools/cli/call.h"
#include "tools/cli/template_verbs.h"

namespace trestle::cli {
namespace {

Value describe(const systemvm::PatchIso& iso) {
  Array files;
  for (const systemvm::IsoEntry& entry : iso.entries) {
    files.emplace_back(
        Struct{{"name", entry.name}, {"size_bytes", whole(entry.size)}, {"sha256", entry.sha256}});
  }
  return Struct{{"path", iso.path},
                {"size_bytes", whole(iso.size.count)},
                {"sha256", iso.sha256},
                {"files", std::move(files)}};
}

Result<Outcome> make_cd(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  std::vector<systemvm::IsoSource> files;
  for (const std::string& path : call.args.list("FILE")) {
    files.push_back({.name = std::filesystem::path(path).filename().string(), .path = path});
  }
  const auto replace =
      call.args.has("force") ? systemvm::Replace::kAllowed : systemvm::Replace::kNever;
  TRESTLE_ASSIGN_OR_RETURN(const auto made,
                           systemvm::build_patch_iso(ctx, files, call.args.text("out"), replace));
  return Outcome{.document = describe(made)};
}

Result<Outcome> list_cd(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(const auto iso, systemvm::read_patch_iso(ctx, call.args.text("CD")));
  return Outcome{.document = describe(iso)};
}

Result<Outcome> compare_cd(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(const auto one, systemvm::read_patch_iso(ctx, call.args.text("CD")));
  TRESTLE_ASSIGN_OR_RETURN(const auto other,
                           systemvm::read_patch_iso(ctx, call.args.text("OTHER")));
  const auto differences = systemvm::iso_differences(one, other);
  return Outcome{
      .document = Struct{{"equal", differences.empty()}, {"differences", text_list(differences)}},
      .exit = differences.empty() ? 0 : kDifferences};
}

std::string_view text_of(systemvm::IsoPut put) {
  switch (put) {
    case systemvm::IsoPut::kWasThere:
      return "was there";
    case systemvm::IsoPut::kCopied:
      return "copied";
    case systemvm::IsoPut::kMended:
      return "damaged, mended";
  }
  return "";
}

Result<Outcome> put_cd(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(const auto iso, systemvm::read_patch_iso(ctx, call.args.text("CD")));
  const std::string& folder = call.args.text("into");
  TRESTLE_ASSIGN_OR_RETURN(const auto put, systemvm::put_patch_iso(ctx, iso, folder));
  const std::string name = systemvm::patch_iso_name(iso);
  return Outcome{.document = Struct{{"name", name},
                                    {"path", folder + "/" + name},
                                    {"sha256", iso.sha256},
                                    {"outcome", std::string(text_of(put))}}};
}

constexpr std::string_view kCdSchema =
    R"({"path": "text", "size_bytes": "integer", "sha256": "text", )"
    R"("files": [{"name": "text", "size_bytes": "integer", "sha256": "text"}]})";

Operand cd_operand() {
  return {.name = "CD", .help = "image of a patch CD", .complete = Complete::kFile};
}

}  // namespace

std::vector<Verb> template_cd_verbs() {
  return {
      {.name = "make-cd",
       .what = "Makes the patch CD of system VMs, byte for byte the same from the same files",
       .operands = {{.name = "FILE",
                     .help = "authorized_keys, cloud-scripts.tgz, agent.zip ...",
                     .many = true,
                     .complete = Complete::kFile}},
       .options = {{.name = "out",
                    .value = "CD",
                    .help = "the image to make",
                    .required = true,
                    .complete = Complete::kFile},
                   {.name = "force", .value = "", .help = "replace an image of that name"}},
       .schema = kCdSchema,
       .examples = {"template make-cd authorized_keys --out keys.iso",
                    "template make-cd authorized_keys agent.zip --out both.iso --json"},
       .run = make_cd,
       .reach = Reach::kLocal},
      {.name = "list-cd",
       .what = "Lists what lies on a patch CD",
       .operands = {cd_operand()},
       .schema = kCdSchema,
       .examples = {"template list-cd systemvm.iso", "template list-cd systemvm.iso --json"},
       .run = list_cd,
       .reach = Reach::kLocal},
      {.name = "compare-cd",
       .what = "Compares two patch CDs by what a guest finds on them",
       .operands = {cd_operand(),
                    {.name = "OTHER", .help = "the other image", .complete = Complete::kFile}},
       .schema = R"({"equal": "boolean", "differences": ["text"]})",
       .examples = {"template compare-cd systemvm.iso systemvm.iso",
                    "template compare-cd systemvm.iso systemvm.iso --json"},
       .run = compare_cd,
       .more = "Exit status 3 if they differ; the names of the files that do are told.",
       .reach = Reach::kLocal},
      {.name = "put-cd",
       .what = "Puts a patch CD on a primary storage unless it is there",
       .operands = {cd_operand()},
       .options = {{.name = "into",
                    .value = "DIR",
                    .help = "folder ISOs of the repository, where its export is mounted",
                    .required = true,
                    .complete = Complete::kDirectory}},
       .schema = R"({"name": "text", "path": "text", "sha256": "text", "outcome": "text"})",
       .examples = {"template put-cd systemvm.iso --into seeded",
                    "template put-cd systemvm.iso --into seeded --json"},
       .run = put_cd,
       .more = "The name is made of the content, so the CD of a VM that runs is never pulled away.",
       .reach = Reach::kLocal}};
}

}  // namespace trestle::cli
