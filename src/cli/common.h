// What every command shares: options, exit status, what goes to which stream.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "core/json_object.h"
#include "hearken/hearken.h"
#include "search/space.h"

namespace hearken::cli {

/// Exit status, the same for every command (CONTRACT of the command line).
enum Exit : int {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kSomeSkipped = 3,
};
int exit_status(ErrorCode code) noexcept;
/// Of a run that left out `skipped`; with nothing else, it failed.
int exit_status(std::span<const FileNote> skipped, bool anything = true) noexcept;

struct CommonOptions {
  std::filesystem::path library;
  std::string model;
  std::string precision = "auto";
  int threads = 0;
  std::string device = "cpu";
  bool quiet = false;
  bool json = false;

  /// The library to use: --library, else HEARKEN_LIBRARY, else config.toml's, else default_library_path().
  std::filesystem::path library_path() const;
};

/// Adds the options that every command takes. `options` must live until the parse is over.
void add_common_options(CLI::App& command, CommonOptions& options);

/// --model when it was given, else the library's own model, else config.toml's, else `starter`; at --precision, else
/// the precision the library was first indexed at. A model of the hub that is not in the cache is fetched first
/// (fetch_needed). Vectors of another program have none: see check_not_foreign().
Model load_model(const CommonOptions& options, const LibraryInfo* library);

/// The vectors of another program that are meant (import --vectors): those that --model names, or, where the library
/// has no others and --model names none, the first. nullptr: a model is meant.
const LibraryModel* foreign_meant(const CommonOptions& options, const LibraryInfo& library);
/// Throws Error(unsupported) where such are meant: what is asked for needs a model.
void check_not_foreign(const CommonOptions& options, const LibraryInfo& library);

/// Folders of --allow-root, each as its path without links. Throws Error as the operating system says.
void resolve_roots(std::vector<std::filesystem::path>& roots);

/// What is in the library at `path`; of a library that is not there yet, nothing.
LibraryInfo library_info_if_there(const std::filesystem::path& path);

/// For commands that work without a library: nothing where there is none, and, with a line on standard error, where
/// --library named one or the one there cannot be used.
std::optional<Library> library_if_usable(const CommonOptions& options);

/// --window and --hop.
struct WindowingOptions {
  double window_seconds = 0, hop_seconds = 0;  // 0: not given
};
void add_windowing_options(CLI::App& command, WindowingOptions& options);

/// What was given; for what was not: as the library has this model's windows (of several the ones indexed last), else
/// as its own model's, else 10 s every 5 s. Throws Error(invalid_argument) for what the model does not take.
Windowing chosen_windowing(const WindowingOptions& options, const LibraryInfo& library, const Model& model);

using search::in_words;

/// " --model NAME --library FILE" as far as a further command needs them to use the same model of the same library.
std::string options_again(const CommonOptions& options, const LibraryInfo& library, const Model& model);

/// A word as a POSIX shell reads it.
std::string shell_word(const std::string& given);

/// The command with the options and arguments it was given, for a shell.
std::string command_again(const CLI::App& command);

/// "1 track", "2 tracks".
std::string counted(std::int64_t number, std::string_view what);

/// One line on standard error, "hearken: …".
void print_error(std::string_view message);

/// Why a file was left out, and what to do where there is none.
std::string with_hint(std::string reason);

/// A line for each, "hearken: skipped …".
void print_skipped(std::span<const FileNote> skipped);

/// A line for a person on standard error, below the result; not when --quiet or --json was given.
void print_note(const CommonOptions& options, std::string_view line);

/// What ratings did to a result's order, into its JSON; nothing when none counted.
template <class Result>
void add_preferences(nlohmann::json& document, const Result& result) {
  if (result.ratings == 0) return;
  document["ratings"] = result.ratings;
  for (std::size_t i = 0; i < result.hits.size(); ++i) document["results"][i]["preference"] = result.hits[i].preference;
}

/// That ratings re-ordered the result, when there are any.
void remark_on_ratings(const CommonOptions& options, std::int64_t ratings);

/// How a text was understood, where something in it is not wanted.
void remark_on_words(const CommonOptions& options, std::string_view typed, std::string_view wanted,
                     std::span<const std::string> without);

/// One JSON document on standard output.
void print_json(const nlohmann::json& document);

/// "0:35", "1:02:03".
std::string clock_time(double seconds);

/// A path as a person types it: relative when it lies below the working directory, with ~ for the home folder.
std::string short_path(const std::filesystem::path& path);

/// "Title — Artist", or the file's name.
std::string label(const std::filesystem::path& path, const std::string& title, const std::string& artist);

/// "HIGH    ", eight columns wide, coloured where standard output may be.
std::string padded_level(Level level);

// One per command: adds itself to the program; its callback leaves the exit status in `status`.
void add_index(CLI::App& program, int& status);
void add_find(CLI::App& program, int& status);
void add_like(CLI::App& program, int& status);
void add_match(CLI::App& program, int& status);
void add_check(CLI::App& program, int& status);
void add_dedupe(CLI::App& program, int& status);
void add_similar(CLI::App& program, int& status);
void add_score(CLI::App& program, int& status);
void add_classify(CLI::App& program, int& status);
void add_tag(CLI::App& program, int& status);
void add_filter(CLI::App& program, int& status);
void add_map(CLI::App& program, int& status);
void add_cluster(CLI::App& program, int& status);
void add_compare(CLI::App& program, int& status);
void add_serve(CLI::App& program, int& status);
void add_mcp(CLI::App& program, int& status);
void add_clean(CLI::App& program, int& status);
void add_rate(CLI::App& program, int& status);
void add_playlist(CLI::App& program, int& status);
void add_journey(CLI::App& program, int& status);
void add_radio(CLI::App& program, int& status);
void add_caption(CLI::App& program, int& status);
void add_events(CLI::App& program, int& status);
void add_embed(CLI::App& program, int& status);
void add_export(CLI::App& program, int& status);
void add_import(CLI::App& program, int& status);
void add_info(CLI::App& program, int& status);
void add_model(CLI::App& program, int& status);
void add_make_model(CLI::App& program, int& status);
void add_eval(CLI::App& program, int& status);
void add_bench(CLI::App& program, int& status);
void add_tune(CLI::App& program, int& status);
void add_remote(CLI::App& program, int& status);
void add_token(CLI::App& program, int& status);
void add_config(CLI::App& program, int& status);

}  // namespace hearken::cli
