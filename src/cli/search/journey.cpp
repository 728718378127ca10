// hearken journey A B
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cli/common.h"
#include "cli/search/track_list.h"
#include "cli/selecting.h"
#include "core/paths.h"
#include "hearken/playlist.h"

namespace hearken::cli {
namespace {

struct JourneyArguments {
  CommonOptions common;
  ListOptions list;
  std::string from, to;
  JourneyOptions journey;
};

// A track as people name it; of a playlist the track at the end that is turned to the journey.
std::int64_t end_named(const Library& library, const std::string& name, bool last) {
  if (name.starts_with("id:") || !playlist_format(name)) return track_named(library, name);
  const PlaylistTracks tracks = tracks_of_playlist(library, name);
  if (tracks.ids.empty())
    throw Error(ErrorCode::not_found, display(name) + ": none of its entries is a track of " + display(library.path()));
  return last ? tracks.ids.back() : tracks.ids.front();
}

int run_journey(JourneyArguments& options) {
  if (!good_where(options.list.from.where)) return kWrongUsage;
  check_out(options.list);
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const std::int64_t first = end_named(library, options.from, true), last = end_named(library, options.to, false);
  options.journey.from = options.list.from;
  options.journey.model = options.common.model;
  options.journey.threads = options.common.threads;
  options.journey.alike = alike_levels_of(options.common, library);
  const Journey made = journey(library, first, last, options.journey);
  const std::vector<ListedTrack>& tracks = made.list.tracks;
  const auto name = [](const ListedTrack& track) { return label(track.path, track.title, track.artist); };
  show_list(options.common, options.list, made.list, name(tracks.front()) + " to " + name(tracks.back()),
            {{"from", first}, {"to", last}, {"steps", tracks.size() - 1}});
  if (made.shorter)
    print_note(options.common,
               fmt::format("no more than {} lead from the one to the other through what sounds like them, not {}",
                           counted(static_cast<std::int64_t>(tracks.size()) - 1, "step"), options.journey.steps));
  return kDone;
}

}  // namespace

void add_journey(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "journey", "A way through the library from one track to another", run_journey);
  add_positional(command, "FROM", options.from,
                 "A track: its path, its file's name, or id:42; or a playlist, whose last it is")
      ->required();
  add_positional(command, "TO", options.to, "A track; or a playlist, whose first it is")->required();
  within(command.add_option("--steps", options.journey.steps, "Steps from FROM to TO: one track more (default 12)"), 1,
         1000, "N");
  add_list_options(command, options.list);
  add_common_options(command, options.common);
  command.footer(
      R"(Each step comes nearer to the end, and the greatest one is as small as the library allows. --where, --under and
--genre choose what lies between. Nothing is listened to, and no model is needed.

Examples:
  hearken journey id:3 id:77
  hearken journey "Morning.ogg" "Storm.flac" --steps 6
  hearken journey evening.m3u8 id:7 -o on.m3u8)");
}

}  // namespace hearken::cli
