// Both models listen, one after the other; then everything is figures on vectors.
#include "hearken/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "core/numerics/principal.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "data/labelled_vectors.h"
#include "eval/metrics.h"
#include "eval/separation.h"
#include "hearken/dataset.h"
#include "search/query/prompts.h"
#include "search/scan/stored_rows.h"

namespace hearken {
namespace eval {
namespace {

// One model's vectors: clips as they score, [clips, dimension], and texts, [labels, dimension] or none.
struct Side {
  std::size_t dimension = 0;
  std::vector<float> clips, texts;
};

// Less their mean.
std::vector<float> centred(std::vector<float> rows, std::size_t dimension) {
  std::vector<double> mean(dimension);
  for (std::size_t i = 0; i < rows.size(); ++i) mean[i % dimension] += static_cast<double>(rows[i]);
  const auto n = static_cast<double>(rows.size() / dimension);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] -= static_cast<float>(mean[i % dimension] / n);
  return rows;
}

std::vector<std::array<float, 2>> places_on(const numerics::Principal& plane, std::span<const float> rows) {
  const std::vector<float> points = numerics::on_axes(plane, rows);
  const std::size_t axes = plane.shares.size();
  std::vector<std::array<float, 2>> out(rows.size() / plane.centre.size());
  for (std::size_t r = 0; r < out.size(); ++r)
    for (std::size_t a = 0; a < axes; ++a) out[r][a] = points[r * axes + a];
  return out;
}

double sum_of_squares(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0,
                         [](double sum, float x) { return sum + static_cast<double>(x) * static_cast<double>(x); });
}

void draw(Comparison& out, std::span<const Side> sides, int threads) {
  std::vector<std::vector<float>> clips;
  for (const Side& side : sides) {
    std::vector<float> rows = side.clips;
    numerics::scale_to_unit(rows, side.dimension);
    clips.push_back(centred(std::move(rows), side.dimension));
  }
  out.one_plane = sides[0].dimension == sides[1].dimension;
  std::vector<numerics::Principal> planes;
  if (out.one_plane) {
    std::vector<float> both = clips[0];
    both.insert(both.end(), clips[1].begin(), clips[1].end());
    planes.assign(2, numerics::principal_components(both, sides[0].dimension, 2, threads));
  } else {
    for (std::size_t s = 0; s < 2; ++s)
      planes.push_back(numerics::principal_components(clips[s], sides[s].dimension, 2, threads));
  }
  const std::vector<int> classes(out.truth.begin(), out.truth.end());
  for (std::size_t s = 0; s < 2; ++s) {
    ComparedModel& model = out.models[s];
    model.clips = places_on(planes[s], clips[s]);
    if (!sides[s].texts.empty()) model.texts = places_on(planes[s], centred(sides[s].texts, sides[s].dimension));
    std::vector<float> flat;
    for (const auto& [x, y] : model.clips) flat.push_back(x), flat.push_back(y);
    const double all = sum_of_squares(clips[s]);
    for (std::size_t i = 0; i < flat.size(); ++i)
      if (all > 0) model.shares[i % 2] += static_cast<double>(flat[i]) * static_cast<double>(flat[i]) / all;
    model.plane = separation(flat, 2, classes, out.labels.size(), threads);
    model.space = separation(clips[s], sides[s].dimension, classes, out.labels.size(), threads);
  }
}

LabelRetrieval by_label(const Side& side, std::span<const std::size_t> truth, std::size_t labels) {
  const std::size_t d = side.dimension, n = truth.size();
  std::vector<double> precisions;
  std::size_t first = 0, random_first = 0;
  LabelRetrieval out;
  for (std::size_t label = 0; label < labels; ++label) {
    std::vector<double> scores;
    std::vector<std::size_t> relevant;
    for (std::size_t clip = 0; clip < n; ++clip) {
      scores.push_back(
          numerics::dot(std::span(side.texts).subspan(label * d, d), std::span(side.clips).subspan(clip * d, d)));
      if (truth[clip] == label) relevant.push_back(clip);
    }
    const std::vector<std::size_t> found = places(scores, relevant);
    precisions.push_back(average_precision(found, 10));
    first += found.front() == 1 ? 1 : 0;
    random_first += relevant.size();
    out.map10.chance += random_average_precision(n, relevant.size(), 10) / static_cast<double>(labels);
  }
  const Interval precision = bootstrap_mean(precisions), share = wilson(first, labels);
  out.map10.value = mean(precisions);
  out.map10.low = precision.low, out.map10.high = precision.high;
  out.first = {static_cast<double>(first) / static_cast<double>(labels), share.low, share.high,
               static_cast<double>(random_first) / static_cast<double>(n * labels)};
  return out;
}

// Of `of` trials that are right by chance in every second case, at least so unequal a count.
double mcnemar(std::size_t a, std::size_t b) {
  const auto n = static_cast<double>(a + b);
  double sum = 0;
  for (std::size_t i = 0; i <= std::min(a, b); ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
  }
  return std::min(1.0, 2 * sum);
}

void ask(Comparison& out, std::span<const Side> sides) {
  for (std::size_t s = 0; s < 2; ++s) {
    ComparedModel& model = out.models[s];
    model.zero_shot = zero_shot(sides[s].clips, sides[s].texts, sides[s].dimension, out.truth);
    model.retrieval = by_label(sides[s], out.truth, out.labels.size());
    std::vector<double> apart, right;
    for (std::size_t c = 0; c < out.labels.size(); ++c) {
      const ClassFigure& figure = model.zero_shot.classes[c];
      if (!model.plane.by_class[c].silhouette || figure.clips == 0) continue;
      apart.push_back(*model.plane.by_class[c].silhouette);
      right.push_back(static_cast<double>(figure.hits) / static_cast<double>(figure.clips));
    }
    model.predicts = rank_correlation(apart, right);
  }
  for (std::size_t clip = 0; clip < out.truth.size(); ++clip) {
    const bool first = out.models[0].zero_shot.predicted[clip] == out.truth[clip];
    const bool second = out.models[1].zero_shot.predicted[clip] == out.truth[clip];
    out.only_first += first && !second ? 1 : 0;
    out.only_second += second && !first ? 1 : 0;
  }
  out.difference_p = mcnemar(out.only_first, out.only_second);
}

Side take(const ClipVectors& vectors, const std::set<std::size_t>& common) {
  Side side;
  side.dimension = vectors.dimension;
  for (std::size_t r = 0; r < vectors.clips.size(); ++r) {
    if (!common.contains(vectors.clips[r])) continue;
    const auto row = std::span(vectors.rows).subspan(r * vectors.dimension, vectors.dimension);
    side.clips.insert(side.clips.end(), row.begin(), row.end());
  }
  return side;
}

}  // namespace
}  // namespace eval

