// hearken export --out DIR
#include <fmt/format.h>

#include <sstream>
#include <string>

#include "cli/common.h"
#include "cli/selecting.h"
#include "core/paths.h"
#include "hearken/exchange.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct ExportArguments {
  CommonOptions common;
  std::filesystem::path out;
  std::string by = "window", format = "npy+jsonl+csv";
  ExportOptions exported;
};

// "npy+jsonl".
void set_formats(const std::string& text, ExportOptions& options) {
  options.npy = options.jsonl = options.csv = false;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, '+');) {
    bool* const wanted = part == "npy"     ? &options.npy
                         : part == "jsonl" ? &options.jsonl
                         : part == "csv"   ? &options.csv
                                           : nullptr;
    if (wanted == nullptr)
      throw Error(ErrorCode::invalid_argument,
                  "--format: '" + display(part) + "' is none of npy, jsonl and csv, joined by +");
    *wanted = true;
  }
}

int run_export(ExportArguments& options) {
  if (!good_where(options.exported.where)) return kWrongUsage;
  set_formats(options.format, options.exported);
  options.exported.by = options.by == "track" ? ExportBy::track : ExportBy::window;
  options.exported.model = options.common.model;
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const ExportReport report = export_vectors(library, options.out, options.exported);
  if (options.common.json) {
    auto files = nlohmann::json::array();
    for (const auto& file : report.files) files.push_back(display(file));
    print_json({{"by", options.by},
                {"rows", report.rows},
                {"tracks", report.tracks},
                {"dimension", report.dimension},
                {"model", report.model},
                {"fingerprint", report.fingerprint},
                {"window", report.windowing.window_seconds},
                {"hop", report.windowing.hop_seconds},
                {"files", std::move(files)},
                {"clips", report.clips},
                {"without_vectors", report.without_vectors},
                {"skipped", library::notes_json(report.skipped)}});
  } else {
    for (const auto& file : report.files) fmt::print("{}\n", short_path(file));
  }
  for (const FileNote& note : report.skipped) print_error(display(note.path) + ": " + note.reason);
  print_note(options.common, fmt::format("{} of {}{}", counted(report.rows, "row"), counted(report.tracks, "track"),
                                         options.exported.clips.empty() ? "" : ", " + counted(report.clips, "clip")));
  if (report.without_vectors > 0)
    print_note(options.common, fmt::format("{} left out: no vectors of this model with windows of {}",
                                           counted(report.without_vectors, "track"), in_words(report.windowing)));
  return exit_status(report.skipped);
}

}  // namespace

void add_export(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "export", "Write the vectors and the catalogue for other programs", run_export);
  add_value(command, "--out,-o", options.out, "The folder to write to", "DIR")->required();
  one_of(command.add_option("--by", options.by, "A row for each window (default) or each track"), {"window", "track"});
  command.add_option("--format", options.format, "What to write (default npy+jsonl+csv)")->type_name("npy+jsonl+csv");
  add_selection_options(command, options.exported.under, options.exported.where);
  add_value(command, "--clips", options.exported.clips, "Write each window's sound to this folder, as WAV", "DIR");
  add_common_options(command, options.common);
  command.footer(
      R"(DIR gets vectors.npy (float32, a row for each window), catalogue.jsonl and catalogue.csv (the same rows in the
same order: chunk_id, filename, start, end, track, tags, file) and export.json (model, fingerprint, windows).
By track the vectors are the means of the windows. Clips are named CHUNK_ID.wav. docs/EXPORT.md has it all.

Examples:
  hearken export --out vectors
  hearken export --out tracks --by track --format csv
  hearken export --out jazz --where "genre ~ 'jazz'" --clips jazz/clips)");
}

}  // namespace hearken::cli
