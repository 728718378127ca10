// Tables of scores.
#include "cli/search/score_table.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

// Of the terminal on standard output; without one nothing is cut.
std::size_t line_width() {
  if (::isatty(STDOUT_FILENO) == 0) return std::numeric_limits<std::size_t>::max();
  const std::size_t columns = terminal_columns(STDOUT_FILENO);
  return columns == 0 ? 80 : std::max<std::size_t>(columns, 60);
}

// `before`, which is narrow, and as much of `text` as the line holds.
void print_line(const std::string& before, std::size_t before_columns, const std::string& text, bool bold = false) {
  const std::string cut = text::cut_to(text, line_width() - before_columns);
  const bool styled = bold && colours(STDOUT_FILENO);
  fmt::print("{}{}{}{}\n", before, styled ? "\x1b[1m" : "", cut, styled ? "\x1b[0m" : "");
}

std::string moment(const TextScore& score) {
  return clock_time(score.best_start_seconds) + "–" + clock_time(std::ceil(score.best_end_seconds));
}

// A table's rows are: rank, mean, level, the best window's score and time, and words that may be cut.
struct Table {
  std::size_t moment_columns = 0;

  explicit Table(const std::vector<const TextScore*>& scores) {
    for (const TextScore* score : scores) moment_columns = std::max(moment_columns, text::columns(moment(*score)));
    moment_columns = std::max<std::size_t>(moment_columns, 2);
  }

  std::size_t before() const { return 35 + moment_columns; }

  void head(const std::string& what) const {
    print_line(fmt::format("{:>3}  {:>6}  {:<8}  {:<{}}  ", "", "mean", "level", "best window", 10 + moment_columns),
               before(), what);
  }

  void row(int rank, const TextScore& score, const std::string& words) const {
    const std::string when = moment(score);
    const std::string padding(moment_columns - text::columns(when), ' ');
    print_line(fmt::format("{:>3}  {:6.3f}  {}  {:6.3f} at {}{}  ", rank, score.mean, padded_level(score.level),
                           score.max, when, padding),
               before(), words);
  }

  void below(const std::string& words) const { print_line(std::string(before(), ' '), before(), words); }
};

// "0.062 LOW to 0.328 HIGH, ×5.3"; of what is next to nothing there is no multiple.
std::string spread(const TextScore& score) {
  const TextScore& high = score.wordings.front();
  const TextScore& low = score.wordings.back();
  std::string out =
      fmt::format("{:.3f} {} to {:.3f} {}", low.mean, to_string(low.level), high.mean, to_string(high.level));
  if (low.mean >= 0.01) out += fmt::format(", ×{:.1f}", high.mean / low.mean);
  return out;
}

void print_song(const SoundScores& song) {
  print_line("", 0, label(song.path, song.title, song.artist), true);
  const std::string length =
      fmt::format("  {}, {}", clock_time(song.duration_seconds), counted(song.windows, "window"));
  fmt::print("{}{}\n", fitted_path(short_path(song.path), length.size()), length);
  std::vector<const TextScore*> rows;
  for (const TextScore& score : song.scores) {
    rows.push_back(&score);
    for (const TextScore& wording : score.wordings) rows.push_back(&wording);
  }
  const Table table(rows);
  table.head("text");
  for (const TextScore& score : song.scores) {
    table.row(score.rank, score, display(score.text));
    if (score.wordings.empty()) continue;
    table.below(
        fmt::format("{}: {}", counted(static_cast<std::int64_t>(score.wordings.size()), "wording"), spread(score)));
    for (const TextScore& wording : score.wordings) {
      const std::string before = fmt::format("{:>3}  {:6.3f}  {}  {:{}}    ", "", wording.mean,
                                             padded_level(wording.level), "", 10 + table.moment_columns);
      print_line(before, table.before() + 2, display(wording.text));
    }
  }
}

using SongAndScore = std::pair<const SoundScores*, const TextScore*>;

// Everybody's score under one question, best first; equal ones in the order of the result.
std::vector<SongAndScore> under(const ScoreResult& result, const TextScore& question) {
  std::vector<SongAndScore> out;
  for (const SoundScores& song : result.sounds) {
    for (const TextScore& score : song.scores)
      if (score.text == question.text && score.wordings.size() == question.wordings.size())
        out.emplace_back(&song, &score);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.second->mean > b.second->mean; });
  return out;
}

void print_songs(const ScoreResult& result) {
  const TextScore& question = result.sounds.front().scores.front();
  print_line("", 0, display(question.text), true);
  const auto sounds = under(result, question);
  std::vector<const TextScore*> rows;
  for (const auto& [song, score] : sounds) rows.push_back(score);
  const Table table(rows);
  table.head("song");
  int rank = 0;
  for (const auto& [song, score] : sounds) {
    table.row(++rank, *score, label(song->path, song->title, song->artist));
    if (!song->title.empty()) table.below(short_path(song->path));
    if (!score->wordings.empty()) table.below("wordings " + spread(*score));
  }
}

void print_best_songs(const ScoreResult& result) {
  print_line("", 0, "Each text's best song", true);
  std::size_t width = 0;
  std::vector<const TextScore*> questions;
  for (const TextScore& score : result.sounds.front().scores) questions.push_back(&score);
  std::stable_sort(questions.begin(), questions.end(), [](const auto* a, const auto* b) { return a->text < b->text; });
  std::vector<std::string> names;
  for (const TextScore* question : questions) {
    names.push_back(text::cut_to(display(question->text), 30));
    width = std::max(width, text::columns(names.back()));
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto [song, score] = under(result, *questions[i]).front();
    const std::string padding(width - text::columns(names[i]), ' ');
    print_line(fmt::format("     {:6.3f}  {}  {}{}  ", score->mean, padded_level(score->level), names[i], padding),
               25 + width, label(song->path, song->title, song->artist));
  }
}

}  // namespace

void print_scores(const ScoreResult& result) {
  if (result.sounds.empty()) return;
  if (result.sounds.size() > 1 && result.sounds.front().scores.size() == 1) return print_songs(result);
  for (const SoundScores& song : result.sounds) {
    print_song(song);
    if (result.sounds.size() > 1) fmt::print("\n");
  }
  if (result.sounds.size() > 1) print_best_songs(result);
}

}  // namespace hearken::cli
