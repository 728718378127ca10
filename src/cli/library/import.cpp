// hearken import DIR, hearken import --format stream FILE, and hearken import --vectors FILE --tracks FILE --as NAME
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/engine.h"
#include "cli/interrupt.h"
#include "cli/library/indexing.h"
#include "cli/progress.h"
#include "core/paths.h"
#include "hearken/exchange.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct ImportArguments {
  CommonOptions common;
  std::string engine;
  std::filesystem::path from;
  std::string format = "npy+jsonl";
  std::filesystem::path vectors, tracks;  // of another program
  std::string name;
  WindowingOptions windowing;
};

constexpr const char* kStdin = "-";

// The model that must have made the vectors; none when the library has such vectors and no model is named. A library
// that has none yet takes only those which a model at hand would make.
std::optional<Model> model_of(const VectorOrigin& origin, const CommonOptions& options) {
  const LibraryInfo info = library_info_if_there(options.library_path());
  const bool held = std::any_of(info.models.begin(), info.models.end(),
                                [&](const LibraryModel& m) { return m.fingerprint == origin.fingerprint; });
  if (held && options.model.empty()) return std::nullopt;
  CommonOptions named = options;
  if (named.model.empty()) named.model = origin.model;
  return load_model(named, nullptr);
}

// What came of it; `place` is where it went, as JSON names it.
int show_imported(const ImportReport& report, const VectorOrigin& origin,
                  const std::pair<const char*, std::string>& place, const CommonOptions& options) {
  if (options.json) {
    print_json({{"tracks", report.tracks},
                {"imported", report.imported},
                {"unchanged", report.unchanged},
                {"windows", report.windows},
                {"model", origin.model},
                {"fingerprint", origin.fingerprint},
                {place.first, place.second},
                {"skipped", library::notes_json(report.skipped)}});
  } else {
    fmt::print("{}: {} new or completed, {} unchanged, {} skipped\n", counted(report.tracks, "track"), report.imported,
               report.unchanged, report.skipped.size());
  }
  for (const FileNote& note : report.skipped) print_error(display(note.path) + ": " + note.reason);
  return exit_status(report.skipped, static_cast<std::int64_t>(report.skipped.size()) != report.tracks);
}

// Runs import_vectors() over a folder or a stream, whatever `source` is, and says what came of it.
template <class Source>
int take(Source& source, const VectorOrigin& origin, const CommonOptions& options) {
  const std::optional<Model> model = model_of(origin, options);
  Library library = Library::open(options.library_path(), OpenMode::create);
  ImportOptions import_options;
  import_options.model = model ? &*model : nullptr;
  return show_imported(import_vectors(library, source, import_options), origin, {"library", display(library.path())},
                       options);
}

// An engine takes what it has a place for; else the model that it comes from must be here.
int take_stream(std::istream& in, const std::filesystem::path& shown, const ImportArguments& options) {
  VectorStream stream(in, shown);
  const std::optional<Remote> remote = engine_asked(options.engine, options.common);
  if (!remote) return take(stream, stream.origin(), options.common);
  const VectorOrigin& origin = stream.origin();
  const std::vector<VectorOrigin> held = origins(*remote);
  const bool there =
      std::ranges::any_of(held, [&](const VectorOrigin& o) { return o.fingerprint == origin.fingerprint; });
  std::optional<Model> model;
  if (!there || !options.common.model.empty()) {
    CommonOptions named = options.common;
    if (named.model.empty()) named.model = origin.model;
    model = load_model(named, nullptr);
  }
  ImportOptions import_options;
  import_options.model = model ? &*model : nullptr;
  return show_imported(import_vectors(*remote, stream, import_options), origin, {"engine", display(remote->url())},
                       options.common);
}

// What another program computed, as a space of its own.
int take_space(const ImportArguments& options) {
  const CommonOptions& common = options.common;
  for (const std::filesystem::path* path : {&options.vectors, &options.tracks})
    check_worth_a_library(common.library_path(), std::span(path, 1));
  SpaceOptions space;
  space.name = options.name;
  space.threads = common.threads;
  if (options.windowing.window_seconds > 0) space.windowing.window_seconds = options.windowing.window_seconds;
  if (options.windowing.hop_seconds > 0) space.windowing.hop_seconds = options.windowing.hop_seconds;
  Progress progress(common.quiet);
  space.progress = [&](const IndexProgress& p) { progress.show(p); };
  const Interrupt interrupt;
  space.cancel = interrupt.flag();
  Library library = Library::open(common.library_path(), OpenMode::create);
  const ImportReport report = import_space(library, options.vectors, options.tracks, space);
  progress.clear();
  VectorOrigin origin;
  origin.model = options.name;
  for (const LibraryModel& model : library.info().models)
    if (model.name == options.name) origin.fingerprint = model.fingerprint;
  const int status = show_imported(report, origin, {"library", display(library.path())}, common);
  if (report.cancelled) throw Error(ErrorCode::cancelled, "stopped; what was finished is kept");
  if (report.imported > 0)
    print_note(common, fmt::format("hearken like id:N --model {0}, similar, map, cluster and export --model {0} work "
                                   "with them",
                                   shell_word(options.name)));
  return status;
}

