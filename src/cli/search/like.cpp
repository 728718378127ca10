// hearken like FILE-or-TRACK…
#include "hearken/like.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "cli/common.h"
#include "cli/engine.h"
#include "cli/guide/definition.h"
#include "cli/library/indexing.h"
#include "cli/search/listing.h"
#include "cli/selecting.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "report/result_json.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

struct LikeArguments {
  CommonOptions common;
  std::string engine;
  std::vector<std::string> sounds, against, texts, texts_against;
  double start = 0, duration = 0;
  std::string by = "votes";
  LikeOptions like;
  std::filesystem::path directory;
  ListingOptions listing;
};

std::vector<LikeItem> items_of(const LikeArguments& options) {
  const auto wrong = [](const char* what) { return Error(ErrorCode::invalid_argument, std::string("like: ") + what); };
  if (options.sounds.empty())
    throw wrong("which file or track? For example: hearken like song.mp3, or hearken like id:42");
  if ((options.start > 0 || options.duration > 0) && options.sounds.size() > 1)
    throw wrong("--start and --duration go with one sound");
  std::vector<LikeItem> items;
  for (const std::string& name : options.sounds) {
    items.push_back(sound_named(name));
    items.back().start_seconds = options.start;
    items.back().duration_seconds = options.duration;
  }
  for (const std::string& name : options.against) items.push_back(sound_named(name)), items.back().negative = true;
  for (const std::string& text : options.texts) items.emplace_back().what = Words{text};
  for (const std::string& text : options.texts_against)
    items.emplace_back().what = Words{text}, items.back().negative = true;
  return items;
}

// Vectors of another precision are a little off; those of its own make what is in a library identical to itself.
CommonOptions at_the_own_precision(CommonOptions options, const LibraryInfo& info) {
  if (options.precision != "auto" || options.model.empty()) return options;  // load_model() does it for the own model
  for (const LibraryModel& model : info.models)
    if (model.name == options.model) options.precision = to_string(model.precision);
  return options;
}

// The sounds of the query that the library has, apart from what is found.
void print_selves(const LikeArguments& options, const LikeResult& result) {
  if (options.like.include_self) return;  // then they are among the others
  constexpr std::size_t kBefore = 13;
  const std::size_t width = terminal_columns(STDOUT_FILENO);
  for (const LikeSelf& self : result.self) {
    const std::string name = label(self.path, self.title, self.artist);
    const std::string remark =
        fmt::format("(in the library as id:{}{})", self.id, is_narrow() ? "" : "; the others are ranked without it");
    const bool fits = width == 0 || kBefore + text::columns(name) + 2 + remark.size() <= width;
    fmt::print("  —  itself  {}{}{}\n", styled(fitted(name, kBefore), Style::bold), fits ? "  " : "\n     ", remark);
  }
}

// What the answer is worth, before its results; as find says it.
void print_like_answer(const LikeResult& result) {
  if (result.hits.empty() || result.answer == Answer::clear) return;
  fmt::print("{}", result.answer == Answer::none ? "Nothing here sounds like that. Nearest:\n"
                                                 : "Nothing here clearly sounds like that. Perhaps:\n");
}

void print_alike(const LikeArguments& options, std::span<const LikeItem> items, const LikeResult& result) {
  const bool by_votes = options.like.by == LikeBy::votes;
  const std::string indent(detail_indent(), ' ');
  const auto sounds = std::count_if(items.begin(), items.end(), [](const LikeItem& item) {
    return !item.negative && !std::holds_alternative<Words>(item.what);
  });
  for (std::size_t i = 0; i < result.hits.size(); ++i) {
    const LikeHit& hit = result.hits[i];
    fmt::print("{:>3}  {}  {}  {}  {}\n", i + 1, padded_level(hit.level),
               styled(fmt::format("{:>3.0f} %", hit.likelihood * 100), Style::bold),
               styled(fmt::format("{:6.4f}", hit.score), Style::dim),
               styled(fitted(label(hit.path, hit.title, hit.artist), 30), Style::bold));
    std::string votes = by_votes ? "  " + counted(hit.votes, "vote") : std::string();
    if (by_votes && !is_narrow()) votes += fmt::format(", total similarity {:.2f}", hit.total_similarity);
    fmt::print("{}{}{}\n", indent, styled(fitted_path(short_path(hit.path), indent.size() + votes.size()), Style::dim),
               votes);
    if (result.answer == Answer::none) continue;  // no moments of it are worth hearing
    for (const LikeMoment& moment : hit.moments) {
      const std::string whose = sounds > 1 ? " of " + short_path(result.item_names[moment.item]) : "";
      for (const LikeMatch& match : moment.matches)
        fmt::print("{}input sample at {}{} → match at {}, distance {:.4f}\n", indent, clock_time(moment.start_seconds),
                   whose, clock_time(match.start_seconds), match.distance);
    }
  }
}

