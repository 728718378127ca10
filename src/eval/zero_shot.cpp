// Clips under labels: the highest score wins.
#include <cstddef>
#include <limits>
#include <vector>

#include "core/numerics/vectors.h"
#include "eval/metrics.h"
#include "eval/rows.h"
#include "hearken/eval.h"

namespace hearken {

ZeroShotResult zero_shot(std::span<const float> audio, std::span<const float> labels, std::size_t dimension,
                         std::span<const std::size_t> truth) {
  const std::size_t clips = eval::row_count(audio, dimension, "clips");
  const std::size_t count = eval::row_count(labels, dimension, "labels");
  eval::check_places(truth, clips, count, "clip", "label");
  ZeroShotResult out;
  out.classes.resize(count);
  std::vector<std::vector<std::size_t>> taken(count, std::vector<std::size_t>(count));  // [truth][predicted]
  std::size_t hits = 0;
  for (std::size_t i = 0; i < clips; ++i) {
    std::size_t best = 0;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < count; ++j) {
      const double score =
          numerics::dot(audio.subspan(i * dimension, dimension), labels.subspan(j * dimension, dimension));
      if (score > highest) best = j, highest = score;
    }
    out.predicted.push_back(best);
    ++taken[truth[i]][best];
    hits += best == truth[i] ? 1U : 0U;
  }
  double sum = 0;
  std::size_t present = 0;
  for (std::size_t j = 0; j < count; ++j) {
    ClassFigure& figure = out.classes[j];
    figure.taken_for = j;
    for (std::size_t other = 0; other < count; ++other) {
      figure.clips += taken[j][other];
      if (other != j && taken[j][other] > figure.taken_times)
        figure.taken_for = other, figure.taken_times = taken[j][other];
    }
    figure.hits = taken[j][j];
    const eval::Interval interval = eval::wilson(figure.hits, figure.clips);
    figure.low = interval.low, figure.high = interval.high;
    if (figure.clips == 0) continue;
    sum += static_cast<double>(figure.hits) / static_cast<double>(figure.clips);
    ++present;
  }
  out.class_mean = sum / static_cast<double>(present);
  const eval::Interval interval = eval::wilson(hits, clips);
  out.accuracy = {static_cast<double>(hits) / static_cast<double>(clips), interval.low, interval.high,
                  1 / static_cast<double>(count)};
  return out;
}

}  // namespace hearken
