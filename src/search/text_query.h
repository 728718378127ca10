// From words to the vectors that are searched with.
#pragma once

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

}  // namespace hearken::search
