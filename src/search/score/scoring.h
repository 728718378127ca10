// The questions of a score, embedded once, for one sound after the other.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "hearken/score.h"
#include "search/hits.h"

namespace hearken::search {

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
