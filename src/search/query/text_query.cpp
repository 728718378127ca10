// Query vectors of texts: one sentence or several, turned away from what is not wanted.
#include "search/query/text_query.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/text.h"
#include "hearken/error.h"
#include "text/silence.h"

namespace hearken::search {
namespace {

constexpr double kAway = 0.5;  // how much of what is not wanted is taken off

std::vector<double> mean_of_rows(std::span<const float> rows, std::size_t width) {
  std::vector<double> mean(width);
  for (std::size_t i = 0; i < rows.size(); ++i) mean[i % width] += static_cast<double>(rows[i]);
  for (double& x : mean) x /= static_cast<double>(rows.size() / width);
  return mean;
}

// Zeros stay.
std::vector<float> scaled_to_one(std::span<const double> v) {
  double square = 0;
  for (const double x : v) square += x * x;
  const double length = square > 0 ? std::sqrt(square) : 1;
  std::vector<float> out(v.size());
  std::transform(v.begin(), v.end(), out.begin(), [&](double x) { return static_cast<float>(x / length); });
  return out;
}

std::vector<float> shortened(std::span<const double> v) { return {v.begin(), v.end()}; }

// v(t) for each text.
std::vector<float> vectors_of(const Model& model, std::span<const std::string> texts, bool ensemble, int threads) {
  return vectors_of_sentences(model, model.embed_texts(sentences_of(texts, ensemble), EmbeddingForm::scored, threads),
                              ensemble);
}

}  // namespace

std::vector<std::string> in_templates(std::string_view description) {
  std::vector<std::string> out;
  for (const std::string_view sentence : kTemplates) {
    const std::size_t gap = sentence.find("{}");
    out.push_back(std::string(sentence.substr(0, gap)) + std::string(description) +
                  std::string(sentence.substr(gap + 2)));
  }
  return out;
}

text::Wishes understood(std::string_view text, std::span<const std::string> without) {
  text::Wishes out = text::asks_for_silence(text) ? text::Wishes{std::string(text), {}} : text::wishes_of(text);
  if (is_blank(out.wanted) && !out.without.empty())
    throw Error(
        ErrorCode::invalid_argument,
        "this only says what is not wanted: say what it should sound like, too, as in \"calm piano, no drums\"");
  for (const std::string& text_against : without)
    for (std::string& one : text::unwanted_in(text_against)) out.without.push_back(std::move(one));
  return out;
}

std::vector<std::string> sentences_of(std::span<const std::string> texts, bool ensemble) {
  for (const std::string& text : texts) {
    if (is_blank(text))
      throw Error(ErrorCode::invalid_argument, "a text is empty: describe a sound, such as 'calm piano'");
  }
  if (!ensemble) return {texts.begin(), texts.end()};
  std::vector<std::string> sentences;
  for (const std::string& text : texts)
    for (std::string& sentence : in_templates(text)) sentences.push_back(std::move(sentence));
  return sentences;
}

std::vector<float> vectors_of_sentences(const Model& model, std::span<const float> rows, bool ensemble) {
  if (!ensemble) return {rows.begin(), rows.end()};
  const auto width = static_cast<std::size_t>(model.info().dimension);
  const std::size_t block = kTemplates.size() * width;
  std::vector<float> out;
  for (std::size_t first = 0; first < rows.size(); first += block) {
    const std::vector<double> mean = mean_of_rows(rows.subspan(first, block), width);
    const std::vector<float> query = model.info().evidence ? shortened(mean) : scaled_to_one(mean);
    out.insert(out.end(), query.begin(), query.end());
  }
  return out;
}

std::vector<float> turned_away(const Model& model, std::span<const float> wanted, std::span<const float> away) {
  if (away.empty()) return {wanted.begin(), wanted.end()};
  const std::vector<double> mean = mean_of_rows(away, wanted.size());
  std::vector<double> left(wanted.size());  // of unit vectors at least half as long as the text's own
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = static_cast<double>(wanted[i]) - kAway * mean[i];
  return model.info().evidence ? shortened(left) : scaled_to_one(left);
}

std::vector<float> text_queries(const Model& model, std::span<const std::string> texts,
                                std::span<const std::string> without, bool ensemble, int threads) {
  const std::vector<float> wanted = vectors_of(model, texts, ensemble, threads);
  if (without.empty()) return wanted;
  const std::vector<float> away = vectors_of(model, without, ensemble, threads);
  const auto width = static_cast<std::size_t>(model.info().dimension);
  std::vector<float> out;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const std::vector<float> query = turned_away(model, std::span(wanted).subspan(t * width, width), away);
    out.insert(out.end(), query.begin(), query.end());
  }
  return out;
}

EmbeddingForm mean_form(const Model& model) {
  return model.info().evidence ? EmbeddingForm::projected : EmbeddingForm::unit;
}

bool says_nothing(std::span<const float> query) {
  constexpr double kNothing = 0.03;
  double square = 0;
  for (const float x : query) square += static_cast<double>(x) * static_cast<double>(x);
  return square < kNothing * kNothing;
}

}  // namespace hearken::search