nlohmann::json query_json(const LikeItem& item, std::size_t place, const LikeResult& result) {
  nlohmann::json out{{"negative", item.negative}, {"windows", result.item_windows[place]}};
  const std::string name = display(result.item_names[place]);
  if (const auto* track = std::get_if<LibraryTrack>(&item.what)) {
    out["id"] = track->id;
    out["path"] = name;
  } else {
    out[std::holds_alternative<Words>(item.what) ? "text" : "path"] = name;
  }
  return out;
}

nlohmann::json hit_json(const LikeHit& hit, std::size_t rank, bool by_votes) {
  nlohmann::json out = report::joined(report::track_json(hit), report::judged_json(hit));
  out.update({{"rank", rank},
              {"votes", nullptr},
              {"total_similarity", nullptr},
              {"moments", report::moments_json(hit.moments)}});
  if (by_votes) {
    out["votes"] = hit.votes;
    out["total_similarity"] = hit.total_similarity;
  }
  return out;
}

// What made the vectors compared: a model, or another program.
using MadeBy = std::variant<Model, LibraryModel>;

nlohmann::json like_json(const LikeArguments& options, std::span<const LikeItem> items, const MadeBy& made,
                         const LikeResult& result, double load_seconds, double total_seconds) {
  auto query = nlohmann::json::array(), results = nlohmann::json::array(), selves = nlohmann::json::array();
  for (const LikeSelf& self : result.self) selves.push_back(report::track_json(self));
  for (std::size_t i = 0; i < items.size(); ++i) query.push_back(query_json(items[i], i, result));
  for (std::size_t i = 0; i < result.hits.size(); ++i)
    results.push_back(hit_json(result.hits[i], i + 1, options.like.by == LikeBy::votes));
  nlohmann::json document = {{"query", std::move(query)},
                             {"windows", result.windows},
                             {"by", options.by},
                             {"window", result.windowing.window_seconds},
                             {"hop", result.windowing.hop_seconds},
                             {"without_vectors", result.without_vectors},
                             {"warnings", result.warnings},
                             {"self", std::move(selves)},
                             {"answer", to_string(result.answer)},
                             {"results", std::move(results)},
                             {"timings_ms",
                              {{"load", load_seconds * 1000},
                               {"embed", result.embed_seconds * 1000},
                               {"search", result.search_seconds * 1000},
                               {"total", total_seconds * 1000}}}};
  if (const auto* model = std::get_if<Model>(&made)) {
    add_model_json(document, *model, result.windowing);
  } else {
    const auto& foreign = std::get<LibraryModel>(made);
    document["model"] = foreign.name;
    document["precision"] = to_string(foreign.precision);
    document["fingerprint"] = foreign.fingerprint;
  }
  return document;
}

struct LikeSeconds {
  double load = 0, total = 0;
};

constexpr const char* kLikeColumns[] = {"rank",  "id",    "path",       "title", "artist",
                                        "score", "level", "likelihood", "votes", "total_similarity"};

std::vector<ListedFile> files_of(const LikeResult& result) {
  std::vector<ListedFile> files;
  for (const LikeHit& hit : result.hits) {
    const bool moment = !hit.moments.empty() && !hit.moments.front().matches.empty();
    files.push_back({hit.path, moment ? hit.moments.front().matches.front().start_seconds : 0});
  }
  return files;
}

