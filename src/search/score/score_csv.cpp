// score()'s result as CSV. fmt writes numbers the same in every locale.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/files/csv.h"
#include "core/paths.h"
#include "hearken/score.h"

namespace hearken {
namespace {

// Without "-0.000000".
std::string number(double value, int decimals) {
  std::string out = fmt::format("{:.{}f}", value, decimals);
  if (out.find_first_not_of("-0.") == std::string::npos && out.front() == '-') out.erase(0, 1);
  return out;
}

std::string row(const SoundScores& song, const TextScore& score) {
  std::string out = csv_cell(display(song.path));
  const auto cell = [&](std::string_view text) { out.append(",").append(text); };
  cell(csv_cell(song.title));
  cell(csv_cell(song.artist));
  cell(csv_cell(score.text));
  cell(std::to_string(score.rank));
  for (const double cosine : {score.mean, score.max, score.min, score.deviation}) cell(number(cosine, 6));
  cell(to_string(score.level));
  cell(number(score.best_start_seconds, 3));
  cell(number(score.best_end_seconds, 3));
  cell(std::to_string(song.windows));
  cell(number(song.duration_seconds, 3));
  return out;
}

}  // namespace

std::string score_csv(const ScoreResult& result, const Model* model) {
  const bool grouped = std::any_of(result.sounds.begin(), result.sounds.end(), [](const SoundScores& song) {
    return std::any_of(song.scores.begin(), song.scores.end(), [](const auto& s) { return !s.wordings.empty(); });
  });
  std::string out = "path,title,artist,text,rank,mean,max,min,std,level,best_start,best_end,windows,duration";
  std::string made_by;
  if (model != nullptr) {
    out += ",model,precision,fingerprint";
    made_by = "," + csv_cell(model->info().name) + "," + std::string(to_string(model->info().precision)) + "," +
              model->fingerprint(result.windowing);
  }
  out += grouped ? ",group\n" : "\n";
  for (const SoundScores& song : result.sounds) {
    for (const TextScore& score : song.scores) {
      out += row(song, score) + made_by + (grouped ? ",\n" : "\n");
      for (const TextScore& wording : score.wordings)
        out += row(song, wording) + made_by + "," + csv_cell(score.text) + "\n";
    }
  }
  return out;
}

}  // namespace hearken
