// Scores by the mean vector, softmax over the worded labels, and sums along the tree.
#include "tasks/labels/labelling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "library/half.h"
#include "search/query/prompts.h"
#include "search/scan/sounding.h"

namespace hearken::tasks {
namespace {

constexpr double kSure = 0.5;  // two labels of which neither lies under the other cannot both have it

// The mean over the windows of their products with a text is one product with the windows' mean, which is not scaled.
std::vector<double> mean_of(const search::EmbeddedSound& song) {
  const std::size_t windows = song.starts_seconds.size(), dimension = song.vectors.size() / windows;
  std::vector<double> mean(dimension);
  for (std::size_t w = 0; w < windows; ++w)
    for (std::size_t i = 0; i < dimension; ++i)
      mean[i] += static_cast<double>(library::float_from_half(song.vectors[w * dimension + i]));
  for (double& x : mean) x /= static_cast<double>(windows);
  return mean;
}

// Of each row of [n, dimension] with the vector.
std::vector<double> products(const std::vector<float>& rows, const std::vector<double>& vector) {
  std::vector<double> out(rows.size() / vector.size());
  for (std::size_t r = 0; r < out.size(); ++r)
    for (std::size_t i = 0; i < vector.size(); ++i)
      out[r] += static_cast<double>(rows[r * vector.size() + i]) * vector[i];
  return out;
}

}  // namespace

std::shared_ptr<const LabelVectors> audioset_vectors(const Model& model, int threads) {
  auto out = std::make_shared<LabelVectors>();
  out->set = label_set("audioset");
  out->vectors = search::label_vectors(model, out->set, {}, threads);
  return out;
}

Labelling::Labelling(const Model& model, const LabelSet& set, const ClassifyOptions& options,
                     std::shared_ptr<const LabelVectors> others)
    : Labelling(model, set, search::label_vectors(model, set, options.templates, options.threads), nullptr) {
  if (options.none) others_ = others != nullptr ? std::move(others) : audioset_vectors(model, options.threads);
}

Labelling::Labelling(const Model& model, const LabelSet& set, std::vector<float> vectors,
                     std::shared_ptr<const LabelVectors> others)
    : model_(model), set_(set), vectors_(std::move(vectors)), children_(set.labels.size()), others_(std::move(others)) {
  for (std::size_t i = 0; i < set.labels.size(); ++i)
    (set.labels[i].parent ? children_[*set.labels[i].parent] : tops_).push_back(i);
}

Classified Labelling::operator()(const FileEmbedding& sound) const {
  return (*this)(search::RoundedSound(sound).view());
}

double Labelling::total(std::size_t label, const std::vector<double>& probabilities) const {
  double sum = probabilities[label];
  for (const std::size_t child : children_[label]) sum += total(child, probabilities);
  return sum;
}

void Labelling::answer(Classified& song, const std::vector<double>& probabilities) const {
  song.answer = song.scores.front().label;
  song.answer_total = song.scores.front().total;
  const std::vector<std::size_t>* level = &tops_;
  for (;;) {
    const auto sure = std::ranges::find_if(*level, [&](std::size_t l) { return total(l, probabilities) >= kSure; });
    if (sure == level->end()) return;
    song.answer = set_.labels[*sure].name;
    song.answer_total = total(*sure, probabilities);
    level = &children_[*sure];
  }
}

Classified Labelling::operator()(const search::EmbeddedSound& song) const {
  const std::vector<double> mean = mean_of(song), scores = products(vectors_, mean);
  const double scale = model_.info().logit_scale;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!set_.labels[i].wordings.empty()) order.push_back(i);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });

  std::vector<double> probabilities(scores.size());
  double sum = 0;
  for (const std::size_t i : order) sum += probabilities[i] = std::exp(scale * (scores[i] - scores[order.front()]));
  for (double& p : probabilities) p /= sum;

  Classified out{song.id, song.path, song.title, song.artist, song.duration_seconds, 0, {}, {}, 0, false, {}};
  out.windows = static_cast<std::int64_t>(song.starts_seconds.size());
  const Levels& levels = model_.info().levels;
  for (const std::size_t i : order) {
    out.scores.push_back({set_.labels[i].name, scores[i], probabilities[i], total(i, probabilities),
                          scores[i] >= levels.clear, model_.likelihood(scores[i])});
  }
  answer(out, probabilities);
  if (others_ == nullptr) return out;
  const std::vector<double> others = products(others_->vectors, mean);
  const auto other = std::ranges::max_element(others);
  const double best = out.scores.front().score;
  out.none = best < levels.moderate || scale * (*other - best) > std::log(kMuchMore);
  if (out.none && *other >= levels.moderate)
    out.instead = others_->set.labels[static_cast<std::size_t>(other - others.begin())].name;
  return out;
}

}  // namespace hearken::tasks
