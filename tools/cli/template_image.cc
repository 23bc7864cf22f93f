// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "systemvm/convert.h"
#include "systemvm/manifest.h"
#include "systemvm/open_image.h"
#include "systemvm/verify.h"
#include "tools/cli/call.h"
#include "tools/cli/template_verbs.h"
#include "tools/cli/text.h"
#include "tools/cli/transfer.h"

namespace trestle::cli {

Value text_list(const std::vector<std::string>& texts) { return Array(texts.begin(), texts.end()); }

void warn(World& world, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    world.err << "warning: " << printable(warning) << std::endl;
  }
}

Option ca_file_option() {
  return {.name = "ca-file",
          .value = "FILE",
          .help = "authorities for https, in PEM; else those of this machine",
          .complete = Complete::kFile};
}

namespace {

Value describe(const systemvm::ImageFacts& facts) {
  return Struct{{"format", facts.format},
                {"subformat", facts.subformat},
                {"size_bytes", whole(facts.size.count)},
                {"file_bytes", whole(facts.file_size.count)},
                {"block_bytes", whole(facts.block_bytes)},
                {"allocated_blocks", whole(facts.allocated_blocks)},
                {"creator", facts.creator},
                {"parents", text_list(facts.parents)},
                {"warnings", text_list(facts.warnings)}};
}

Result<std::optional<systemvm::Checksum>> checksum_of(const Call& call) {
  if (!call.args.has("checksum")) return std::optional<systemvm::Checksum>();
  auto checksum = systemvm::Checksum::parse(call.args.text("checksum"));
  if (!checksum) return usage("--checksum: " + checksum.error().what);
  return std::optional<systemvm::Checksum>(std::move(*checksum));
}

Result<Outcome> inspect(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(const auto checksum, checksum_of(call));
  Transfer transfer(call.world());
  const std::string& image = call.args.text("IMAGE");
  TRESTLE_ASSIGN_OR_RETURN(
      const auto disk,
      systemvm::open_disk(ctx, image,
                          {.checksum = checksum,
                           .scratch_near = systemvm::scratch_place(image),
                           .ca_file = call.args.maybe("ca-file").value_or(""),
                           .progress = [&](const auto& now) { transfer.tell(now); }}));
  transfer.finish();
  return Outcome{.document = describe(disk->facts())};
}

Result<systemvm::ConvertOptions> convert_options(const Call& call) {
  systemvm::ConvertOptions options;
  if (call.args.text("to") == "vhd") options.format = systemvm::TargetFormat::kVhd;
  if (call.args.has("subformat") && options.format != systemvm::TargetFormat::kVhd) {
    return usage("--subformat belongs to a VHD; add --to vhd");
  }
  if (call.args.text("subformat") == "fixed") options.subformat = systemvm::VhdSubformat::kFixed;
  options.round_mib = call.args.has("round-mib");
  options.manifest = !call.args.has("no-manifest");
  options.replace =
      call.args.has("force") ? systemvm::Replace::kAllowed : systemvm::Replace::kNever;
  TRESTLE_ASSIGN_OR_RETURN(options.checksum, checksum_of(call));
  options.ca_file = call.args.maybe("ca-file").value_or("");
  return options;
}

Result<Outcome> convert_image(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  TRESTLE_ASSIGN_OR_RETURN(systemvm::ConvertOptions options, convert_options(call));
  Transfer transfer(call.world());
  options.progress = [&](const systemvm::StepProgress& now) { transfer.tell(now); };
  TRESTLE_ASSIGN_OR_RETURN(
      const systemvm::Converted made,
      systemvm::convert(ctx, call.args.text("IN"), call.args.text("OUT"), options));
  transfer.finish();
  warn(call.world(), made.warnings);
  return Outcome{.document = Struct{
                     {"path", made.path},
                     {"source", describe(made.source)},
                     {"size_bytes", whole(made.size.count)},
                     {"file_bytes", whole(made.file_size.count)},
                     {"on_disk_bytes", whole(made.on_disk.count)},
                     {"content_sha256", made.content ? Value(made.content->sha256) : Value(Nil{})},
                     {"file_sha256", made.content ? Value(made.file_sha256) : Value(Nil{})},
                     {"manifest", made.manifest.empty() ? Value(Nil{}) : Value(made.manifest)}}};
}

Value describe(const systemvm::Difference& difference) {
  return Struct{{"offset", whole(difference.offset)},
                {"length", whole(difference.length)},
                {"bit", difference.bit ? Value(static_cast<int>(*difference.bit)) : Value(Nil{})},
                {"what", difference.what}};
}

std::string line_of(const systemvm::Difference& difference) {
  std::string line = "offset " + std::to_string(difference.offset);
  if (difference.bit) line += ", bit " + std::to_string(*difference.bit);
  if (difference.length > 1) line += ", " + std::to_string(difference.length) + " bytes";
  return line + ": " + difference.what + "\n";
}

Result<Outcome> verify(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context(kCopyBudget));
  Transfer transfer(call.world());
  const auto progress = [&](const systemvm::StepProgress& now) { transfer.tell(now); };
  const std::string& image = call.args.text("IMAGE");
  if (call.args.has("OTHER") && call.args.has("manifest")) {
    return usage("name a second image or give --manifest, not both");
  }
  const std::string manifest =
      call.args.has("manifest") ? call.args.text("manifest") : systemvm::manifest_path(image);
  TRESTLE_ASSIGN_OR_RETURN(
      const systemvm::Verified verified,
      call.args.has("OTHER") ? systemvm::verify_equal(ctx, image, call.args.text("OTHER"), progress)
                             : systemvm::verify_manifest(ctx, image, manifest, progress));
  transfer.finish();
  Array differences;
  std::string text;
  for (const systemvm::Difference& difference : verified.differences) {
    differences.push_back(describe(difference));
    text += line_of(difference);
  }
  if (verified.more > 0) text += "and " + std::to_string(verified.more) + " more\n";
  if (verified.equal) text = "the content is equal, SHA-256 " + verified.content_sha256 + "\n";
  return Outcome{.document = Struct{{"equal", verified.equal},
                                    {"size_bytes", whole(verified.size)},
                                    {"content_sha256", verified.content_sha256.empty()
                                                           ? Value(Nil{})
                                                           : Value(verified.content_sha256)},
                                    {"differences", std::move(differences)},
                                    {"more_differences", whole(verified.more)}},
                 .columns = {},
                 .text = std::move(text),
                 .exit = verified.equal ? 0 : kDifferences};
}