void print_result(const LikeArguments& options, std::span<const LikeItem> items, const MadeBy& made,
                  const LikeResult& result, const LikeSeconds& took) {
  if (options.listing.for_a_program() || options.common.json) {
    nlohmann::json document = like_json(options, items, made, result, took.load, took.total);
    add_preferences(document, result);
    if (options.common.json)
      print_json(document);
    else
      print_listing(options.listing, files_of(result), document, kLikeColumns);
    return;
  }
  print_like_answer(result);
  print_selves(options, result);
  print_alike(options, items, result);
}

void complain_of_nothing(const LikeArguments& options, const LikeResult& result) {
  const bool picked = !options.like.where.empty() || !options.like.under.empty();
  print_error(result.windows == 0 ? "nothing found: nothing is heard in what was asked about"
              : !options.directory.empty() && options.like.where.empty()
                  ? display(options.directory) + ": no other sound in there that could be searched"
              : picked ? "nothing found: no other track is as --where and --under say"
                       : "nothing found: the library holds no other track to compare with");
}

// The result, and what there is to say of it; the exit status, at least `status`.
int show_alike(const LikeArguments& options, CommonOptions common, std::span<const LikeItem> items, const MadeBy& made,
               const LikeResult& result, const LikeSeconds& took, int status) {
  common.json = common.json || options.listing.for_a_program();  // then nobody reads remarks
  if (!common.quiet)
    for (const std::string& warning : result.warnings) print_error(warning);
  print_result(options, items, made, result, took);
  if (result.hits.empty()) {
    if (!common.quiet) complain_of_nothing(options, result);
    return status_of(options.listing, false, status);
  }
  print_note(common, fmt::format("{} searched in {:.0f} ms",
                                 counted(static_cast<std::int64_t>(result.windows), "window"), took.total * 1000));
  remark_on_ratings(common, result.ratings);
  if (result.without_vectors > 0)
    print_note(common, fmt::format("{} left out: no vectors of this model with windows of {}",
                                   counted(result.without_vectors, "track"), in_words(result.windowing)));
  play_or_open(options.listing, files_of(result));
  return status_of(options.listing, result.answer != Answer::none, status);
}

int run_like(LikeArguments options) {
  const double began = monotonic_seconds();
  if (!good_where(options.like.where)) return kWrongUsage;
  const std::vector<LikeItem> items = understood(items_of(options));
  options.like.by = options.by == "mean" ? LikeBy::mean : LikeBy::votes;
  options.like.threads = options.common.threads;
  const bool indexes = !options.directory.empty();
  if (indexes && engine_asked(options.engine, options.common))
    throw Error(ErrorCode::invalid_argument, "--dir indexes into a library; in an engine there is --under");
  if (indexes) check_worth_a_library(options.common.library_path(), std::span(&options.directory, 1));
  Searched searched(options.engine, options.common, indexes ? OpenMode::create : OpenMode::read);
  const CommonOptions common = at_the_own_precision(options.common, searched.info());
  const LibraryModel* foreign = indexes ? nullptr : foreign_meant(common, searched.info());
  const MadeBy made = foreign != nullptr ? MadeBy(*foreign)
                      : indexes          ? MadeBy(load_model(common, &searched.info()))
                                         : MadeBy(searched.model(common));
  FolderIndexed indexed;
  if (indexes) {
    indexed = index_folder(*searched.library(), searched.info(), std::get<Model>(made), options.directory, common);
    options.like.under = options.directory;
  }
  const double loaded = monotonic_seconds() - indexed.seconds;
  const LikeResult result =
      foreign != nullptr
          ? like(*searched.library(), foreign->name, items, options.like)
          : searched.ask([&](const auto& here) { return like(here, std::get<Model>(made), items, options.like); });
  const LikeSeconds took{loaded - began, monotonic_seconds() - indexed.seconds - began};
  return show_alike(options, common, items, made, result, took, indexed.status);
}

