// hearken radio SEED…
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "cli/common.h"
#include "cli/search/track_list.h"
#include "cli/selecting.h"
#include "core/paths.h"
#include "hearken/playlist.h"

namespace hearken::cli {
namespace {

struct RadioArguments {
  CommonOptions common;
  ListOptions list;
  std::vector<std::string> seeds;
  RadioOptions radio;
};

// The model is loaded only for a file that the library does not have.
class Seeds {
 public:
  Seeds(const Library& library, const RadioArguments& options) : library_(library), options_(options) {}

  void add(const std::string& name) {
    if (!name.starts_with("id:") && playlist_format(name)) {
      PlaylistTracks tracks = tracks_of_playlist(library_, name);
      if (tracks.ids.empty())
        throw Error(ErrorCode::not_found,
                    display(name) + ": none of its entries is a track of " + display(library_.path()));
      for (const std::int64_t id : tracks.ids) seeds.push_back({id, {}});
      for (const PlaylistEntry& entry : tracks.unknown)
        unknown.push_back(fmt::format("{}: {}{}: not a track of the library", display(name),
                                      entry.line > 0 ? fmt::format("line {}: ", entry.line) : "",
                                      display(entry.location)));
      return;
    }
    std::error_code ignored;
    try {
      seeds.push_back({track_named(library_, name), {}});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found || !std::filesystem::exists(name, ignored)) throw;
      if (!model_) {
        const LibraryInfo info = library_.info();
        model_ = load_model(options_.common, &info);
      }
      seeds.push_back(radio_seed(library_, *model_, name, options_.radio));
    }
  }

  std::vector<RadioSeed> seeds;
  std::vector<std::string> unknown;

 private:
  const Library& library_;
  const RadioArguments& options_;
  std::optional<Model> model_;
};

int run_radio(RadioArguments& options) {
  if (!good_where(options.list.from.where)) return kWrongUsage;
  check_out(options.list);
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  options.radio.from = options.list.from;
  options.radio.model = options.common.model;
  options.radio.threads = options.common.threads;
  options.radio.alike = alike_levels_of(options.common, library);
  Seeds seeds(library, options);
  for (const std::string& name : options.seeds) seeds.add(name);
  const TrackList list = radio(library, seeds.seeds, options.radio);
  for (const std::string& line : seeds.unknown) print_error(line);
  if (list.tracks.empty()) {
    throw Error(ErrorCode::not_found,
                "radio: nothing to play: no other track of the library " +
                    std::string(list.searched > 0 ? "sounds like that; hearken like shows what is nearest"
                                                  : "is as --where, --under and --genre say"));
  }
  auto ids = nlohmann::json::array();
  for (const RadioSeed& seed : seeds.seeds) ids.push_back(seed.id != 0 ? nlohmann::json(seed.id) : nlohmann::json());
  show_list(options.common, options.list, list, "Radio", {{"seeds", std::move(ids)}, {"skipped", seeds.unknown}});
  const bool enough = options.radio.k > 0 ? list.tracks.size() >= static_cast<std::size_t>(options.radio.k)
                                          : list.duration_seconds >= options.radio.minutes * 60;
  if (!enough)
    print_note(options.common,
               options.radio.k > 0
                   ? fmt::format("{} of {} tracks: nothing else sounds like that", list.tracks.size(), options.radio.k)
                   : fmt::format("{} of {:g} minutes: nothing else sounds like that",
                                 clock_time(std::round(list.duration_seconds)), options.radio.minutes));
  return seeds.unknown.empty() ? kDone : kSomeSkipped;
}

}  // namespace

void add_radio(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "radio", "What to play next, on from tracks, files or a playlist", run_radio);
  add_positional(command, "SEED", options.seeds,
                 "What was played last: tracks (a path, a file's name, id:42), other sound files, playlists")
      ->required();
  CLI::Option* minutes = within(
      command.add_option("--minutes", options.radio.minutes, "Play at least so long (default 60)"), 0.1, 10080.0, "M");
  within(command.add_option("-k", options.radio.k, "So many tracks, however long"), 1, 10000, "N")->excludes(minutes);
  add_list_options(command, options.list);
  add_common_options(command, options.common);
  command.footer(
      R"(Each track sounds like the seeds or like what was played last; none comes twice, and no artist is among the
three played last where that can be. Where nothing else sounds like them, the list ends. The same seeds give
the same list. Entries of a playlist that the library does not have are named, and the exit status is 3.

Examples:
  hearken radio id:42
  hearken radio ~/Downloads/new.mp3 -k 10
  hearken radio evening.m3u8 --minutes 120 -o on.m3u8)");
}

}  // namespace hearken::cli
