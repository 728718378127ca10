// Captions of one sound after the other: the words are embedded once.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "hearken/caption.h"
#include "search/score/scoring.h"

namespace hearken::tasks {

/// May be used from many threads at once. The model must outlive it.
class Captioning {
 public:
  /// Throws Error as captions() does for the candidates.
  Captioning(const Model& model, std::span<const std::string> candidates, int threads);
  /// Without candidates. `vectors` are the scored ones of words(), [words, dimension].
  Captioning(const Model& model, std::span<const float> vectors);

  /// What is to be embedded for a caption, each text once.
  static std::vector<std::string> words();

  Caption operator()(const search::EmbeddedSound& sound) const;

 private:
  const Model& model_;
  const std::set<std::string> candidates_;
  const search::Scoring scoring_;
};

}  // namespace hearken::tasks
