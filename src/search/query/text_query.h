// From words to the vectors that are searched with.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/model.h"
#include "text/wishes.h"

namespace hearken::search {

/// A text as it is understood, beside it what is said not to be wanted. A text that asks for silence ("no sound") stays
/// as it is. Throws Error(invalid_argument) when nothing is wanted.
text::Wishes understood(std::string_view text, std::span<const std::string> without = {});

/// Sentences that a description is put into, so that a search does not hang on one way of saying it.
/// "{}" stands for the description. docs/FIND.md lists them.
inline constexpr std::array<std::string_view, 7> kTemplates = {
    "{}",           "This is a sound of {}.", "The sound of {}.", "A recording of {}.",
    "Audio of {}.", "{} can be heard.",       "You can hear {}.",
};

/// The description in each of the templates, in their order.
std::vector<std::string> in_templates(std::string_view description);

/// One query for each text, float32 [texts, dimension], row-major.
///
///   query(t) = unit(v(t) − ½ · mean of v(without_i))      v(t) itself when there are none
///   v(t)     = the model's vector of t (EmbeddingForm::scored); `ensemble`: unit(mean of those of t in each template)
///   unit(x)  = x / |x|; of a model whose scores are evidence, x: evidence is added and subtracted
///
/// The half keeps what was asked for in sight; docs/FIND.md has the measurement.
/// Throws Error(invalid_argument) for an empty text.
std::vector<float> text_queries(const Model& model, std::span<const std::string> texts,
                                std::span<const std::string> without, bool ensemble, int threads);

/// The two steps of text_queries() apart, for who embeds texts of several queries at once. What is to be embedded of
/// each text: itself, or the sentences of the ensemble.
std::vector<std::string> sentences_of(std::span<const std::string> texts, bool ensemble);
/// v(t) of each text from the scored vectors of its sentences [sentences, dimension], row-major.
std::vector<float> vectors_of_sentences(const Model& model, std::span<const float> rows, bool ensemble);
/// unit(wanted − ½ · mean of `away` [n, dimension]); `wanted` [dimension] itself when there are none.
std::vector<float> turned_away(const Model& model, std::span<const float> wanted, std::span<const float> away);
/// Whether a query's vector is of a text that a model of evidence does not know: shorter than 0.03.
bool says_nothing(std::span<const float> query);
/// How mean_vector() takes the mean of several texts that ask for one thing.
EmbeddingForm mean_form(const Model& model);

}  // namespace hearken::search
