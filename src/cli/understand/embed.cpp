// hearken embed FILE|DIR… | --text T… --out F.npy, and --stream
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <limits>
#include <optional>

#include "cli/common.h"
#include "cli/guide/definition.h"
#include "cli/interrupt.h"
#include "cli/labels.h"
#include "cli/understand/embed_inputs.h"
#include "core/files/npy.h"
#include "core/paths.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

namespace fs = std::filesystem;

struct EmbedArguments {
  CommonOptions common;
  std::vector<fs::path> sounds, audio;  // as arguments; by --audio
  std::vector<std::string> texts;
  std::filesystem::path out;
  WindowingOptions windowing;
  bool windows = false, raw = false, pooled = false;
  bool stream = false, unordered = false, binary = false;

  EmbeddingForm form() const {
    return pooled ? EmbeddingForm::pooled : raw ? EmbeddingForm::projected : EmbeddingForm::unit;
  }
};

// Until the input ends, SIGTERM or SIGINT comes (what was begun is finished; a second signal ends at once), or nobody
// reads.
int run_stream(const Model& model, StreamOptions options, bool quiet) {
  std::signal(SIGPIPE, SIG_IGN);  // writing says so, too
  const Interrupt interrupt;
  options.cancel = interrupt.flag();
  const StreamReport report = embed_rows(model, STDIN_FILENO, STDOUT_FILENO, options);
  if (!quiet && report.errors > 0)
    print_error(fmt::format("{} of {} are errors", report.errors, counted(report.rows, "row")));
  if (report.cancelled) {
    print_error(fmt::format("stopped; {} written", counted(report.rows, "row")));
    return kFailed;
  }
  return report.errors > 0 ? kSomeSkipped : kDone;
}

struct Rows {
  std::vector<float> values;
  std::size_t width = 0;
  nlohmann::json inputs = nlohmann::json::array(), skipped = nlohmann::json::array();

  std::size_t count() const { return values.size() / width; }
};

// The files among what was named; of a folder those in it. What could not be looked into is named and counts as
// skipped.
std::vector<SoundInput> inputs_of(const EmbedArguments& options, Rows& rows) {
  std::vector<SoundInput> inputs;
  for (const fs::path& path : options.audio) {
    std::error_code ignored;
    if (path == "-") {
      inputs.push_back({path, read_standard_input()});
    } else if (fs::is_directory(path, ignored)) {
      std::vector<FileNote> skipped;
      for (fs::path& file : sounds_in(path, skipped)) inputs.push_back({file, std::nullopt});
      for (const FileNote& note : skipped) rows.skipped.push_back(library::note_json(note));
      print_skipped(skipped);
    } else {
      inputs.push_back({path, std::nullopt});
    }
  }
  return inputs;
}

Rows embed_audio(const EmbedArguments& options, const Model& model, const Windowing& windowing) {
  Rows rows;
  rows.width = model.audio_width(options.form());
  for (const SoundInput& sound : inputs_of(options, rows)) {
    const std::size_t first = rows.count();
    nlohmann::json input{{"path", display(sound.shown)}, {"row", first}};
    try {
      const FileEmbedding file = embed_file(model, sound.file(), windowing, options.form(), options.common.threads);
      const bool every = options.windows || file.starts_seconds.size() == 1;
      const auto row = every ? file.vectors : mean_vector(file.vectors, file.width, options.form());
      rows.values.insert(rows.values.end(), row.begin(), row.end());
      if (!file.warning.empty() && !options.common.quiet) print_error(short_path(sound.shown) + ": " + file.warning);
      if (options.windows) input["starts"] = file.starts_seconds;
    } catch (const Error& error) {
      // A row of NaN keeps the rows that follow where the caller expects them.
      rows.values.insert(rows.values.end(), rows.width, std::numeric_limits<float>::quiet_NaN());
      rows.skipped.push_back(library::note_json({sound.shown, error.code(), error.what()}));
      print_error(with_hint(error.what()));
    }
    input["rows"] = rows.count() - first;
    rows.inputs.push_back(std::move(input));
  }
  return rows;
}

Rows embed_text(const EmbedArguments& options, const Model& model) {
  Rows rows;
  rows.width = model.text_width(options.form());
  rows.values = model.embed_texts(options.texts, options.form(), options.common.threads);
  for (std::size_t i = 0; i < options.texts.size(); ++i)
    rows.inputs.push_back({{"text", options.texts[i]}, {"row", i}, {"rows", 1}});
  return rows;
}

LibraryInfo library_to_ask(const CommonOptions& options, bool wanted) {
  const std::optional<Library> library = wanted ? library_if_usable(options) : std::nullopt;
  return library ? library->info() : LibraryInfo{};
}

int stream(const EmbedArguments& options) {
  const bool known =
      !options.common.model.empty() && options.windowing.window_seconds > 0 && options.windowing.hop_seconds > 0;
  const LibraryInfo library = library_to_ask(options.common, !known);
  const Model model = load_model(options.common, &library);
  StreamOptions stream_options;
  stream_options.windowing = chosen_windowing(options.windowing, library, model);
  stream_options.in_order = !options.unordered;
  stream_options.records = options.binary;
  stream_options.threads = options.common.threads;
  return run_stream(model, stream_options, options.common.quiet);
}

