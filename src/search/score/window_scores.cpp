// Plain sums; a song's windows are few, and nobody waits for them.
#include "search/score/window_scores.h"

#include <cmath>
#include <vector>

#include "library/half.h"

namespace hearken::search {

WindowScores window_scores(std::span<const float> query, std::span<const std::uint16_t> windows) {
  const std::size_t dimension = query.size(), count = windows.size() / dimension;
  std::vector<double> scores(count);
  double sum = 0;
  for (std::size_t w = 0; w < count; ++w) {
    for (std::size_t i = 0; i < dimension; ++i) {
      const float x = library::float_from_half(windows[w * dimension + i]);
      scores[w] += static_cast<double>(query[i]) * static_cast<double>(x);
    }
    sum += scores[w];
  }
  WindowScores out{sum / static_cast<double>(count), scores[0], scores[0], 0, 0};
  double squares = 0;
  for (std::size_t w = 0; w < count; ++w) {
    squares += (scores[w] - out.mean) * (scores[w] - out.mean);
    if (scores[w] < out.min) out.min = scores[w];
    if (scores[w] > out.max) {
      out.max = scores[w];
      out.best = w;
    }
  }
  out.deviation = std::sqrt(squares / static_cast<double>(count));
  return out;
}

}  // namespace hearken::search
