// The scores of all sounds under all questions: texts first and in one go, then the sounds as they are read.
#include "hearken/score.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "library/half.h"
#include "search/index/sound_inputs.h"
#include "search/query/text_query.h"
#include "search/scan/sounding.h"
#include "search/score/scoring.h"
#include "text/tokenizer/code_points.h"

namespace hearken {
namespace search {

// Plain sums; a sound's windows are few, and nobody waits for them.
WindowScores window_scores(std::span<const float> query, std::span<const std::uint16_t> windows) {
  const std::size_t dimension = query.size(), count = windows.size() / dimension;
  std::vector<double> scores(count);
  double sum = 0;
  for (std::size_t w = 0; w < count; ++w) {
    for (std::size_t i = 0; i < dimension; ++i) {
      const float x = library::float_from_half(windows[w * dimension + i]);
      scores[w] += static_cast<double>(query[i]) * static_cast<double>(x);
    }
    sum += scores[w];
  }
  WindowScores out{sum / static_cast<double>(count), scores[0], scores[0], 0, 0};
  double squares = 0;
  for (std::size_t w = 0; w < count; ++w) {
    squares += (scores[w] - out.mean) * (scores[w] - out.mean);
    if (scores[w] < out.min) out.min = scores[w];
    if (scores[w] > out.max) {
      out.max = scores[w];
      out.best = w;
    }
  }
  out.deviation = std::sqrt(squares / static_cast<double>(count));
  return out;
}

namespace {

void check_text(const std::string& text) {
  bool blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = first_code_point(std::string_view(text).substr(at));
    if (!c.well_formed) throw Error(ErrorCode::invalid_argument, "the text '" + display(text) + "' is not UTF-8");
    blank = blank && text::is_white_space(c.value);
    at += c.length;
  }
  if (blank) throw Error(ErrorCode::invalid_argument, "a text is empty: describe a sound, as in \"calm piano\"");
}

TextScore score_text(const Model& model, const std::string& text, std::span<const float> vector,
                     const EmbeddedSound& song) {
  const WindowScores scores = window_scores(vector, song.vectors);
  TextScore out;
  out.text = text;
  out.mean = scores.mean;
  out.max = scores.max;
  out.min = scores.min;
  out.deviation = scores.deviation;
  out.level = model.level(scores.mean);
  out.likelihood = model.likelihood(scores.mean);
  out.best_start_seconds = song.starts_seconds[scores.best];
  out.best_end_seconds = std::min(out.best_start_seconds + song.window_seconds, song.duration_seconds);
  return out;
}

void rank(std::vector<TextScore>& scores) {
  std::stable_sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.mean > b.mean; });
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i].rank = static_cast<int>(i) + 1;
}

}  // namespace

std::vector<std::string> texts_of(std::span<const Question> questions) {
  if (questions.empty()) throw Error(ErrorCode::invalid_argument, "no text to score under");
  std::set<std::string> seen;
  std::vector<std::string> out;
  const auto add = [&](const std::string& text) {
    check_text(text);
    if (seen.insert(text).second) out.push_back(text);
  };
  for (const Question& question : questions) {
    check_text(question.text);
    if (question.wordings.empty()) add(question.text);
    for (const std::string& wording : question.wordings) add(wording);
  }
  return out;
}

Scoring::Scoring(const Model& model, std::span<const Question> questions, int threads)
    : Scoring(model, questions, model.embed_texts(texts_of(questions), EmbeddingForm::scored, threads)) {}

Scoring::Scoring(const Model& model, std::span<const Question> questions, std::span<const float> vectors)
    : model_(model) {
  const std::vector<std::string> texts = texts_of(questions);
  const std::size_t width = vectors.size() / texts.size();
  std::map<std::string, std::size_t> rows;
  for (std::size_t t = 0; t < texts.size(); ++t) rows.emplace(texts[t], t);
  const auto vector_of = [&](const std::string& text) {
    const auto row = vectors.subspan(rows.at(text) * width, width);
    return std::vector<float>(row.begin(), row.end());
  };
  std::set<std::pair<std::string, std::vector<std::string>>> seen;
  for (const Question& question : questions)
    if (seen.emplace(question.text, question.wordings).second) asked_.push_back({question, {}, {}});
  for (Asked& asked : asked_) {
    if (asked.question.wordings.empty()) {
      asked.vector = vector_of(asked.question.text);
      continue;
    }
    std::vector<float> all;
    for (const std::string& wording : asked.question.wordings) {
      asked.wordings.push_back(vector_of(wording));
      all.insert(all.end(), asked.wordings.back().begin(), asked.wordings.back().end());
    }
    asked.vector = mean_vector(all, width, mean_form(model));
  }
}

std::vector<TextScore> Scoring::operator()(const EmbeddedSound& sound) const {
  std::vector<TextScore> out;
  for (const Asked& asked : asked_) {
    out.push_back(score_text(model_, asked.question.text, asked.vector, sound));
    for (std::size_t i = 0; i < asked.wordings.size(); ++i)
      out.back().wordings.push_back(score_text(model_, asked.question.wordings[i], asked.wordings[i], sound));
    rank(out.back().wordings);
  }
  rank(out);
  return out;
}

}  // namespace search

std::vector<TextScore> score_windows(const Model& model, const FileEmbedding& sound,
                                     std::span<const Question> questions) {
  return search::Scoring(model, questions, 1)(search::RoundedSound(sound).view());
}

ScoreResult score(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                  std::span<const Question> questions, const ScoreOptions& options) {
  const search::Scoring scoring(model, questions, options.threads);
  std::map<std::size_t, SoundScores> sounds;
  search::SoundNotes notes =
      search::visit_inputs(library, model, inputs, options, [&](std::size_t number, const search::EmbeddedSound& song) {
        sounds[number] = {song.id,
                          song.path,
                          song.title,
                          song.artist,
                          song.duration_seconds,
                          static_cast<std::int64_t>(song.starts_seconds.size()),
                          scoring(song)};
      });
  ScoreResult out{options.windowing, {}, std::move(notes.skipped), std::move(notes.warnings)};
  for (auto& [number, song] : sounds) out.sounds.push_back(std::move(song));
  return out;
}

}  // namespace hearken
