// The labels of one sound after the other: the texts are embedded once, each sound is its mean vector.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hearken/classify.h"
#include "search/index/index.h"

namespace hearken::tasks {

/// A text that is so many times as probable as a label rules it out (hearken/classify.h).
inline constexpr double kMuchMore = 100.0;

/// A set with its vectors, [labels, dimension].
struct LabelVectors {
  LabelSet set;
  std::vector<float> vectors;
};

/// AudioSet's, of which a sound may be one when it is none of the labels asked about.
std::shared_ptr<const LabelVectors> audioset_vectors(const Model& model, int threads);

/// May be used from many threads at once. The model and the set must outlive it.
class Labelling {
 public:
  /// Embeds the prompts; with options.none also AudioSet's, unless `others` has them. Throws Error as classify() does
  /// for labels and templates.
  Labelling(const Model& model, const LabelSet& set, const ClassifyOptions& options,
            std::shared_ptr<const LabelVectors> others = nullptr);
  /// With the set's own vectors [labels, dimension]. Without `others` it is not asked whether a sound is none of them.
  Labelling(const Model& model, const LabelSet& set, std::vector<float> vectors,
            std::shared_ptr<const LabelVectors> others);

  Classified operator()(const search::EmbeddedSound& song) const;
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
  std::shared_ptr<const LabelVectors> others_;      // null: it is not asked whether a sound is none of the labels
};

/// classify() over an index: its tracks, by number. Throws as classify() does for the labels, and what the index
/// throws.
ClassifyResult classify_in(const search::Index& index, const Model& model, std::span<const std::int64_t> tracks,
                           const LabelSet& labels, const ClassifyOptions& options);

}  // namespace hearken::tasks
