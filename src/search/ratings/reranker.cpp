// Kernel, fit, and the order that comes of it.
#include "search/ratings/reranker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/numerics/logistic.h"
#include "core/numerics/vectors.h"
#include "search/scan/stored_rows.h"

namespace hearken::search {
namespace {

constexpr double kOfVectors = 10, kOfConstant = 1, kOfScore = 0.25, kOfFeature = 0.25;  // variances of the priors

using Features = std::array<double, 4>;  // as Preferences has them; 0 where nothing is known

// A track as the kernel sees it.
struct Seen {
  std::vector<float> x;  // length 1, then centred
  double z = 0;
  Features f{};
};

struct Spread {
  double mean = 0, deviation = 0;
};

Spread spread(std::span<const double> values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double square = 0;
  for (const double v : values) square += (v - mean) * (v - mean);
  return {mean, std::sqrt(square / n)};
}

// 0 where all are the same but for rounding.
double scaled(double value, const Spread& by) {
  return by.deviation > 1e-9 * std::max(1.0, std::abs(by.mean)) ? (value - by.mean) / by.deviation : 0;
}

// NaN where nothing is measured.
std::vector<Features> measured(const Index& index, std::span<const std::int64_t> tracks) {
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  const auto log_of = [](double x) { return x > 0 ? std::log2(x) : kNothing; };
  std::vector<Features> out;
  for (const std::optional<audio::Features>& heard : index.features(tracks)) {
    Features& f = out.emplace_back();
    f.fill(kNothing);
    if (!heard) continue;
    if (heard->loudness_lufs) f[0] = *heard->loudness_lufs;
    if (heard->tempo_bpm) f[1] = log_of(*heard->tempo_bpm);
    if (heard->brightness_hz) f[2] = log_of(*heard->brightness_hz);
    if (heard->key) f[3] = heard->key->ends_with("minor") ? 1 : 0;
  }
  return out;
}

// Each feature less its mean and by its deviation; 0 where nothing is measured.
void standardise(std::vector<Features>& all) {
  for (std::size_t i = 0; i < Features().size(); ++i) {
    std::vector<double> known;
    for (const Features& f : all)
      if (std::isfinite(f[i])) known.push_back(f[i]);
    const Spread s = spread(known);
    for (Features& f : all) f[i] = std::isfinite(f[i]) ? scaled(f[i], s) : 0;
  }
}

// Takes the mean off the vectors. Returns the mean square of what is left.
double centre(std::vector<Seen>& all) {
  if (all.empty()) return 0;
  const std::size_t d = all.front().x.size();
  std::vector<double> mean(d);
  for (const Seen& seen : all)
    for (std::size_t i = 0; i < d; ++i) mean[i] += static_cast<double>(seen.x[i]) / static_cast<double>(all.size());
  double square = 0;
  for (Seen& seen : all) {
    for (std::size_t i = 0; i < d; ++i) seen.x[i] = static_cast<float>(static_cast<double>(seen.x[i]) - mean[i]);
    square += numerics::dot(seen.x, seen.x) / static_cast<double>(all.size());
  }
  return square;
}

template <class T>
void put_in_order(std::vector<T>& tracks, std::span<const std::size_t> order) {
  std::vector<T> out;
  for (const std::size_t place : order) out.push_back(std::move(tracks[place]));
  std::move(out.begin(), out.end(), tracks.begin());
}

// Those of the candidates, then those of the ratings that are in sight; which these are is added to `examples`.
std::vector<Seen> all_seen(const Index& index, std::span<const CountedRating> ratings,
                           std::span<const double> rated_scores, std::span<const ScoredTrack> candidates,
                           std::vector<std::size_t>& examples) {
  std::vector<std::int64_t> ids;
  for (const ScoredTrack& c : candidates) ids.push_back(c.track);
  for (const CountedRating& r : ratings) ids.push_back(r.rating.track);
  std::vector<std::vector<float>> means = index.means_of(ids);
  std::vector<Features> features = measured(index, ids);
  standardise(features);
  std::vector<double> scores;
  for (const ScoredTrack& c : candidates) scores.push_back(c.score);
  const Spread of_scores = spread(scores);

  std::vector<Seen> all;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool rated = i >= candidates.size();
    if (means[i].empty()) {
      if (rated) continue;
      means[i].resize(index.space().dimension);  // a candidate taken out of the library meanwhile
    }
    Seen& seen = all.emplace_back();
    seen.x = std::move(means[i]);
    numerics::scale_to_unit(seen.x, index.space().dimension);
    seen.f = features[i];
    if (!rated) {
      seen.z = scaled(scores[i], of_scores);
      continue;
    }
    const std::size_t r = i - candidates.size();
    examples.push_back(r);
    if (!ratings[r].rating.query.empty() && !rated_scores.empty()) seen.z = scaled(rated_scores[r], of_scores);
  }
  return all;
}

// How much each example weighs in what was learned.
std::vector<double> fitted(std::span<const Seen> rated, std::span<const CountedRating> ratings,
                           std::span<const std::size_t> examples, double of_vectors) {
  const std::size_t n = examples.size();
  std::vector<double> kernel(n * n), labels(n), offsets(n), weights(n);
  for (std::size_t i = 0; i < n; ++i) {
    labels[i] = ratings[examples[i]].rating.up ? 1 : -1;
    offsets[i] = rated[i].z;
    weights[i] = ratings[examples[i]].weight;
    for (std::size_t j = 0; j <= i; ++j) {
      double k = of_vectors * numerics::dot(rated[i].x, rated[j].x) + kOfConstant + kOfScore * rated[i].z * rated[j].z;
      for (std::size_t f = 0; f < rated[i].f.size(); ++f) k += kOfFeature * rated[i].f[f] * rated[j].f[f];
      kernel[i * n + j] = kernel[j * n + i] = k;
    }
  }
  return numerics::fit_logistic(kernel, labels, offsets, weights);
}

// The candidates by their keys, those that are an answer and those that are none each in the places they had.
std::vector<std::size_t> reordered(std::span<const ScoredTrack> candidates, const std::vector<double>& keys) {
  std::array<std::vector<std::size_t>, 2> groups;
  for (std::size_t c = 0; c < candidates.size(); ++c) groups.at(candidates[c].answer ? 1 : 0).push_back(c);
  std::vector<std::size_t> order(candidates.size());
  for (const std::vector<std::size_t>& group : groups) {
    std::vector<std::size_t> best = group;
    std::stable_sort(best.begin(), best.end(), [&](std::size_t l, std::size_t r) { return keys[l] > keys[r]; });
    for (std::size_t i = 0; i < group.size(); ++i) order[group[i]] = best[i];
  }
  return order;
}

}  // namespace

