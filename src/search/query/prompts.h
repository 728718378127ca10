// Labels as vectors: what a model is asked about each.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "hearken/labels.h"
#include "hearken/model.h"

namespace hearken::search {

/// Scored vectors of the labels, float32 [labels, dimension], row-major. Of a label with several prompts (each wording
/// in each template) their mean, scaled to length 1 where scores are cosines; of a group zeros. Without `templates` the
/// set's own. Each prompt is embedded once, all in one call. Throws Error(invalid_argument) for a template that has not
/// exactly one "{}".
std::vector<float> label_vectors(const Model& model, const LabelSet& set, std::span<const std::string> templates = {},
                                 int threads = 1);

/// The two steps of label_vectors() apart, for callers that embed texts for several at once. Each prompt once.
std::vector<std::string> label_prompts(const LabelSet& set, std::span<const std::string> templates = {});
/// `rows` are the scored vectors of label_prompts(), [prompts, dimension].
std::vector<float> vectors_of_prompts(const Model& model, const LabelSet& set, std::span<const std::string> templates,
                                      std::span<const float> rows);

}  // namespace hearken::search