Error wrong(const char* what) { return {ErrorCode::invalid_argument, std::string("embed: ") + what}; }

void check(const EmbedArguments& options) {
  if (options.unordered || options.binary) throw wrong("--unordered and --binary go with --stream");
  if (options.out.empty()) throw wrong("--out is required; for example: hearken embed a.wav --out a.npy");
  if (options.audio.empty() == options.texts.empty())
    throw wrong("give either sounds (files, folders, -) or --text TEXT");
  if (options.raw && options.pooled) throw wrong("--raw and --pooled exclude each other");
  if (options.windows && options.audio.empty()) throw wrong("--windows goes with sounds");
  if ((options.windowing.window_seconds > 0 || options.windowing.hop_seconds > 0) && options.audio.empty())
    throw wrong("--window and --hop go with sounds");
  if (options.out != "-") return;
  if (options.common.json) throw wrong("--json and --out - would both write to standard output");
  if (::isatty(STDOUT_FILENO) != 0)
    throw wrong("--out - writes a binary file to standard output, which is a terminal: redirect it, > F.npy");
}

void write_rows(const EmbedArguments& options, const Rows& rows) {
  if (options.out != "-") return write_npy(options.out, rows.values, rows.width);
  const std::string header = npy_header(rows.count(), rows.width);
  std::fwrite(header.data(), 1, header.size(), stdout);  // main() looks whether it could be written
  std::fwrite(rows.values.data(), sizeof(float), rows.values.size(), stdout);
}

int run_embed(EmbedArguments options) {
  options.audio.insert(options.audio.begin(), options.sounds.begin(), options.sounds.end());
  if (options.stream) {
    if (!options.audio.empty() || !options.texts.empty() || !options.out.empty() || options.windows || options.raw ||
        options.pooled)
      throw wrong(
          "--stream reads standard input and writes standard output: no sounds, --text, --out or form goes with it");
    return stream(options);
  }
  check(options);
  // Only what is not said is asked of the library.
  const bool windowing_given = options.windowing.window_seconds > 0 && options.windowing.hop_seconds > 0;
  const bool ask = options.common.model.empty() || (!options.audio.empty() && !windowing_given);
  const LibraryInfo library = library_to_ask(options.common, ask);
  const Model model = load_model(options.common, &library);
  const Rows rows = options.audio.empty()
                        ? embed_text(options, model)
                        : embed_audio(options, model, chosen_windowing(options.windowing, library, model));
  if (rows.inputs.empty()) return kFailed;  // each folder without a sound was named
  write_rows(options, rows);
  if (options.common.json) {
    print_json({{"out", display(options.out)},
                {"model", model.info().name},
                {"precision", to_string(model.info().precision)},
                {"rows", rows.count()},
                {"dimension", rows.width},
                {"inputs", rows.inputs},
                {"skipped", rows.skipped}});
  } else if (!options.common.quiet && options.out != "-") {
    fmt::print("{} of {} in {}\n", counted(static_cast<std::int64_t>(rows.count()), "row"), rows.width,
               short_path(std::filesystem::absolute(options.out)));
  }
  return rows.skipped.empty() ? kDone : kSomeSkipped;
}

}  // namespace

void add_embed(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "embed", "Write the vectors of sounds or texts as a NumPy file", run_embed);
  add_positional(command, "FILE|DIR", options.sounds, "Sound files, folders, and - for standard input; a row each");
  command.add_option("--audio", options.audio, "The same")
      ->group(kMoreOptions)
      ->expected(1, kMostWords)
      ->allow_extra_args(false)
      ->type_name("FILE");
  as_written(command.add_option("--text", options.texts, "Texts; a row each"))->type_name("TEXT");
  add_value(command, "--out", options.out, "The .npy file to write: float32 [rows, dimension]; - for standard output",
            "F.npy");
  command.add_flag("--stream", options.stream,
                   "JSON lines with path, url or text from standard input, each with its vectors to standard output");
  command.add_flag("--unordered", options.unordered, "Rows of a stream as they are ready, not in the input's order");
  command.add_flag("--binary", options.binary, "Rows of a stream as length-prefixed records (docs/STREAM.md)");
  add_windowing_options(command, options.windowing);
  command.add_flag("--windows", options.windows, "A row for each window, not one a file");
  command.add_flag("--raw", options.raw, "Projected vectors, before they are scaled to length 1");
  command.add_flag("--pooled", options.pooled, "The towers' own states, before the projection");
  add_common_options(command, options.common);
  command.footer(
      R"(Rows come in the order of the inputs. A file that cannot be read leaves a row of NaN, is named, and the exit
status is 3. Of a stream such a file's row is an error; docs/STREAM.md says what rows are.

Examples:
  hearken embed a.wav b.flac ~/Samples --out sounds.npy
  curl -s URL | hearken embed - --out - > sound.npy
  hearken embed --text "calm piano" --text "dog barking" --out texts.npy
  hearken embed a.wav --windows --window 30 --model laion/clap-htsat-fused --out views.npy
  hearken embed --pooled a.wav --model laion/clap-htsat-unfused --out states.npy
  hearken embed --stream < rows.jsonl > vectors.jsonl)");
}

}  // namespace hearken::cli
