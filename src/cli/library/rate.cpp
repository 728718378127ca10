// hearken rate TRACK… up|down
#include "hearken/rate.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/common.h"
#include "core/files/csv.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "core/text.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct RateArguments {
  CommonOptions common;
  std::vector<std::string> words;  // tracks, then up or down
  std::string query;
  std::filesystem::path out;
  bool query_given = false, list = false, show = false, forget = false, reset = false;
};

nlohmann::json rating_json(const Rating& rating) {
  return {{"id", rating.track},
          {"path", display(rating.path)},
          {"title", rating.title},
          {"artist", rating.artist},
          {"query", rating.query},
          {"rating", rating.up ? "up" : "down"},
          {"rated_at", date_time(rating.rated_at)}};
}

nlohmann::json ratings_json(const std::vector<Rating>& all) {
  auto out = nlohmann::json::array();
  for (const Rating& rating : all) out.push_back(rating_json(rating));
  return {{"ratings", std::move(out)}};
}

std::string ratings_csv(const std::vector<Rating>& all) {
  std::string out = "id,path,title,artist,query,rating,rated_at\n";
  for (const Rating& r : all)
    out += fmt::format("{},{},{},{},{},{},{}\n", r.track, csv_cell(display(r.path)), csv_cell(r.title),
                       csv_cell(r.artist), csv_cell(r.query), r.up ? "up" : "down", date_time(r.rated_at));
  return out;
}

std::string line(const Rating& rating) {
  const std::string about = rating.query.empty() ? "" : fmt::format("  for \"{}\"", display(rating.query));
  return fmt::format("{:<4}  {}  (id:{}){}", rating.up ? "up" : "down", label(rating.path, rating.title, rating.artist),
                     rating.track, about);
}

int list(const RateArguments& options) {
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const std::vector<Rating> all = ratings(library);
  if (!options.out.empty()) {
    const std::string ending = options.out.extension();
    if (ending != ".json" && ending != ".csv")
      throw Error(ErrorCode::invalid_argument,
                  display(options.out) + ": name it .json or .csv, that is what is written");
    NewFile file(options.out);
    file.write(ending == ".json" ? ratings_json(all).dump(2) + "\n" : ratings_csv(all));
    file.finish();
    file.appear();
  }
  if (options.common.json)
    print_json(ratings_json(all));
  else if (options.out.empty())
    for (const Rating& rating : all) fmt::print("{}\n", line(rating));
  print_note(options.common, counted(static_cast<std::int64_t>(all.size()), "rating"));
  return kDone;
}

nlohmann::json pulled_json(const std::vector<PulledTrack>& tracks) {
  auto out = nlohmann::json::array();
  for (const PulledTrack& track : tracks)
    out.emplace_back(report::track_json(track)).update({{"score", track.score}, {"preference", track.preference}});
  return out;
}

void print_learned(const RateArguments& options, const Learned& learned) {
  fmt::print("{}\n", options.query.empty() ? "In general" : fmt::format("For \"{}\"", display(options.query)));
  if (learned.counted.empty()) {
    fmt::print("no rating counts: the order is that of the scores\n");
    return;
  }
  fmt::print("\nRatings that count, and how much\n");
  for (const CountedRating& counted : learned.counted)
    fmt::print("  {:4.2f}  {}\n", counted.weight, line(counted.rating));
  fmt::print("\nWhat was learned, in log-odds\n");
  fmt::print("  order = {:.2f} x (score less its mean, by its deviation) + what the sound adds", learned.score);
  const auto feature = [](const char* name, double value) {
    if (value != 0) fmt::print("\n  {:+.2f} {}", value, name);
  };
  feature("for a deviation more of loudness", learned.loudness);
  feature("for a deviation more of tempo", learned.tempo);
  feature("for a deviation more of brightness", learned.brightness);
  feature("for a deviation towards minor keys", learned.minor_mode);
  const auto pulled = [](const char* name, const std::vector<PulledTrack>& tracks) {
    fmt::print("\n{}\n", name);
    for (const PulledTrack& track : tracks)
      fmt::print("  {:+5.2f}  {}  (id:{})\n", track.preference, label(track.path, track.title, track.artist), track.id);
  };
  fmt::print("\n");
  pulled("Pulled up most", learned.up);
  pulled("Pulled down most", learned.down);
}