constexpr std::string_view kFactsSchema =
    R"({"format": "text", "subformat": "text", "size_bytes": "integer", "file_bytes": "integer", )"
    R"("block_bytes": "integer", "allocated_blocks": "integer", "creator": "text", "parents": ["text"], )"
    R"("warnings": ["text"]})";
constexpr std::string_view kConvertedSchema =
    R"({"path": "text", "source": {"format": "text", "subformat": "text", "size_bytes": "integer", )"
    R"("file_bytes": "integer", "block_bytes": "integer", "allocated_blocks": "integer", "creator": )"
    R"("text", "parents": ["text"], "warnings": ["text"]}, "size_bytes": "integer", "file_bytes": )"
    R"("integer", "on_disk_bytes": "integer", "content_sha256": "text?", "file_sha256": "text?", )"
    R"("manifest": "text?"})";
constexpr std::string_view kVerifiedSchema =
    R"({"equal": "boolean", "size_bytes": "integer", "content_sha256": "text?", "differences": )"
    R"([{"offset": "integer", "length": "integer", "bit": "integer?", "what": "text"}], )"
    R"("more_differences": "integer"})";

Option checksum_option() {
  return {.name = "checksum",
          .value = "SUM",
          .help = "of the file as it is stored: {SHA-256}HEX, sha256:HEX, md5:HEX or bare HEX"};
}

Verb convert_verb() {
  return {
      .name = "convert",
      .what = "Converts a disk image, by default to raw as Oracle VM 3 needs it",
      .operands = {{.name = "IN", .help = "image of any known format", .complete = Complete::kFile},
                   {.name = "OUT", .help = "file to make", .complete = Complete::kFile}},
      .options = {{.name = "to",
                   .value = "FORMAT",
                   .help = "raw (default) or vhd",
                   .words = {"raw", "vhd"}},
                  {.name = "subformat",
                   .value = "KIND",
                   .help = "of a VHD: dynamic (default) or fixed",
                   .words = {"dynamic", "fixed"}},
                  {.name = "round-mib", .value = "", .help = "make the disk a whole number of MiB"},
                  {.name = "force", .value = "", .help = "replace OUT if it is there"},
                  {.name = "no-manifest", .value = "", .help = "write no OUT.manifest.json"},
                  checksum_option(),
                  ca_file_option()},
      .schema = kConvertedSchema,
      .examples = {"template convert systemvm.vhd template.raw",
                   "template convert systemvm.raw copy.vhd --to vhd --json"},
      .run = convert_image,
      .more =
          "The format of IN is found by its content. OUT appears only when all of it is on the "
          "disk; zeroes become holes.",
      .reach = Reach::kLocal};
}

}  // namespace

std::vector<Verb> template_image_verbs() {
  return {{.name = "inspect",
           .what = "Shows what an image says of itself, and what is odd about it",
           .operands = {{.name = "IMAGE", .help = "disk image", .complete = Complete::kFile}},
           .options = {checksum_option(), ca_file_option()},
           .schema = kFactsSchema,
           .examples = {"template inspect systemvm.vhd", "template inspect systemvm.raw --json"},
           .run = inspect,
           .reach = Reach::kLocal},
          convert_verb(),
          {.name = "verify",
           .what = "Compares an image with its manifest, or two images with each other",
           .operands = {{.name = "IMAGE", .help = "disk image", .complete = Complete::kFile},
                        {.name = "OTHER",
                         .help = "second image; formats may differ, content counts",
                         .required = false,
                         .complete = Complete::kFile}},
           .options = {{.name = "manifest",
                        .value = "FILE",
                        .help = "the manifest; else IMAGE.manifest.json",
                        .complete = Complete::kFile}},
           .schema = kVerifiedSchema,
           .examples = {"template verify systemvm.raw systemvm.vhd",
                        "template verify systemvm.raw --json"},
           .run = verify,
           .more = "Exit status 3 if they differ; a single flipped bit is named.",
           .reach = Reach::kLocal}};
}

}  // namespace trestle::cli
