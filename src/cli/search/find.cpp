// hearken find TEXT
#include "hearken/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/common.h"
#include "cli/engine.h"
#include "cli/guide/definition.h"
#include "cli/library/indexing.h"
#include "cli/search/listing.h"
#include "cli/selecting.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "hearken/events.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct FindArguments {
  CommonOptions common;
  std::string text;
  std::filesystem::path directory;
  std::string engine;
  std::string rank = "mean";
  bool moments = false, narrow = false;
  std::filesystem::path copy_to;
  FindOptions find;  // the rest of what was asked
  ListingOptions listing;
};

// What the answer is worth, before its results, and which other words are worth more.
void print_find_answer(const FindResult& result) {
  if (result.hits.empty() || result.answer == Answer::clear) return;
  const bool nothing = result.unknown_words || result.answer == Answer::none;
  fmt::print("{}", result.unknown_words ? "The text says nothing this model knows"
                   : nothing            ? "Nothing here sounds like that"
                                        : "Nothing here clearly sounds like that");
  if (result.clearer) {
    fmt::print("; \"{}\" answers {} (likelihood {:.2f})", display(result.clearer->text),
               result.clearer->answer == Answer::clear ? "clearly" : "better", result.clearer->likelihood);
  }
  fmt::print(". {}:\n", nothing ? "Nearest" : "Perhaps");
}

void print_found(const FindResult& result, int offset) {
  const std::string indent(detail_indent(), ' ');
  for (std::size_t i = 0; i < result.hits.size(); ++i) {
    const FindHit& hit = result.hits[i];
    fmt::print("{:>3}  {}  {}  {}  {}\n", i + 1 + static_cast<std::size_t>(offset), padded_level(hit.level),
               styled(fmt::format("{:>3.0f} %", hit.likelihood * 100), Style::bold),
               styled(fmt::format("{:6.3f}", hit.score), Style::dim),
               styled(fitted(label(hit.path, hit.title, hit.artist), 30), Style::bold));
    const std::string when =
        fmt::format("  at {}–{}", clock_time(hit.start_seconds), clock_time(std::ceil(hit.end_seconds)));
    fmt::print("{}{}{}\n", indent, styled(fitted_path(short_path(hit.path), indent.size() + when.size()), Style::dim),
               when);
  }
}

void print_wordings(const FindArguments& options, const FindResult& result) {
  if (!options.find.other_wordings) return;
  if (result.wordings.empty()) {
    fmt::print("\nNo other wordings of this are known (docs/FIND.md).\n");
    return;
  }
  fmt::print("\nIn other words: the best score, and the mean of the first {}\n", options.find.k);
  for (const FindWording& wording : result.wordings)
    fmt::print("     {:6.3f}  {:6.3f}  {}  {}{}\n", wording.best, wording.mean, padded_level(wording.level),
               display(wording.text), wording.text == options.text ? "  (as asked)" : "");
}

struct FindSeconds {
  double load = 0, index = 0, total = 0;  // total: without what --dir indexed
};

nlohmann::json find_json(const FindArguments& options, const Model& model, const FindResult& result,
                         const FindSeconds& took) {
  auto results = nlohmann::json::array();
  for (std::size_t i = 0; i < result.hits.size(); ++i) {
    const FindHit& hit = result.hits[i];
    results.push_back({{"rank", i + 1 + static_cast<std::size_t>(options.find.offset)},
                       {"start", hit.start_seconds},
                       {"end", hit.end_seconds}});
    results.back().update(report::track_json(hit));
    results.back().update(report::judged_json(hit));
  }
  nlohmann::json document = {{"query", options.text},
                             {"wanted", result.wanted},
                             {"without", result.without},
                             {"ranked_by", to_string(options.find.rank)},
                             {"offset", options.find.offset},
                             {"window", result.windowing.window_seconds},
                             {"hop", result.windowing.hop_seconds},
                             {"searched", result.searched},
                             {"without_vectors", result.without_vectors},
                             {"answer", to_string(result.answer)},
                             {"unknown_words", result.unknown_words},
                             {"results", std::move(results)},
                             {"timings_ms",
                              {{"load", took.load * 1000},
                               {"index", took.index * 1000},
                               {"embed", result.embed_seconds * 1000},
                               {"search", result.search_seconds * 1000},
                               {"total", took.total * 1000}}}};
  add_model_json(document, model, result.windowing);
  add_preferences(document, result);
  if (options.find.other_wordings || !result.wordings.empty()) {
    document["wordings"] = nlohmann::json::array();
    for (const FindWording& wording : result.wordings)
      document["wordings"].push_back({{"text", wording.text},
                                      {"best", wording.best},
                                      {"mean", wording.mean},
                                      {"level", to_string(wording.level)},
                                      {"likelihood", wording.likelihood},
                                      {"answer", to_string(wording.answer)}});
  }
  if (result.clearer) document["clearer"] = result.clearer->text;
  return document;
}

