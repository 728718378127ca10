// The scores of all songs under all questions: texts first and in one go, then the songs as they are read.
#include "hearken/score.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "library/half.h"
#include "search/index/sound_inputs.h"
#include "search/query/text_query.h"
#include "search/scan/sounding.h"
#include "search/score/window_scores.h"
#include "text/tokenizer/code_points.h"

namespace hearken {
namespace search {
namespace {

// ── questions ──

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

// A question with the vectors of its texts. A vector is float32 [dimension], of length one.
struct ScoreAsked {
  const Question* question;
  std::vector<float> vector;                 // of the text, or of the ensemble
  std::vector<std::vector<float>> wordings;  // in the question's order
};

std::vector<ScoreAsked> ask(const Model& model, std::span<const Question> questions, int threads) {
  if (questions.empty()) throw Error(ErrorCode::invalid_argument, "no text to score under");
  std::vector<ScoreAsked> out;
  std::map<std::string, std::size_t> rows;  // each text once
  std::vector<std::string> texts;
  const auto row = [&](const std::string& text) {
    check_text(text);
    const auto [at, is_new] = rows.emplace(text, texts.size());
    if (is_new) texts.push_back(text);
    return at->second;
  };
  std::set<std::pair<std::string, std::vector<std::string>>> seen;
  for (const Question& question : questions) {
    if (!seen.emplace(question.text, question.wordings).second) continue;
    check_text(question.text);
    out.push_back({&question, {}, {}});
    if (question.wordings.empty()) row(question.text);
    for (const std::string& wording : question.wordings) row(wording);
  }
  const std::vector<float> vectors = model.embed_texts(texts, EmbeddingForm::scored, threads);
  const std::size_t width = vectors.size() / texts.size();
  const auto vector_of = [&](const std::string& text) {
    const auto first = vectors.begin() + static_cast<std::ptrdiff_t>(rows.at(text) * width);
    return std::vector<float>(first, first + static_cast<std::ptrdiff_t>(width));
  };
  for (ScoreAsked& asked : out) {
    if (asked.question->wordings.empty()) {
      asked.vector = vector_of(asked.question->text);
      continue;
    }
    std::vector<float> all;
    for (const std::string& wording : asked.question->wordings) {
      asked.wordings.push_back(vector_of(wording));
      all.insert(all.end(), asked.wordings.back().begin(), asked.wordings.back().end());
    }
    asked.vector = mean_vector(all, width, mean_form(model));
  }
  return out;
}

// ── songs ──

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

std::vector<TextScore> score_song(const Model& model, std::span<const ScoreAsked> questions,
                                  const EmbeddedSound& song) {
  std::vector<TextScore> out;
  for (const ScoreAsked& asked : questions) {
    out.push_back(score_text(model, asked.question->text, asked.vector, song));
    for (std::size_t i = 0; i < asked.wordings.size(); ++i)
      out.back().wordings.push_back(score_text(model, asked.question->wordings[i], asked.wordings[i], song));
    rank(out.back().wordings);
  }
  rank(out);
  return out;
}

}  // namespace
}  // namespace search

std::vector<TextScore> score_windows(const Model& model, const FileEmbedding& whole,
                                     std::span<const Question> questions) {
  const FileEmbedding sound = search::without_silence(whole);
  std::vector<std::uint16_t> halves(sound.vectors.size());
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = library::half_from_float(sound.vectors[i]);
  return search::score_song(
      model, search::ask(model, questions, 1),
      {0, {}, {}, {}, sound.duration_seconds, sound.window_seconds, sound.starts_seconds, halves});
}

ScoreResult score(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                  std::span<const Question> questions, const ScoreOptions& options) {
  const std::vector<search::ScoreAsked> asked = search::ask(model, questions, options.threads);
  std::map<std::size_t, SongScores> songs;
  search::SoundNotes notes =
      search::read_songs(library, model, inputs, options, [&](std::size_t number, const search::EmbeddedSound& song) {
        songs[number] = {song.id,
                         song.path,
                         song.title,
                         song.artist,
                         song.duration_seconds,
                         static_cast<std::int64_t>(song.starts_seconds.size()),
                         search::score_song(model, asked, song)};
      });
  ScoreResult out{options.windowing, {}, std::move(notes.skipped), std::move(notes.warnings)};
  for (auto& [number, song] : songs) out.songs.push_back(std::move(song));
  return out;
}

}  // namespace hearken