Comparison compare(std::span<const Model> models, const std::filesystem::path& folder, const CompareOptions& options) {
  if (models.size() != 2) throw Error(ErrorCode::invalid_argument, "two models are compared");
  const LabelledClips data = options.labels.empty() ? read_labelled(folder) : read_labelled_csv(options.labels, folder);
  Comparison out;
  out.data = display(folder.empty() ? data.list : folder);
  out.layout = data.layout;
  for (const auto& path : data.missing) out.skipped.push_back({path, ErrorCode::not_found, "is not there"});
  std::vector<std::filesystem::path> files;
  for (const LabelledClip& clip : data.clips) files.push_back(clip.path);

  std::vector<ClipVectors> heard;
  std::set<std::size_t> common;
  ClipOptions clip_options;
  clip_options.threads = options.threads;
  clip_options.progress = options.progress;
  for (const Model& model : models) {
    const double began = monotonic_seconds();
    heard.push_back(clip_vectors(model, files, clip_options));
    ComparedModel& entry = out.models.emplace_back();
    entry.listening_seconds = monotonic_seconds() - began;
    entry.name = model.info().name;
    entry.precision = to_string(model.info().precision);
    entry.dimension = heard.back().dimension;
    entry.parameters = model.info().parameters;
  }
  for (const std::size_t clip : heard[0].clips)
    if (std::binary_search(heard[1].clips.begin(), heard[1].clips.end(), clip)) common.insert(clip);
  if (common.empty()) throw Error(ErrorCode::not_found, out.data + ": no sound that both models can be asked about");
  out.skipped.insert(out.skipped.end(), heard[0].skipped.begin(), heard[0].skipped.end());
  out.audio_seconds = heard[0].audio_seconds;

  // Classes without a clip are not asked about.
  std::map<std::size_t, std::size_t> numbers;
  for (const std::size_t clip : common) numbers.emplace(data.clips[clip].label, 0);
  for (auto& [label, number] : numbers) {
    number = out.labels.size();
    out.labels.push_back(data.labels[label]);
  }
  for (const std::size_t clip : common) {
    out.truth.push_back(numbers.at(data.clips[clip].label));
    out.clips.push_back(display(data.clips[clip].path.filename()));
  }
  const LabelSet labels = class_labels(out.labels, data.layout);
  for (const std::string& sentence : labels.templates) out.prompt += (out.prompt.empty() ? "" : " | ") + sentence;
  std::vector<eval::Side> sides;
  for (std::size_t s = 0; s < 2; ++s) {
    sides.push_back(eval::take(heard[s], common));
    const double began = monotonic_seconds();
    sides[s].texts = search::label_vectors(models[s], labels, {}, options.threads);
    out.models[s].texts_seconds = monotonic_seconds() - began;
  }
  eval::draw(out, sides, options.threads);
  eval::ask(out, sides);
  return out;
}

Comparison compare_vectors(std::span<const std::filesystem::path> vectors, const std::filesystem::path& labels,
                           int threads) {
  if (vectors.size() != 2) throw Error(ErrorCode::invalid_argument, "two files of vectors are compared");
  Comparison out;
  out.data = display(labels);
  std::vector<data::LabelledVectors> read;
  for (const auto& path : vectors) {
    read.push_back(data::read_labelled_vectors(path, labels));
    out.models.emplace_back().name = display(path.filename());
    out.models.back().dimension = read.back().dimension;
  }
  std::map<std::string, std::size_t> numbers;
  for (const std::string& label : read[0].labels)
    if (!label.empty()) numbers.emplace(label, 0);
  for (auto& [label, number] : numbers) number = out.labels.size(), out.labels.push_back(label);
  std::vector<eval::Side> sides(2);
  for (std::size_t r = 0; r < read[0].labels.size(); ++r) {
    if (read[0].labels[r].empty()) continue;
    out.truth.push_back(numbers.at(read[0].labels[r]));
    out.clips.push_back(read[0].names[r].empty() ? "row " + std::to_string(r) : display(read[0].names[r]));
    for (std::size_t s = 0; s < 2; ++s) {
      const std::size_t d = sides[s].dimension = read[s].dimension;
      const auto row = std::span(read[s].rows).subspan(r * d, d);
      sides[s].clips.insert(sides[s].clips.end(), row.begin(), row.end());
    }
  }
  if (out.truth.empty()) throw Error(ErrorCode::not_found, display(labels) + ": no row has a label");
  eval::draw(out, sides, threads);
  return out;
}

}  // namespace hearken
