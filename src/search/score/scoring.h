// Scores of one sound after the other: a text against its windows, and all questions, embedded once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hearken/score.h"
#include "search/hits.h"

namespace hearken::search {

struct WindowScores {
  double mean = 0, max = 0, min = 0;
  double deviation = 0;  // standard, over the population: sqrt(sum((x - mean)^2) / n)
  std::size_t best = 0;  // the first of the windows that score `max`
};

/// `query` is float32 [dimension]; `windows` is float16 [n, dimension], row-major, n at least 1. All sums in float64
/// and in order: the same bits on every run.
WindowScores window_scores(std::span<const float> query, std::span<const std::uint16_t> windows);

/// What is to be embedded for the questions, each text once. Throws Error as score() does for its questions.
std::vector<std::string> texts_of(std::span<const Question> questions);

/// May be used from many threads at once. The model must outlive it.
class Scoring {
 public:
  /// Each question once. Throws Error as score() does for its questions.
  Scoring(const Model& model, std::span<const Question> questions, int threads);
  /// `vectors` are the scored ones of texts_of(questions), [texts, dimension].
  Scoring(const Model& model, std::span<const Question> questions, std::span<const float> vectors);

  /// Best first; equal ones in the order of the questions.
  std::vector<TextScore> operator()(const EmbeddedSound& sound) const;

 private:
  // With the vectors of its texts, float32 [dimension], of length one.
  struct Asked {
    Question question;
    std::vector<float> vector;                 // of the text, or of the ensemble
    std::vector<std::vector<float>> wordings;  // in the question's order
  };

  const Model& model_;
  std::vector<Asked> asked_;
};

}  // namespace hearken::search