// With vectors of the model in several windowings, which ones answered.
void remark_on_windows(const CommonOptions& options, const FindResult& result) {
  if (result.other_windowings.empty()) return;
  std::string others;
  for (const Windowing& other : result.other_windowings) others += (others.empty() ? "" : ", of ") + in_words(other);
  print_note(options, fmt::format("searched windows of {}, which were indexed last, not this model's windows of {}",
                                  in_words(result.windowing), others));
}

void complain_of_nothing(const FindArguments& options, const Searched& searched, const FindResult& result) {
  const FindOptions& find = options.find;
  if (result.searched > 0) {
    print_error(fmt::format("--offset {} is beyond the last result: {} searched", find.offset,
                            counted(result.searched, "track")));
  } else if (!options.directory.empty() && find.where.empty()) {
    print_error(display(options.directory) + ": no sound in there that could be searched");
  } else {
    const bool in_engine = searched.is_engine();
    print_error("nothing found: no track " + (find.under.empty() ? "" : "at or below " + display(find.under) + " ") +
                (find.where.empty() ? in_engine ? "is in the engine" : "is in the library" : "is as --where says") +
                (in_engine ? "; hearken remote status says what the engine holds"
                           : "; hearken info says what the library holds"));
  }
}

// --copy-to: what was found, as files of its own.
int copy_to(const FindArguments& options, const FindResult& result) {
  const CopyReport report = copy_hits(result.hits, options.copy_to, static_cast<std::size_t>(options.find.offset) + 1,
                                      options.find.rank == FindRank::moments);
  for (const FileNote& note : report.skipped) print_error(display(note.path) + ": not copied: " + note.reason);
  print_note(options.common,
             fmt::format("{} in {}", counted(static_cast<std::int64_t>(report.written.size()), "copied file"),
                         display(options.copy_to)));
  return exit_status(report.skipped);
}

constexpr const char* kFindColumns[] = {"rank",  "id",    "path",       "title", "artist",
                                        "score", "level", "likelihood", "start", "end"};

std::vector<ListedFile> files_of(const FindResult& result) {
  std::vector<ListedFile> files;
  for (const FindHit& hit : result.hits) files.push_back({hit.path, hit.start_seconds});
  return files;
}

void print_result(const FindArguments& options, const Model& model, const FindResult& result, const FindSeconds& took) {
  if (options.listing.for_a_program()) {
    print_listing(options.listing, files_of(result), find_json(options, model, result, took), kFindColumns);
  } else if (options.common.json) {
    print_json(find_json(options, model, result, took));
  } else {
    print_find_answer(result);
    print_found(result, options.find.offset);
    if (!result.hits.empty()) print_wordings(options, result);
  }
}

// The result, and what there is to say of it; the exit status, at least `status`.
int show_found(const FindArguments& options, const Searched& searched, const Model& model, const FindResult& result,
               const FindSeconds& took, int status) {
  CommonOptions common = options.common;
  common.json = common.json || options.listing.for_a_program();  // then nobody reads remarks
  print_result(options, model, result, took);
  if (result.hits.empty()) {
    if (!common.quiet) complain_of_nothing(options, searched, result);
    return status_of(options.listing, false, status);
  }
  if (!options.copy_to.empty()) status = std::max(status, copy_to(options, result));
  remark_on_words(common, options.text, result.wanted, result.without);
  if (took.index == 0)
    print_note(common, fmt::format("{} searched in {:.0f} ms", counted(result.searched, "track"), took.total * 1000));
  else
    print_note(common, fmt::format("{} searched in {:.0f} ms, after {:.1f} s of indexing",
                                   counted(result.searched, "track"), took.total * 1000, took.index));
  remark_on_ratings(common, result.ratings);
  remark_on_windows(common, result);
  if (result.without_vectors > 0)
    print_note(common,
               fmt::format("{} no {}of this model: hearken index{} FOLDER",
                           counted(result.without_vectors, "track") + (result.without_vectors == 1 ? " has" : " have"),
                           result.other_windowings.empty() ? "vectors " : "such vectors ",
                           options_again(options.common, searched.info(), model)));
  play_or_open(options.listing, files_of(result));
  return status_of(options.listing, result.answer != Answer::none, status);
}

// --narrow: moments begin and end where the text is heard; where that is not clear, as their windows do.
void narrow(FindResult& result, const Model& model, int threads) {
  std::vector<FilePart> parts;
  for (const FindHit& hit : result.hits) parts.push_back({hit.path, hit.start_seconds, hit.end_seconds});
  EventsOptions options;
  options.threads = threads;
  const std::vector<std::optional<Event>> events = events_in_parts(model, result.wanted, parts, options);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!events[i]) continue;
    result.hits[i].start_seconds = std::max(result.hits[i].start_seconds, events[i]->start_seconds);
    result.hits[i].end_seconds = std::min(result.hits[i].end_seconds, events[i]->end_seconds);
  }
}

