// `similar`: the stored means against each other, a block of rows at a time.
#include "hearken/similar.h"

#include <algorithm>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "search/index/select.h"
#include "search/index/track_means.h"
#include "search/space.h"

namespace hearken {
namespace search {
namespace {

constexpr std::size_t kRowsAtOnce = 32;  // of the matrix in memory; each column is read once for all of them

// The cosine of two rows, within 1e-6 of the exact one.
float cosine(const float* a, const float* b, std::size_t n) {
  return static_cast<float>(numerics::fast_product(a, b, n));
}

bool better(const SimilarPair& x, const SimilarPair& y) {
  if (x.similarity != y.similarity) return x.similarity > y.similarity;
  return x.a != y.a ? x.a < y.a : x.b < y.b;
}

// The k best of all that were offered: a heap with the worst of them in front.
class BestPairs {
 public:
  explicit BestPairs(std::size_t k) : k_(k) {}

  void offer(const SimilarPair& pair) {
    if (pairs_.size() < k_) {
      pairs_.push_back(pair);
      std::push_heap(pairs_.begin(), pairs_.end(), better);
    } else if (k_ > 0 && better(pair, pairs_.front())) {
      std::pop_heap(pairs_.begin(), pairs_.end(), better);
      pairs_.back() = pair;
      std::push_heap(pairs_.begin(), pairs_.end(), better);
    }
  }
  std::vector<SimilarPair> take() {
    std::sort(pairs_.begin(), pairs_.end(), better);
    return std::move(pairs_);
  }

 private:
  const std::size_t k_;
  std::vector<SimilarPair> pairs_;
};

}  // namespace
}  // namespace search

SimilarResult similar_tracks(const Library& library, const SimilarOptions& options) {
  const search::Space space = search::space_named(library, options.model);
  const search::Selection selection = search::selection_of(options.under, options.where);
  const search::TrackMeans means = search::track_means(library, space, search::select_tracks(library, selection));
  const std::size_t n = means.tracks.size(), d = space.dimension;
  SimilarResult result;
  for (const auto& track : means.tracks) result.tracks.push_back({track.id, track.path, track.title, track.artist});
  result.model = space.name;
  result.windowing = space.windowing;
  result.without_vectors = search::count_without(library, space, selection);
  result.pairs_compared = static_cast<std::uint64_t>(n) * (n > 0 ? n - 1 : 0) / 2;

  search::BestPairs best(options.k);
  Team team(thread_count(options.threads));
  constexpr std::size_t kColumns = 256;  // a thread's share
  std::vector<float> block(search::kRowsAtOnce * n);
  for (std::size_t first = 0; first < n; first += search::kRowsAtOnce) {
    const std::size_t rows = std::min(search::kRowsAtOnce, n - first);
    const std::size_t left = options.row ? 0 : first;  // without a matrix nobody asks for what is below the diagonal
    team.run((n - left + kColumns - 1) / kColumns, [&](std::size_t share, int) {
      const std::size_t from = left + share * kColumns;
      for (std::size_t column = from; column < std::min(from + kColumns, n); ++column)
        for (std::size_t row = 0; row < rows; ++row)
          block[row * n + column] = search::cosine(&means.rows[(first + row) * d], &means.rows[column * d], d);
    });
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t a = first + row;
      const std::span<float> cosines = std::span(block).subspan(row * n, n);
      cosines[a] = 1;
      for (std::size_t b = a + 1; b < n; ++b) best.offer({a, b, static_cast<double>(cosines[b])});
      if (options.row) options.row(result.tracks, a, cosines);
    }
  }
  result.pairs = best.take();
  return result;
}

}  // namespace hearken
