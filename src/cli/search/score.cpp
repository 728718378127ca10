// hearken score FILE|DIR|TRACK… --text T…
#include "hearken/score.h"

#include <fmt/format.h>

#include "cli/common.h"
#include "cli/progress.h"
#include "cli/search/score_table.h"
#include "cli/search/sound_arguments.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/notes.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct ScoreArguments {
  CommonOptions common;
  std::vector<std::string> sounds, texts;
  std::filesystem::path texts_file, synonyms_file;
  WindowingOptions windowing;
  bool csv = false;
};

std::vector<Question> questions(const ScoreArguments& options) {
  std::vector<Question> out;
  for (const std::string& text : options.texts) out.push_back({text, {}});
  const auto add = [&](std::vector<Question> more) { out.insert(out.end(), more.begin(), more.end()); };
  if (!options.texts_file.empty()) add(read_texts(options.texts_file));
  if (!options.synonyms_file.empty()) add(read_synonyms(options.synonyms_file));
  if (out.empty())
    throw Error(ErrorCode::invalid_argument,
                "score: under which text? For example: hearken score song.mp3 --text \"calm piano\"");
  return out;
}

nlohmann::json row_json(const SoundScores& song, const TextScore& score) {
  return report::joined(report::text_score_json(score), {{"path", display(song.path)},
                                                         {"title", song.title},
                                                         {"artist", song.artist},
                                                         {"windows", song.windows},
                                                         {"duration", song.duration_seconds}});
}

nlohmann::json score_json(const ScoreResult& result, const Model& model) {
  auto rows = nlohmann::json::array();
  for (const SoundScores& song : result.sounds) {
    for (const TextScore& score : song.scores) {
      rows.push_back(row_json(song, score));
      for (const TextScore& wording : score.wordings) {
        rows.push_back(row_json(song, wording));
        rows.back()["group"] = score.text;
      }
    }
  }
  return answers_json(result, model, std::move(rows));
}

int run_score(const ScoreArguments& options) {
  const double began = monotonic_seconds();
  if (options.sounds.empty())
    throw Error(ErrorCode::invalid_argument,
                "score: which songs? For example: hearken score song.mp3 --text \"calm piano\"");
  if (options.csv && options.common.json)
    throw Error(ErrorCode::invalid_argument, "score: --csv and --json exclude each other");
  const std::vector<Question> asked = questions(options);
  const SoundArguments sounds = open_sounds(options.common, options.sounds);
  const Model& model = sounds.model;

  const ScoreResult result =
      answered_about(sounds, options.common, options.windowing, ScoreOptions(),
                     [&](const ScoreOptions& how) { return score(sounds.opened(), model, sounds.inputs, asked, how); });
  if (options.common.json)
    print_json(score_json(result, model));
  else if (options.csv)
    fmt::print("{}", score_csv(result, &model));
  else
    print_scores(result);
  if (!result.sounds.empty() && !options.csv)
    print_summary(
        options.common,
        counted(std::ssize(result.sounds), "song") + ", " + counted(std::ssize(result.sounds.front().scores), "text"),
        model, result.windowing, began);
  return exit_status(result.skipped, !result.sounds.empty());
}

}  // namespace

void add_score(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "score", "Score songs under texts, all against all", run_score);
  add_sounds(command, options.sounds);
  // One value each: what follows may be a song.
  command.add_option("--text", options.texts, "A text in English; again for each further one")
      ->allow_extra_args(false)
      ->type_name("TEXT");
  add_value(command, "--texts", options.texts_file, "A file of texts, one a line; lines that begin with # are left out",
            "FILE");
  add_value(command, "--synonyms", options.synonyms_file,
            "A file of wordings of a question, one question a line: NAME: WORDING | WORDING | …", "FILE");
  add_windowing_options(command, options.windowing);
  command.add_flag("--csv", options.csv, "The result as CSV, the same bytes on every run");
  add_common_options(command, options.common);
  command.footer(
      R"(A score is the mean cosine of the text and the song's windows, -1 to 1; the time names the window that fits
best. Texts are ranked within their song, so that a song's rows do not change with the other songs; for one
text on several songs, the table ranks the songs. Files are listened to once, however many the texts; tracks
of the library not at all.

Wording matters, up to five times the score: ask in several wordings (--synonyms) and see the spread. A
question's own row is the score of its wordings' mean vector, which may be above each wording's.

CSV columns: path, title, artist, text, rank, mean, max, min, std, level, best_start, best_end, windows,
duration, model, precision, fingerprint; with --synonyms also group, the question that a wording belongs to.
A cell that a spreadsheet would run as a formula begins with an apostrophe. See docs/SCORE.md.

Examples:
  hearken score song.mp3 --text "calm piano" --text "female vocalist"
  hearken score ~/Music/album id:42 --texts moods.txt --csv > moods.csv
  hearken score song.mp3 --synonyms wordings.txt
  hearken score song.mp3 --text "rain" --json)");
}

}  // namespace hearken::cli