FindRank rank_of(const FindArguments& options) {
  if (options.moments) return FindRank::moments;
  return options.rank == "best" ? FindRank::best : options.rank == "top3" ? FindRank::top3 : FindRank::mean;
}

int run_find(FindArguments& options) {
  const double began = monotonic_seconds();
  options.find.threads = options.common.threads;
  options.find.rank = rank_of(options);
  if (!good_where(options.find.where)) return kWrongUsage;
  if (is_blank(options.text))
    throw Error(ErrorCode::invalid_argument, "find: the text is empty; for example: hearken find \"calm piano\"");
  const bool indexes = !options.directory.empty();
  if (indexes && engine_asked(options.engine, options.common))
    throw Error(ErrorCode::invalid_argument, "--dir indexes into a library; in an engine there is --under");
  if (indexes) check_worth_a_library(options.common.library_path(), std::span(&options.directory, 1));
  Searched searched(options.engine, options.common, indexes ? OpenMode::create : OpenMode::read);
  const Model model = indexes ? load_model(options.common, &searched.info()) : searched.model(options.common);

  FindResult result;
  result.wanted = options.text;
  FindOptions find_options = options.find;
  FolderIndexed indexed;
  if (indexes) {
    indexed = index_folder(*searched.library(), searched.info(), model, options.directory, options.common);
    result.windowing = indexed.windowing;
    find_options.under = options.directory;
  }

  model.prepare_text();
  const double loaded = monotonic_seconds() - indexed.seconds;
  if (indexed.anything)
    result = searched.ask([&](const auto& here) { return find(here, model, options.text, find_options); });
  if (options.narrow) narrow(result, model, options.common.threads);
  const double now = monotonic_seconds() - indexed.seconds;
  return show_found(options, searched, model, result, {loaded - began, indexed.seconds, now - began}, indexed.status);
}

}  // namespace

void add_find(CLI::App& program, int& status) {
  const auto [command, options] = add_command(program, status, "find", "Find tracks by describing them", run_find);
  add_positional(command, "TEXT", options.text, "What it sounds like, in English")->required();
  within(command.add_option("-k", options.find.k, "How many results at most (default 10)"), 1, 1000000, "N");
  within(command.add_option("--offset", options.find.offset, "Leave out the first N results: with -k, page by page"), 0,
         1000000, "N");
  CLI::Option* directory = add_value(command, "--dir", options.directory,
                                     "Index what is new in this folder first, and search only there", "DIR");
  add_selection_options(command, options.find.under, options.find.where)->excludes(directory);
  CLI::Option* rank = one_of(
      command.add_option("--rank", options.rank, "Order tracks by all their windows (default), the best, or three"),
      {"mean", "best", "top3"});
  CLI::Option* moments =
      command.add_flag("--moments", options.moments, "The best moments of all tracks, instead of tracks")
          ->excludes(rank);
  command.add_flag("--narrow", options.narrow, "Listen again to say from when to when, within each moment's window")
      ->needs(moments);
  not_empty(
      as_written(command.add_option("--not", options.find.without, "What it does not sound like; may be repeated")))
      ->type_name("TEXT");
  command.add_flag_callback(
      "--no-ratings", [&options = options] { options.find.ratings = false; }, "By score alone, whatever was rated");
  add_value(command, "--copy-to", options.copy_to, "Copy what is found to this folder; moments as WAV", "DIR");
  rare(command.add_flag("--ensemble", options.find.ensemble, "Ask in several sentences at once"));
  command.add_flag("--try-synonyms", options.find.other_wordings, "Show how other wordings score");
  add_common_options(command, options.common);
  add_listing_options(command, options.listing);
  add_engine_option(command, options.engine)->excludes(directory);
  command.footer(
      std::string(
          R"(A track's score is the mean cosine of the text and the track's windows, -1 to 1. The times name the window
that fits best.

Words matter: say it as the music industry does ("female vocalist" rather than "a lady's voice"), keep it short
("calm piano" rather than a sentence), and name genres ("ambient", "heavy metal"). The same thing in other
words can score several times as high: --try-synonyms shows it. What is not wanted is said as "no drums",
"without vocals", -drums in the text, or with --not.

)") + kConditionHelp +
      R"(
Examples:
  hearken find "calm piano"
  hearken find "dog barking" -k 3 --json
  hearken find "rain" --play
  hearken find "dog barking" -k 100 -0 | xargs -0 cp -t ~/Dogs
  hearken find "rain on a roof" --dir ~/Recordings
  hearken find "saxophone" --where "genre = 'Jazz' and duration < 300"
  hearken find "laughter" --moments --under ~/Recordings/2024
  hearken find "piano" --not "drums" --offset 10
  hearken find "female voice" --try-synonyms
  hearken find "door slams" --moments --copy-to ~/Session
  hearken find "calm piano" --model laion/clap-htsat-unfused)");
}

}  // namespace hearken::cli