Preferences learn_preferences(const Index& index, std::span<const CountedRating> ratings,
                              std::span<const double> rated_scores, std::span<const ScoredTrack> candidates) {
  std::vector<std::size_t> examples;
  std::vector<Seen> all = all_seen(index, ratings, rated_scores, candidates, examples);
  Preferences out;
  out.counted = static_cast<std::int64_t>(examples.size());
  if (examples.empty()) return out;
  const double square = centre(all), of_vectors = square > 0 ? kOfVectors / square : 0;
  const std::span<const Seen> seen(all), rated = seen.subspan(candidates.size());
  const std::vector<double> a = fitted(rated, ratings, examples, of_vectors);

  std::vector<double> direction(index.space().dimension);
  double slope = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t d = 0; d < direction.size(); ++d)
      direction[d] += of_vectors * a[i] * static_cast<double>(rated[i].x[d]);
    slope += kOfScore * a[i] * rated[i].z;
    for (std::size_t f = 0; f < out.features.size(); ++f) out.features[f] += kOfFeature * a[i] * rated[i].f[f];
  }
  out.score = 1 + slope;
  std::vector<double> keys;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    double preference = slope * seen[c].z;
    for (std::size_t d = 0; d < direction.size(); ++d) preference += direction[d] * static_cast<double>(seen[c].x[d]);
    for (std::size_t f = 0; f < out.features.size(); ++f) preference += out.features[f] * seen[c].f[f];
    out.of.push_back(preference);
    keys.push_back(candidates[c].place + kReach * std::tanh(preference));
  }
  out.order = reordered(candidates, keys);
  return out;
}

std::vector<double> scores_of_rated(const Index& index, std::span<const CountedRating> ratings,
                                    std::span<const float> query, TrackRank rank, int threads) {
  std::vector<std::int64_t> ids;
  for (const CountedRating& r : ratings) ids.push_back(r.rating.track);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const std::size_t count = ids.size();
  const Scope rated{{}, {}, false, std::move(ids)};
  std::vector<TrackHit> hits = index.best_tracks(query, count, rank, rated, threads).best;
  std::sort(hits.begin(), hits.end(), [](const TrackHit& a, const TrackHit& b) { return a.id < b.id; });
  std::vector<double> out;
  for (const CountedRating& r : ratings) {
    const auto at = std::lower_bound(hits.begin(), hits.end(), r.rating.track,
                                     [](const TrackHit& hit, std::int64_t id) { return hit.id < id; });
    out.push_back(at != hits.end() && at->id == r.rating.track ? at->score : 0);
  }
  return out;
}

std::int64_t prefer(const Index& index, const Model& model, std::span<const CountedRating> ratings,
                    std::span<const double> rated_scores, std::vector<RankedTrack>& tracks) {
  std::vector<ScoredTrack> candidates;
  for (std::size_t t = 0; t < std::min(tracks.size(), kReordered); ++t) {
    const double likelihood = model.likelihood(tracks[t].score);
    candidates.push_back({tracks[t].track_id, tracks[t].score, likelihood, likelihood >= kAnswerLikelihood});
  }
  const Preferences learned = learn_preferences(index, ratings, rated_scores, candidates);
  if (learned.counted == 0) return 0;
  for (std::size_t t = 0; t < candidates.size(); ++t) tracks[t].preference = learned.of[t];
  put_in_order(tracks, learned.order);
  return learned.counted;
}

std::int64_t prefer(const Index& index, std::span<const CountedRating> ratings, std::vector<TrackVotes>& tracks) {
  std::vector<ScoredTrack> candidates;
  for (std::size_t t = 0; t < std::min(tracks.size(), kReordered); ++t)
    candidates.push_back({tracks[t].id, tracks[t].score, tracks[t].score, tracks[t].likelihood >= kAnswerLikelihood});
  Preferences learned = learn_preferences(index, ratings, {}, candidates);
  if (learned.counted == 0) return 0;
  for (std::size_t t = 0; t < candidates.size(); ++t) tracks[t].preference = learned.of[t];
  std::stable_partition(learned.order.begin(), learned.order.end(),
                        [&](std::size_t place) { return tracks[place].holds_query; });
  put_in_order(tracks, learned.order);
  return learned.counted;
}

}  // namespace hearken::search
