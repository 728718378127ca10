// The figures, on plain vectors.
#include "train/validation.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/numerics/vectors.h"
#include "eval/metrics.h"
#include "text/tokenizer/fold.h"
#include "train/data/pair_sources.h"

namespace hearken::train {
namespace {

// As the loader compares captions.
std::string folded(const std::string& caption) { return text::fold_case(one_line(caption)); }

// Both directions are questions by rows: for captions by the columns of `right`.
std::vector<std::uint8_t> transposed(std::span<const std::uint8_t> right, std::size_t n) {
  std::vector<std::uint8_t> out(right.size());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) out[j * n + i] = right[i * n + j];
  return out;
}

Recall random_recall_of_rows(std::span<const std::uint8_t> right, std::size_t n) {
  Recall out;
  std::vector<std::size_t> relevant;
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = right.subspan(i * n, n);
    relevant.push_back(static_cast<std::size_t>(std::count(row.begin(), row.end(), 1)));
    out.r1 += eval::random_recall(n, relevant.back(), 1);
    out.r5 += eval::random_recall(n, relevant.back(), 5);
    out.r10 += eval::random_recall(n, relevant.back(), 10);
  }
  for (double* share : {&out.r1, &out.r5, &out.r10}) *share /= static_cast<double>(n);
  out.median_place = eval::random_median_place(n, relevant);
  return out;
}

// `scores` and `right`: a row is a question.
Recall recall_of_rows(std::span<const double> scores, std::span<const std::uint8_t> right, std::size_t n) {
  std::vector<double> first_places;
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<std::size_t> order = eval::ranking(scores.subspan(i * n, n));
    const auto found = std::find_if(order.begin(), order.end(), [&](std::size_t j) { return right[i * n + j] == 1; });
    first_places.push_back(static_cast<double>(found - order.begin() + 1));
  }
  return {eval::recall_at(first_places, 1), eval::recall_at(first_places, 5), eval::recall_at(first_places, 10),
          eval::median(first_places)};
}

// Cross entropy of the diagonal of scores [from, to)² by rows, other right pairs left out.
double cross_entropy(std::span<const double> scores, std::span<const std::uint8_t> right, std::size_t n,
                     std::size_t from, std::size_t to, double scale) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) {
    const double own = scale * scores[i * n + i];
    double largest = own, total = 0;
    const auto counts = [&](std::size_t j) { return j == i || right[i * n + j] == 0; };
    for (std::size_t j = from; j < to; ++j)
      if (counts(j)) largest = std::max(largest, scale * scores[i * n + j]);
    for (std::size_t j = from; j < to; ++j)
      if (counts(j)) total += std::exp(scale * scores[i * n + j] - largest);
    sum += largest + std::log(total) - own;
  }
  return sum;
}

}  // namespace

std::vector<std::uint8_t> right_pairs(const ValidationCaptions& captions) {
  const std::size_t n = captions.asked.size();
  std::vector<std::string> asked(n);
  std::transform(captions.asked.begin(), captions.asked.end(), asked.begin(), folded);
  std::vector<std::uint8_t> right(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    std::set<std::string> own;
    for (const std::string& caption : captions.of_clip[i]) own.insert(folded(caption));
    for (std::size_t j = 0; j < n; ++j) right[i * n + j] = i == j || own.contains(asked[j]) ? 1 : 0;
  }
  return right;
}

Recall random_audio_to_text(std::span<const std::uint8_t> right, std::size_t n) {
  return random_recall_of_rows(right, n);
}

Recall random_text_to_audio(std::span<const std::uint8_t> right, std::size_t n) {
  return random_recall_of_rows(transposed(right, n), n);
}

ValidationFigures validate(std::span<const float> audio, std::span<const float> texts, std::size_t dimension,
                           std::span<const std::uint8_t> right, double logit_scale, std::size_t batch) {
  const std::size_t n = audio.size() / dimension;
  std::vector<double> by_sound(n * n), by_caption(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      by_sound[i * n + j] = by_caption[j * n + i] =
          numerics::dot(audio.subspan(i * dimension, dimension), texts.subspan(j * dimension, dimension));

  const std::vector<std::uint8_t> right_by_caption = transposed(right, n);
  ValidationFigures out;
  for (std::size_t from = 0; from < n; from += batch) {
    const std::size_t to = std::min(n, from + batch);
    out.loss += cross_entropy(by_sound, right, n, from, to, logit_scale) +
                cross_entropy(by_caption, right_by_caption, n, from, to, logit_scale);
  }
  out.loss /= 2 * static_cast<double>(n);
  out.audio_to_text = recall_of_rows(by_sound, right, n);
  out.text_to_audio = recall_of_rows(by_caption, right_by_caption, n);
  for (std::size_t i = 0; i < n; ++i) {
    out.found.push_back(eval::ranking(std::span(by_sound).subspan(i * n, n)).front());
    out.found_score.push_back(by_sound[i * n + out.found.back()]);
    out.own_score.push_back(by_sound[i * n + i]);
  }
  return out;
}

}  // namespace hearken::train
