// hearken match FILE
#include "hearken/match.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/common.h"
#include "cli/search/listing.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct MatchArguments {
  CommonOptions common;
  std::string file;
  MatchOptions match;
  ListingOptions listing;
};

// "0:42", "-1:05": where in the track the query begins.
std::string signed_time(double seconds) { return (seconds <= -1 ? "-" : "") + clock_time(std::abs(seconds)); }

std::string sentence(const MatchHit& hit, double query_seconds) {
  // Within two seconds the ends may have no landmarks of their own.
  constexpr double kEnds = 2;
  const bool whole = hit.start_seconds < kEnds && hit.end_seconds > query_seconds - kEnds;
  const std::string part =
      whole ? "" : fmt::format("{} to {} ", clock_time(hit.start_seconds), clock_time(hit.end_seconds));
  const double from = hit.offset_seconds + (whole ? 0 : hit.start_seconds);
  return fmt::format("{}is '{}', from {} on, confidence {:.2f}", part, label(hit.path, hit.title, hit.artist),
                     signed_time(from), hit.confidence);
}

std::string on_terminal(const std::string& text) {
  const std::size_t width = terminal_columns(STDOUT_FILENO);
  return width == 0 ? text : wrapped(text, width, 4, 0);
}

void print_matches(const MatchArguments& options, const MatchResult& result) {
  const std::string name = short_path(options.file);
  if (result.hits.empty()) fmt::print("{}: not here\n", name);
  for (const MatchHit& hit : result.hits)
    fmt::print("{}\n    {}\n", on_terminal(name + " " + sentence(hit, result.query_seconds)),
               fitted_path(short_path(hit.path), 4));
}

nlohmann::json match_json(const MatchArguments& options, const MatchResult& result, double total_seconds) {
  auto results = nlohmann::json::array();
  for (const MatchHit& hit : result.hits) {
    nlohmann::json& one = results.emplace_back(report::joined(report::track_json(hit), report::match_json(hit)));
    one["rank"] = results.size();
  }
  return {{"query", display(options.file)},
          {"start", options.match.start_seconds},
          {"duration", result.query_seconds},
          {"results", std::move(results)},
          {"tracks", result.tracks},
          {"without_fingerprint", result.without_fingerprint},
          {"warnings", result.warnings},
          {"timings_ms",
           {{"listen", result.listen_seconds * 1000},
            {"search", result.search_seconds * 1000},
            {"total", total_seconds * 1000}}}};
}

constexpr const char* kMatchColumns[] = {"rank",   "id",    "path", "title", "artist",
                                         "offset", "start", "end",  "votes", "confidence"};

std::vector<ListedFile> files_of(const MatchResult& result) {
  std::vector<ListedFile> files;
  for (const MatchHit& hit : result.hits)
    files.push_back({hit.path, std::max(0.0, hit.offset_seconds + hit.start_seconds)});
  return files;
}

int run_match(const MatchArguments& options) {
  const double began = monotonic_seconds();
  if (options.file.empty())
    throw Error(ErrorCode::invalid_argument, "match: which file? For example: hearken match excerpt.mp3");
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const MatchResult result = match(library, SoundFile{options.file}, options.match);
  const double total = monotonic_seconds() - began;

  if (!options.common.quiet)
    for (const std::string& warning : result.warnings) print_error(warning);
  if (options.listing.for_a_program()) {
    print_listing(options.listing, files_of(result), match_json(options, result, total), kMatchColumns);
  } else if (options.common.json) {
    print_json(match_json(options, result, total));
  } else {
    print_matches(options, result);
  }
  if (result.without_fingerprint > 0 && !options.common.quiet) {
    print_error(
        fmt::format("{} could not be compared, indexed before there were fingerprints: run `hearken index` on the "
                    "same folders once more (nothing is embedded again)",
                    counted(result.without_fingerprint, "track")));
  }
  CommonOptions common = options.common;
  common.json = common.json || options.listing.for_a_program();  // then nobody reads remarks
  print_note(common, fmt::format("{:.1f} s compared with {} in {:.0f} ms", result.query_seconds,
                                 counted(result.tracks, "track"), total * 1000));
  play_or_open(options.listing, files_of(result));
  return status_of(options.listing, !result.hits.empty(), kDone);
}

}  // namespace

void add_match(CLI::App& program, int& status) {
  const auto [command, options] = add_command(
      program, status, "match", "Find out whether this very recording is in the library, and where", run_match);
  not_empty(add_positional(command, "FILE", options.file, "A sound file: an excerpt, a recording, a mix"));
  not_negative(
      command.add_option("--start", options.match.start_seconds, "Only the part of FILE from here on, in seconds"),
      "a number of seconds", "S");
  not_negative(
      command.add_option("--duration", options.match.duration_seconds, "Only a part of FILE of so many seconds"),
      "a number of seconds", "S");
  within(command.add_option("-k", options.match.k, "How many tracks at most (default 10)"), 1, 1000000, "N");
  add_common_options(command, options.common);
  add_listing_options(command, options.listing);
  command.footer(R"(How to read it:
  excerpt.mp3 is 'Title — Artist', from 0:42 on, confidence 0.97
                    the excerpt begins 0:42 into that track
  mix.mp3 3:10 to 7:05 is 'Title — Artist', from 0:00 on
                    only this part of the mix is that track, which is at 0:00 then
  confidence        0.5 is just enough, 0.97 five times as much

The recording is known again when it is cut, re-encoded, resampled, louder, quieter or noisy; a few seconds are
enough. Another performance, a remix, or the recording at another speed is another recording: see `like`.
It needs no model.

Examples:
  hearken match excerpt.mp3
  hearken match radio.ogg --start 600 --duration 20
  hearken match mix.mp3 -k 50 --json
  hearken match upload.mp3 --fail-if-none --quiet && echo known)");
}

}  // namespace hearken::cli
