// hearken dedupe
#include "hearken/dedupe.h"

#include <fmt/format.h>

#include <utility>

#include "cli/common.h"
#include "core/files/csv.h"
#include "core/paths.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct DedupeArguments {
  CommonOptions common;
  bool csv = false;
};

std::string size_in_words(std::int64_t bytes) {
  constexpr double kMega = 1e6, kGiga = 1e9;
  const auto b = static_cast<double>(bytes);
  return b >= kGiga ? fmt::format("{:.1f} GB", b / kGiga) : fmt::format("{:.1f} MB", b / kMega);
}

// How it differs from the best one.
std::string difference(const DedupeTrack& track, const DedupeTrack& best) {
  if (track.likeness == Likeness::identical) return "the same bytes";
  std::string out = track.likeness == Likeness::same ? "the same recording" : "nearly the same";
  const double shorter = best.duration_seconds - track.duration_seconds;
  if (shorter > 1) out += fmt::format(", {:.0f} s shorter", shorter);
  if (shorter < -1) out += fmt::format(", {:.0f} s longer", -shorter);
  if (track.likeness == Likeness::near) out += fmt::format(", {:.0f} % of the seconds agree", 100 * track.overlap);
  return out;
}

void print_group(std::size_t number, const DedupeGroup& group) {
  const DedupeTrack& best = group.tracks.front();
  fmt::print("{}. {}\n", number, label(best.path, best.title, best.artist));
  for (const DedupeTrack& track : group.tracks) {
    const bool first = track.likeness == Likeness::best;
    fmt::print("   {} {:<5} {:>5} kbit/s  {:>7}  {:>9}  {}\n", first ? "best" : "    ", track.format,
               track.bits_per_second / 1000, clock_time(track.duration_seconds), size_in_words(track.bytes),
               short_path(track.path));
    if (!first) fmt::print("              {}\n", difference(track, best));
  }
}

void print_dedupe_csv(const DedupeResult& result) {
  fmt::print("group,likeness,id,path,title,artist,format,bits_per_second,duration,bytes,overlap,agreement,offset\r\n");
  for (std::size_t g = 0; g < result.groups.size(); ++g) {
    for (const DedupeTrack& t : result.groups[g].tracks) {
      fmt::print("{},{},{},{},{},{},{},{},{:.3f},{},{:.3f},{:.3f},{:.3f}\r\n", g + 1, to_string(t.likeness), t.id,
                 csv_cell(display(t.path)), csv_cell(t.title), csv_cell(t.artist), csv_cell(display(t.format)),
                 t.bits_per_second, t.duration_seconds, t.bytes, t.overlap, t.agreement, t.offset_seconds);
    }
  }
}

nlohmann::json dedupe_json(const DedupeResult& result) {
  auto groups = nlohmann::json::array();
  for (const DedupeGroup& group : result.groups) {
    auto tracks = nlohmann::json::array();
    for (const DedupeTrack& t : group.tracks) {
      tracks.emplace_back(report::track_json(t))
          .update({{"likeness", to_string(t.likeness)},
                   {"format", display(t.format)},
                   {"lossless", t.lossless},
                   {"duration", t.duration_seconds},
                   {"bytes", t.bytes},
                   {"bits_per_second", t.bits_per_second},
                   {"overlap", t.overlap},
                   {"agreement", t.agreement},
                   {"offset", t.offset_seconds}});
    }
    groups.push_back({{"tracks", std::move(tracks)}});
  }
  return {{"groups", std::move(groups)},
          {"tracks", result.tracks},
          {"without_fingerprint", result.without_fingerprint},
          {"bytes_beside_best", result.bytes_beside_best},
          {"timings_ms", {{"total", result.seconds * 1000}}}};
}

int run_dedupe(const DedupeArguments& options) {
  if (options.csv && options.common.json) throw Error(ErrorCode::invalid_argument, "dedupe: --csv or --json, not both");
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const DedupeResult result = dedupe(library);
  if (options.common.json) {
    print_json(dedupe_json(result));
  } else if (options.csv) {
    print_dedupe_csv(result);
  } else if (result.groups.empty()) {
    fmt::print("no recording is here twice\n");
  } else {
    for (std::size_t g = 0; g < result.groups.size(); ++g) print_group(g + 1, result.groups[g]);
  }
  if (result.without_fingerprint > 0 && !options.common.quiet) {
    print_error(
        fmt::format("{} could be compared by their bytes only, indexed before there were fingerprints: run `hearken "
                    "index` on the same folders once more (nothing is embedded again)",
                    counted(result.without_fingerprint, "track")));
  }
  print_note(options.common,
             fmt::format("{} of {}, {} beside the best ones, in {:.1f} s; nothing was changed",
                         counted(static_cast<std::int64_t>(result.groups.size()), "group"),
                         counted(result.tracks, "track"), size_in_words(result.bytes_beside_best), result.seconds));
  return kDone;
}

}  // namespace

void add_dedupe(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "dedupe", "Show recordings that the library has more than once", run_dedupe);
  command.add_flag("--csv", options.csv, "One row for each track of a group");
  add_common_options(command, options.common);
  command.footer(R"(How to read it:
  best                the one to keep, as a suggestion: whole, then lossless, then the most bits a second. What
                      was lossy before it became a FLAC cannot be told.
  the same bytes      a copy of the best one
  the same recording  in another format, bit rate, level or length
  nearly the same     another master or mix: listen before you decide

Nothing is deleted or changed. Recordings that share only a jingle or loops are no group, nor are those of which
one is less than half as long as the other. It needs no model and reads no audio.

Examples:
  hearken dedupe
  hearken dedupe --csv > twice.csv
  hearken dedupe --json)");
}

}  // namespace hearken::cli
