// From words to the vectors that are searched with.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "hearken/model.h"

namespace hearken::search {

/// One query for each text: unit vectors, float32 [texts, dimension], row-major.
///
///   query(t) = unit(v(t) − ½ · mean of v(without_i))      v(t) itself when there are none
///   v(t)     = the model's unit vector of t; `ensemble`: unit(mean of the unit vectors of t in each of kTemplates)
///   unit(x)  = x / |x|
///
/// The half keeps what was asked for in sight; docs/FIND.md has the measurement.
/// Throws Error(invalid_argument) for an empty text.
std::vector<float> text_queries(const Model& model, std::span<const std::string> texts,
                                std::span<const std::string> without, bool ensemble, int threads);

/// The two steps of text_queries() apart, for who embeds texts of several queries at once. What is to be embedded of
/// each text: itself, or the sentences of the ensemble.
std::vector<std::string> sentences_of(std::span<const std::string> texts, bool ensemble);
/// v(t) of each text from the unit vectors of its sentences [sentences, width], row-major.
std::vector<float> vectors_of_sentences(std::span<const float> rows, std::size_t width, bool ensemble);
/// unit(wanted − ½ · mean of the unit vectors `away` [n, width]); `wanted` [width] itself when there are none.
std::vector<float> turned_away(std::span<const float> wanted, std::span<const float> away);

}  // namespace hearken::search