void add_ranking_options(CLI::App& command, LikeArguments& options) {
  one_of(command.add_option("--by", options.by, "Votes of windows, or one mean vector a track (default votes)"),
         {"votes", "mean"});
  command.option_defaults()->group(kMoreOptions);
  within(command.add_option("--neighbours", options.like.neighbours,
                            "Nearest tracks each input window votes for, at least (default 5)"),
         1, 1000000, "N");
  within(command.add_option("--inputs", options.like.inputs, "Moments of the input shown for a track (default 2)"), 0,
         1000000, "N");
  within(command.add_option("--clips", options.like.clips, "Matches shown for a moment (default 2)"), 0, 1000000, "N");
  not_negative(command.add_option("--votes-weight", options.like.votes_weight, "Of the score (default 0.2)"),
               "a number of at least 0", "W");
  not_negative(command.add_option("--similarity-weight", options.like.similarity_weight, "Of the score (default 0.8)"),
               "a number of at least 0", "W");
  command.option_defaults()->group("Options");
}

}  // namespace

void add_like(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "like", "Find tracks that sound like a file or a track", run_like);
  add_positional(command, "SOUND", options.sounds, "Files, or tracks of the library written id:42");
  as_written(command.add_option("--not", options.against, "Away from this file or track"))->type_name("SOUND");
  as_written(command.add_option("--text", options.texts,
                                "And towards these words; away from what they say is not wanted (\"no drums\")"))
      ->type_name("TEXT");
  as_written(command.add_option("--not-text", options.texts_against, "And away from these words"))->type_name("TEXT");
  within(command.add_option("-k", options.like.k, "How many tracks at most (default 10)"), 1, 1000000, "N");
  not_negative(command.add_option("--start", options.start, "Only the part of SOUND from here on, in seconds"),
               "a number of seconds", "S");
  not_negative(command.add_option("--duration", options.duration, "Only a part of SOUND of so many seconds"),
               "a number of seconds", "S");
  CLI::Option* directory = add_value(command, "--dir", options.directory,
                                     "Index what is new in this folder first, and search only there", "DIR");
  add_selection_options(command, options.like.under, options.like.where)->excludes(directory);
  add_ranking_options(command, options);
  command.add_flag("--include-self", options.like.include_self, "Rank the sounds that are tracks of the library, too");
  command.add_flag_callback(
      "--no-ratings", [&options = options] { options.like.ratings = false; }, "By score alone, whatever was rated");
  add_common_options(command, options.common);
  add_listing_options(command, options.listing);
  add_engine_option(command, options.engine)->excludes(directory);
  command.footer(std::string(
                     R"(How to read it:
  HIGH  97 %        the likelihood that it sounds like the input; HIGH from 70 %, MODERATE from 40 %. Where
                    nothing does, the first line says so
  score             0.2 x votes + 0.8 x total similarity, each as a share of the most that any track got: the
                    best hit has about 1, the others are relative to it. It does not say how alike the best
                    hit is; likelihood and distances do.
  votes             of how many windows of the input the track is among the nearest, 5 at least: the more
                    votes, the more confidence
  total similarity  of those hits: each adds 1 - distance
  distance          0 identical; how much is near depends on the model, the likelihood says it
  input sample at 0:35 → match at 1:10, distance 0.18
                    listen to the input from 0:35 and to the track from 1:10 on: these two are alike

A sound that is in the library itself, as a file or given as id:42, is told apart; the others are ranked without
it. Several sounds are joined: what is found is near to all of them. With --by mean the score is the cosine
of two tracks, -1 to 1.

)") + kConditionHelp +
                 R"(
Examples:
  hearken like recording.wav
  hearken like id:42 -k 20 --json
  hearken like recording.wav --dir ~/Samples --play
  hearken like song.mp3 --start 60 --duration 15
  hearken like id:42 id:43 --not id:7
  hearken like id:42 --where "genre = 'Jazz' and duration < 300"
  hearken like song.mp3 --text "but with vocals"
  hearken like id:42 --by mean)");
}

}  // namespace hearken::cli
