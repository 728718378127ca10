// Lists of tracks for people, programs and players.
#include "cli/search/track_list.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "cli/selecting.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "report/result_json.h"

namespace hearken::cli {

void add_list_options(CLI::App& command, ListOptions& options) {
  add_selection_options(command, options.from.under, options.from.where);
  add_value(command, "--genre", options.from.genre, "Only tracks whose genre contains this", "G");
  CLI::Option* out = add_value(command, "-o,--out", options.out, "Write a playlist: .m3u8, .xspf or .jspf", "FILE");
  command.add_flag("--absolute", options.absolute, "With -o: whole paths, where they would be relative to FILE")
      ->needs(out);
}

Levels alike_levels_of(const CommonOptions& common, const Library& library) {
  const LibraryInfo info = library.info();
  const LibraryModel* own = own_model(info.models);
  const std::string name = common.model.empty() && own != nullptr ? own->name : common.model;
  if (name.empty()) return alike_levels();
  try {
    return alike_levels(Model::load(name).info());  // reads no weights
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return alike_levels();  // the list needs vectors only, so the model may be gone
  }
}

void check_out(const ListOptions& options) {
  if (options.out.empty()) return;
  const auto format = playlist_format(options.out);
  if (!format || *format == PlaylistFormat::pls)
    throw Error(ErrorCode::invalid_argument,
                "-o " + display(options.out) + ": a playlist's name ends in .m3u8, .xspf or .jspf");
}

void show_list(const CommonOptions& common, const ListOptions& options, const TrackList& list, const std::string& title,
               nlohmann::json more) {
  if (!options.out.empty()) write_playlist(options.out, list.tracks, {title, options.absolute});
  if (common.json) {
    auto tracks = nlohmann::json::array();
    for (std::size_t i = 0; i < list.tracks.size(); ++i) {
      const ListedTrack& track = list.tracks[i];
      tracks.emplace_back(report::track_json(track))
          .update({{"position", i + 1},
                   {"album", track.album},
                   {"duration", track.duration_seconds},
                   {"score", track.score},
                   {"step", track.step},
                   {"reason", track.reason}});
    }
    more["model"] = list.model;
    more["window"] = list.windowing.window_seconds;
    more["hop"] = list.windowing.hop_seconds;
    more["searched"] = list.searched;
    more["without_vectors"] = list.without_vectors;
    more["duration"] = list.duration_seconds;
    more["out"] = options.out.empty() ? nlohmann::json() : nlohmann::json(display(options.out));
    more["tracks"] = std::move(tracks);
    print_json(more);
  } else if (options.out.empty()) {
    for (std::size_t i = 0; i < list.tracks.size(); ++i) {
      const ListedTrack& track = list.tracks[i];
      fmt::print("{:>3}  {:>7}  {}\n", i + 1, clock_time(std::round(track.duration_seconds)),
                 styled(fitted(label(track.path, track.title, track.artist), 14), Style::bold));
      const std::size_t indent = is_narrow() ? 5 : 14;
      const std::string why = is_narrow() ? "" : "  " + track.reason;
      fmt::print("{}{}{}\n", std::string(indent, ' '),
                 styled(fitted_path(short_path(track.path), indent + why.size()), Style::dim), why);
    }
  }
  print_note(common, fmt::format("{}, {}{}", counted(static_cast<std::int64_t>(list.tracks.size()), "track"),
                                 clock_time(std::round(list.duration_seconds)),
                                 options.out.empty() ? "" : ", in " + display(options.out)));
  if (list.without_vectors > 0)
    print_note(common, fmt::format("{} left out: no vectors of this model with windows of {}",
                                   counted(list.without_vectors, "track"), in_words(list.windowing)));
}

}  // namespace hearken::cli
