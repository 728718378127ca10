// The labels of one sound after the other: the texts are embedded once, each sound is its mean vector.
#pragma once

#include <vector>

#include "hearken/classify.h"
#include "search/songs.h"

namespace hearken::tasks {

/// May be used from many threads at once. The model and the set must outlive it.
class Labelling {
 public:
  /// Embeds the prompts. Throws Error as classify() does for labels and templates.
  Labelling(const Model& model, const LabelSet& set, const ClassifyOptions& options);

  Classified operator()(const search::Song& song) const;
  /// Of a sound that is embedded already, as if it were read from a file.
  Classified operator()(const FileEmbedding& sound) const;

 private:
  double total(std::size_t label, const std::vector<double>& probabilities) const;
  void answer(Classified& song, const std::vector<double>& probabilities) const;

  const Model& model_;
  const LabelSet& set_;
  std::vector<float> vectors_;                      // [labels, dimension]
  std::vector<std::vector<std::size_t>> children_;  // of each label
  std::vector<std::size_t> tops_;                   // labels under none
  LabelSet others_;                                 // AudioSet's, when none of the labels is an answer
  std::vector<float> other_vectors_;
};

}  // namespace hearken::tasks
