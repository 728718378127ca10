// hearken playlist TEXT
#include "hearken/playlist.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/common.h"
#include "cli/search/track_list.h"
#include "cli/selecting.h"

namespace hearken::cli {
namespace {

struct PlaylistArguments {
  CommonOptions common;
  ListOptions list;
  std::string text;
  PlaylistOptions playlist;
};

int run_playlist(PlaylistArguments& options) {
  if (!good_where(options.list.from.where)) return kWrongUsage;
  check_out(options.list);
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const LibraryInfo info = library.info();
  if (needed_from_hub(options.common.model) == options.common.model)
    check_holds(library, options.common.model);  // before it is fetched
  const Model model = load_model(options.common, &info);
  options.playlist.from = options.list.from;
  options.playlist.threads = options.common.threads;
  const Playlist made = playlist(library, model, options.text, options.playlist);
  remark_on_words(options.common, options.text, made.words.wanted, made.words.without);
  if (made.list.tracks.empty()) {
    throw Error(
        ErrorCode::not_found,
        made.list.searched == 0
            ? "playlist: no track is as --where, --under and --genre say; hearken info says what the library holds"
        : made.answer == Answer::none
            ? "playlist: nothing in the library sounds like that; hearken find shows what is nearest"
            : fmt::format("playlist: none of the best tracks is as short as {:g} minutes", options.playlist.minutes));
  }
  if (made.list.duration_seconds < 60 * 0.9 * options.playlist.minutes)
    print_note(options.common,
               fmt::format("{} of {:g} minutes: nothing else sounds like that",
                           clock_time(std::round(made.list.duration_seconds)), options.playlist.minutes));
  show_list(options.common, options.list, made.list, options.text,
            {{"query", options.text},
             {"wanted", made.words.wanted},
             {"without", made.words.without},
             {"answer", to_string(made.answer)},
             {"minutes", options.playlist.minutes}});
  return kDone;
}

}  // namespace

void add_playlist(CLI::App& program, int& status) {
  const auto [command, options] = add_command(program, status, "playlist",
                                              "A list of tracks that fit a description, in a good order", run_playlist);
  add_positional(command, "TEXT", options.text, "What it sounds like, in English; \"no X\" turns away from X")
      ->required();
  within(command.add_option("--minutes", options.playlist.minutes, "How long it plays (default 60)"), 0.1, 10080.0,
         "M");
  not_empty(
      as_written(command.add_option("--not", options.playlist.without, "What it does not sound like; may be repeated")))
      ->type_name("TEXT");
  add_list_options(command, options.list);
  add_common_options(command, options.common);
  command.footer(
      R"(Takes the tracks that fit best, prefers those that differ from each other and have different artists, and
orders them so that each begins much as the one before ended. The best one comes first. score is find's; step
is how far a track is from the one before: 0 the same, below 0.2 very similar.

Models do not understand "no": what stands behind no, not or without, up to the next comma, is taken out of
TEXT and turned away from, as with --not.

Examples:
  hearken playlist "rainy evening, slow, no drums"
  hearken playlist "energetic electronic" --minutes 45 -o run.m3u8
  hearken playlist "calm piano" --genre classical --where "duration < 600" -o evening.xspf
  hearken playlist "string quartet" --json)");
}

}  // namespace hearken::cli
