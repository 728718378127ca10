// Validation: which sounds the captions find and which captions the sounds, and the loss on clips that are not trained
// on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hearken/train.h"

namespace hearken::train {

/// The validation clips' captions: each clip asks with one, and all that are right for it count as right.
struct ValidationCaptions {
  std::vector<std::string> asked;                 // [clips]
  std::vector<std::vector<std::string>> of_clip;  // [clips]: all of a clip's captions, `asked` among them
};

/// [clips · clips]: 1 where caption j is right for sound i, that is among its captions, case and spaces at the ends
/// aside. The diagonal is 1.
std::vector<std::uint8_t> right_pairs(const ValidationCaptions& captions);

/// What rankings drawn at random are expected to get. `right` as above, [n · n].
Recall random_text_to_audio(std::span<const std::uint8_t> right, std::size_t n);
Recall random_audio_to_text(std::span<const std::uint8_t> right, std::size_t n);

struct ValidationFigures {
  double loss = 0;  // InfoNCE, in batches of the training's size, right pairs off the diagonal left out
  Recall text_to_audio, audio_to_text;
  std::vector<std::size_t> found;   // [n]: the caption that each sound finds first
  std::vector<double> found_score;  // its cosine
  std::vector<double> own_score;    // of the sound's own caption
};

/// `audio` and `texts` are unit vectors [n, dimension]; the caption of row i belongs to the sound of row i. Everything
/// is float64, in order: the same bits on every run. A NaN score is below all others.
ValidationFigures validate(std::span<const float> audio, std::span<const float> texts, std::size_t dimension,
                           std::span<const std::uint8_t> right, double logit_scale, std::size_t batch);

}  // namespace hearken::train
