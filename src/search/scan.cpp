// The exact scan, straight from the library's rows.
#include "search/scan.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "core/paths.h"
#include "hearken/error.h"
#include "library/half.h"
#include "library/library_impl.h"
#include "library/sqlite.h"

namespace hearken::search {
namespace {

using library::Bytes;

// Double sums in eight lanes of fixed order: the same bits on every run, and the compiler may use its vectors.
double dot(const float* a, const float* b, std::size_t n) {
  std::array<double, 8> lanes{};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += static_cast<double>(a[i + j]) * static_cast<double>(b[i + j]);
  }
  double sum = 0;
  for (; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  for (const double lane : lanes) sum += lane;
  return sum;
}

Error damaged(const Library& library, std::int64_t track_id) {
  return Error(ErrorCode::corrupt, display(library.path()) + ": damaged: the vectors of track " +
                                       std::to_string(track_id) + " have a wrong size");
}

}  // namespace

ScanResult scan_tracks(const Library& library, std::int64_t model_id, std::span<const float> query, std::size_t k,
                       const std::filesystem::path& under) {
  std::string sql =
      "SELECT e.track_id, e.mean FROM embeddings e JOIN tracks t ON t.id = e.track_id "
      "WHERE e.model_id = ?1 AND t.missing = 0";
  if (!under.empty()) sql += " AND (t.path = ?2 OR (t.path >= ?3 AND t.path < ?4))";
  library::Statement rows(library.impl().db(), sql);
  if (under.empty()) {
    rows.bind(model_id);
  } else {
    const std::string folder = under == "/" ? std::string() : under.native();
    const std::string first = folder + '/', behind = folder + static_cast<char>('/' + 1);
    rows.bind(model_id, under, library::bytes_of(first), library::bytes_of(behind));
  }
  ScanResult result;
  std::vector<TrackScore> all;
  std::vector<float> mean(query.size());
  while (rows.step()) {
    const std::int64_t id = rows.integer(0);
    const Bytes bytes = rows.bytes(1);
    if (bytes.size() != query.size_bytes()) throw damaged(library, id);
    std::memcpy(mean.data(), bytes.data(), bytes.size());
    all.push_back({id, dot(query.data(), mean.data(), mean.size())});
  }
  result.searched = static_cast<std::int64_t>(all.size());
  const auto better = [](const TrackScore& a, const TrackScore& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  };
  const std::size_t kept = std::min(k, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(), better);
  all.resize(kept);
  result.best = std::move(all);
  return result;
}

BestWindow best_window(const Library& library, std::int64_t model_id, std::int64_t track_id,
                       std::span<const float> query) {
  library::Statement row(library.impl().db(),
                         "SELECT w.starts, w.vectors FROM embeddings e JOIN windows w ON w.embedding_id = e.id "
                         "WHERE e.track_id = ? AND e.model_id = ?");
  row.bind(track_id, model_id);
  if (!row.step()) throw damaged(library, track_id);
  const Bytes starts = row.bytes(0), vectors = row.bytes(1);
  const std::size_t windows = starts.size() / sizeof(double), dimension = query.size();
  if (windows == 0 || starts.size() % sizeof(double) != 0 ||
      vectors.size() != windows * dimension * sizeof(std::uint16_t)) {
    throw damaged(library, track_id);
  }
  BestWindow best;
  std::vector<std::uint16_t> halves(dimension);
  std::vector<float> vector(dimension);
  for (std::size_t w = 0; w < windows; ++w) {
    const std::size_t row_bytes = dimension * sizeof(std::uint16_t);
    std::memcpy(halves.data(), vectors.data() + w * row_bytes, row_bytes);
    std::transform(halves.begin(), halves.end(), vector.begin(), library::float_from_half);
    const double score = dot(query.data(), vector.data(), dimension);
    if (w > 0 && !(score > best.score)) continue;
    best.score = score;
    std::memcpy(&best.start_seconds, starts.data() + w * sizeof(double), sizeof(double));
  }
  return best;
}

}  // namespace hearken::search
