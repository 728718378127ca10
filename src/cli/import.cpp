// hearken import DIR
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/common.h"
#include "core/paths.h"
#include "hearken/exchange.h"

namespace hearken::cli {
namespace {

struct Options {
  CommonOptions common;
  std::filesystem::path folder;
  std::string format = "npy+jsonl";
};

int run(Options& options) {
  const ExportManifest manifest = read_manifest(options.folder);
  const LibraryInfo info = library_info_if_there(options.common.library_path());
  const bool held = std::any_of(info.models.begin(), info.models.end(),
                                [&](const LibraryModel& m) { return m.fingerprint == manifest.fingerprint; });
  // A library that has no such vectors yet takes only those which a model at hand would make.
  std::optional<Model> model;
  if (!held || !options.common.model.empty()) {
    CommonOptions named = options.common;
    if (named.model.empty()) named.model = manifest.model;
    model = load_model(named, nullptr);
  }
  Library library = Library::open(options.common.library_path(), OpenMode::create);
  ImportOptions import_options;
  import_options.model = model ? &*model : nullptr;
  const ImportReport report = import_vectors(library, options.folder, import_options);
  if (options.common.json) {
    auto skipped = nlohmann::json::array();
    for (const FileNote& note : report.skipped)
      skipped.push_back({{"path", display(note.path)}, {"reason", note.reason}});
    print_json({{"tracks", report.tracks},
                {"imported", report.imported},
                {"unchanged", report.unchanged},
                {"windows", report.windows},
                {"model", manifest.model},
                {"fingerprint", manifest.fingerprint},
                {"library", display(library.path())},
                {"skipped", std::move(skipped)}});
  } else {
    fmt::print("{}: {} new or completed, {} unchanged, {} skipped\n", counted(report.tracks, "track"), report.imported,
               report.unchanged, report.skipped.size());
  }
  for (const FileNote& note : report.skipped) complain(display(note.path) + ": " + note.reason);
  if (report.skipped.empty()) return kDone;
  return static_cast<std::int64_t>(report.skipped.size()) == report.tracks ? kFailed : kSomeSkipped;
}

}  // namespace

void add_import(CLI::App& program, int& status) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("import", "Take in vectors that were computed elsewhere");
  not_empty(command->add_option("DIR", options->folder, "A folder that hearken export --by window wrote"))
      ->required()
      ->type_name("");
  command->add_option("--format", options->format, "What the folder holds (default, and the only one: npy+jsonl)")
      ->check(CLI::IsMember({"npy+jsonl"}).description(""))
      ->type_name("npy+jsonl");
  add_common_options(*command, options->common);
  command->footer(
      "The vectors must be of the same model, preprocessing and windows (the same fingerprint), and the files where "
      "the\n"
      "rows say, with the same content. Everything is checked first; then each track is taken whole or not at all.\n"
      "Tracks that are there already stay as they are, so the same command twice changes nothing. Tracks whose file "
      "is\n"
      "missing or different are named, and the exit status is 3.\n\n"
      "Examples:\n"
      "  hearken import vectors\n"
      "  hearken import vectors --library second.db");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace hearken::cli