int run_import(const ImportArguments& options) {
  if (!options.vectors.empty()) return take_space(options);
  if (options.from.empty())
    throw Error(ErrorCode::invalid_argument, "import: name a folder, a stream, or --vectors, --tracks and --as");
  if (options.format != "stream" && !options.engine.empty())
    throw Error(ErrorCode::invalid_argument, "import: an engine takes a stream: --format stream");
  std::error_code ignored;
  if (options.from != kStdin && !std::filesystem::exists(options.from, ignored))
    throw Error(ErrorCode::not_found, "import: " + display(options.from) +
                                          ": no such file or folder; hearken export --by window --out DIR makes one");
  if (options.format != "stream") return take(options.from, read_manifest(options.from).origin, options.common);
  if (options.from == kStdin) {
    std::ios::sync_with_stdio(false);
    return take_stream(std::cin, "standard input", options);
  }
  errno = 0;
  std::ifstream file(options.from, std::ios::binary);
  if (!file) throw os_error(options.from, "read", errno != 0 ? errno : EIO);
  return take_stream(file, options.from, options);
}

void add_space_options(CLI::App& command, ImportArguments& options, CLI::Option* from) {
  CLI::Option* vectors =
      not_empty(add_value(command, "--vectors", options.vectors,
                          "Vectors that another program made, float32 [rows, elements] (.npy)", "FILE"))
          ->excludes(from);
  CLI::Option* tracks = not_empty(add_value(command, "--tracks", options.tracks,
                                            "What each row is of: a CSV file with a column path, and start, title, "
                                            "artist, album, genre if you like",
                                            "FILE"))
                            ->needs(vectors);
  CLI::Option* name =
      add_value(command, "--as", options.name, "What to call them, as --model takes it", "NAME")->needs(vectors);
  vectors->needs(tracks)->needs(name);
  positive(command.add_option("--window", options.windowing.window_seconds,
                              "Seconds of sound of a row, where rows have a start (default: 10)"),
           "a number of seconds above 0", "S")
      ->needs(vectors);
  positive(command.add_option("--hop", options.windowing.hop_seconds,
                              "Seconds from one row's start to the next (default: 5)"),
           "a number of seconds above 0", "S")
      ->needs(vectors);
}

}  // namespace

void add_import(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "import", "Take in vectors that were computed elsewhere", run_import);
  CLI::Option* from =
      not_empty(add_positional(command, "FROM", options.from,
                               "A folder that hearken export --by window wrote; of a stream its file, or - for "
                               "standard input"));
  one_of(command.add_option("--format", options.format,
                            "What it is: a folder (the default), or what embed --stream wrote"),
         {"npy+jsonl", "stream"});
  add_space_options(command, options, from);
  add_common_options(command, options.common);
  add_engine_option(command, options.engine)->excludes(command.get_option("--vectors"));
  command.footer(
      R"(The vectors must be of the same model, preprocessing and windows (the same fingerprint), and the files where the
rows say, with the same content. Each track is taken whole or not at all; a folder is checked to its end first.
Tracks that are there already stay as they are, so the same command twice changes nothing. Tracks whose file is
missing or different are named, and the exit status is 3.

--vectors takes what any other program computed of files that are here, as a space of its own: rows become vectors
of length 1, and like id:42, similar, map, cluster and export work with them under --model NAME. They know no
texts. See docs/EXPORT.md.

Examples:
  hearken import vectors
  hearken import --vectors F.npy --tracks F.csv --as openl3
  hearken import vectors --library second.db
  cat part-*.jsonl | hearken import --format stream -
  cat part-*.jsonl | hearken import --format stream - --cluster weaviate://a.lan,b.lan,c.lan/Archive)");
}

}  // namespace hearken::cli