int show_learned(const RateArguments& options) {
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const LibraryInfo info = library.info();
  if (needed_from_hub(options.common.model) == options.common.model) check_holds(library, options.common.model);
  const Model model = load_model(options.common, &info);
  const Learned what = learned(library, model, options.query);
  if (!options.common.json) {
    print_learned(options, what);
    if (what.out_of_sight > 0)
      print_note(options.common, fmt::format("{} of tracks that are not there, or have no vectors of this model",
                                             counted(what.out_of_sight, "rating")));
    return kDone;
  }
  auto ratings = nlohmann::json::array();
  for (const CountedRating& counted : what.counted) {
    ratings.push_back(rating_json(counted.rating));
    ratings.back()["weight"] = counted.weight;
  }
  print_json({{"query", options.query},
              {"model", model.info().name},
              {"ratings", std::move(ratings)},
              {"out_of_sight", what.out_of_sight},
              {"learned",
               {{"score", what.score},
                {"loudness", what.loudness},
                {"tempo", what.tempo},
                {"brightness", what.brightness},
                {"minor", what.minor_mode}}},
              {"up", pulled_json(what.up)},
              {"down", pulled_json(what.down)}});
  return kDone;
}

int changed(const RateArguments& options, const char* what, std::int64_t number) {
  if (options.common.json)
    print_json({{what, number}});
  else
    fmt::print("{} {}\n", counted(number, "rating"), what);
  return kDone;
}

int run_rate(RateArguments options) {
  const auto wrong = [](const std::string& what) { return Error(ErrorCode::invalid_argument, "rate: " + what); };
  const int ways = static_cast<int>(options.list) + static_cast<int>(options.show) + static_cast<int>(options.forget) +
                   static_cast<int>(options.reset) + static_cast<int>(!options.out.empty());
  if (ways > 1) throw wrong("--list, --show, --forget, --reset and --export exclude each other");
  if (options.query_given && is_blank(options.query))
    throw wrong("--for is empty: give the query that the tracks are rated for");
  const bool of_tracks = ways == 0 || options.forget;
  if (!of_tracks && !options.words.empty()) throw wrong("tracks go with up, down or --forget only");
  if (options.query_given && (options.list || options.reset || !options.out.empty()))
    throw wrong("--for goes with up, down, --forget and --show");
  if (options.list || !options.out.empty()) return list(options);
  if (options.show) return show_learned(options);

  bool up = false;
  if (ways == 0) {
    const std::string last = options.words.empty() ? std::string() : options.words.back();
    if (last != "up" && last != "down") throw wrong("up or down? For example: hearken rate id:42 up");
    up = last == "up";
    options.words.pop_back();
  }
  if (of_tracks && options.words.empty()) throw wrong("which tracks? For example: hearken rate id:42 song.mp3 up");
  const Library library = Library::open(options.common.library_path(), OpenMode::write);
  if (options.reset) return changed(options, "forgotten", reset_ratings(library));
  std::vector<std::int64_t> tracks;
  for (const std::string& name : options.words) tracks.push_back(track_named(library, name));
  if (options.forget) {
    const std::optional<std::string_view> query =
        options.query_given ? std::optional<std::string_view>(options.query) : std::nullopt;
    return changed(options, "forgotten", forget_ratings(library, tracks, query));
  }
  rate(library, tracks, up, options.query);
  return changed(options, "stored", static_cast<std::int64_t>(tracks.size()));
}

}  // namespace

void add_rate(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "rate", "Say what you like, and find more of it", run_rate);
  add_positional(command, "TRACK", options.words,
                 "Tracks of the library (id:42, a path, a file name that only one has), then up or down");
  command.add_option("--for", options.query, "As an answer to this query, and to others like it")
      ->type_name("TEXT")
      ->each([&options = options](const std::string&) { options.query_given = true; });
  command.add_flag("--list", options.list, "All ratings");
  command.add_flag("--show", options.show, "What was learned; with --for, for this query");
  command.add_flag("--forget", options.forget, "Forget these tracks' ratings; with --for, those for this query");
  command.add_flag("--reset", options.reset, "Forget all ratings");
  add_value(command, "--export", options.out, "All ratings as a file, .json or .csv", "FILE");
  add_common_options(command, options.common);
  command.footer(
      R"(From the ratings, find and like learn what you prefer, and put it first: a few are enough to be felt, twenty
to carry a taste. Scores stay what they are; only the order changes, and --no-ratings leaves it as it was.
A track has one rating in general and one for each query; the last word counts.

Examples:
  hearken rate id:42 up
  hearken rate id:7 song.mp3 down
  hearken rate id:12 down --for "calm piano"
  hearken rate --show --for "calm piano"
  hearken rate --list --json
  hearken rate --forget id:42
  hearken rate --export ratings.csv)");
}

}  // namespace hearken::cli
