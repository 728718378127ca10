// For tests: a library of tracks with given window vectors, and the search of it by brute force.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/numerics/vectors.h"
#include "library/half.h"
#include "library/test_support.h"
#include "search/scan/exact_scan.h"
#include "search/scan/stored_rows.h"
#include "search/space.h"

namespace hearken::search {

using Vector = std::vector<float>;

inline Vector noise_vector(std::size_t dimension, std::mt19937& random) {
  std::normal_distribution<float> normal;
  Vector v(dimension);
  for (float& x : v) x = normal(random);
  return v;
}

inline Vector unit_length(Vector v) {
  const double length = std::sqrt(numerics::dot(v, v));
  for (float& x : v) x = static_cast<float>(x / (length > 0 ? length : 1));
  return v;
}

inline Vector unit_vector(std::size_t dimension, std::mt19937& random) {
  return unit_length(noise_vector(dimension, random));
}

/// A library in a folder of its own, of one model.
class SearchTest : public ::testing::Test {
 protected:
  /// Adds a track; its windows begin half a second apart. Returns its id.
  std::int64_t add(const std::vector<Vector>& windows) {
    library::Embedded e;
    e.content[0] = static_cast<std::uint8_t>(++count_);
    e.content[1] = static_cast<std::uint8_t>(count_ >> 8);
    e.state = {count_, 1, 1};
    for (const Vector& w : windows) {
      e.starts_seconds.push_back(0.5 * static_cast<double>(e.starts_seconds.size()));
      for (const float x : w) e.vectors.push_back(library::half_from_float(x));
    }
    e.duration_seconds = e.starts_seconds.back() + 0.2;
    library::Store(db(), {"toy", "toy", windows.at(0).size(), {1.0, 0.5}, Precision::fp32})
        .put(library::numbered("/m/", count_), e);
    return db().integer("SELECT max(id) FROM tracks");
  }
  void add_all(const std::vector<std::vector<Vector>>& tracks) {
    library::Transaction transaction(db(), library::Transaction::Kind::write);
    for (const auto& windows : tracks) add(windows);
    transaction.commit();
  }

  library::Database& db() { return impl_of(library).db(); }
  Space space() { return spaces(library).at(0); }

  struct Stored {
    std::vector<double> starts;
    std::vector<Vector> windows;
    Vector mean;
  };
  /// Visible tracks by id, as the file has them.
  std::map<std::int64_t, Stored> stored() {
    std::map<std::int64_t, Stored> out;
    library::Statement rows(db(),
                            "SELECT e.track_id, e.mean, w.starts, w.vectors FROM embeddings e JOIN windows w ON "
                            "w.embedding_id = e.id JOIN tracks t ON t.id = e.track_id WHERE t.missing = 0");
    while (rows.step()) {
      Stored& s = out[rows.integer(0)];
      const library::Bytes mean = rows.bytes(1), starts = rows.bytes(2), vectors = rows.bytes(3);
      const std::size_t dimension = mean.size() / sizeof(float);
      s.mean.resize(dimension);
      std::memcpy(s.mean.data(), mean.data(), mean.size());
      s.starts.resize(starts.size() / sizeof(double));
      std::memcpy(s.starts.data(), starts.data(), starts.size());
      std::vector<std::uint16_t> halves(s.starts.size() * dimension);
      std::memcpy(halves.data(), vectors.data(), vectors.size());
      for (std::size_t w = 0; w < s.starts.size(); ++w) {
        s.windows.emplace_back(dimension);
        widen(std::span(halves).subspan(w * dimension, dimension), s.windows.back());
      }
    }
    return out;
  }

  static bool passes(const TrackFilter& filter, std::int64_t id) {
    return !filter.only || std::binary_search(filter.only->begin(), filter.only->end(), id);
  }

  std::vector<WindowHit> brute_windows(std::span<const float> query, std::size_t k, const TrackFilter& filter) {
    std::vector<WindowHit> hits;
    for (const auto& [id, track] : stored()) {
      if (!passes(filter, id)) continue;
      for (std::size_t w = 0; w < track.windows.size(); ++w)
        hits.push_back({id, track.starts[w], numerics::dot(query, track.windows[w])});
    }
    return best_first(std::move(hits), k);
  }

  // Of each track its best window.
  std::vector<WindowHit> brute_nearest_tracks(std::span<const float> query, std::size_t k, const TrackFilter& filter) {
    std::vector<WindowHit> out;
    std::set<std::int64_t> seen;
    for (const WindowHit& hit : brute_windows(query, std::size_t{1} << 40, filter))
      if (out.size() < k && seen.insert(hit.track_id).second) out.push_back(hit);
    return out;
  }

  std::vector<TrackHit> brute_tracks(std::span<const float> query, std::size_t k, TrackRank rank,
                                     const TrackFilter& filter) {
    std::vector<TrackHit> hits;
    for (const auto& [id, track] : stored()) {
      if (!passes(filter, id)) continue;
      double score = numerics::dot(query, track.mean);
      if (rank == TrackRank::cosine) {
        const double square = numerics::dot(track.mean, track.mean);
        score = square > 0 ? score / std::sqrt(square) : 0;
      } else if (rank != TrackRank::mean) {
        std::vector<double> scores;
        for (const Vector& w : track.windows) scores.push_back(numerics::dot(query, w));
        std::sort(scores.begin(), scores.end(), std::greater<>());
        scores.resize(std::min<std::size_t>(scores.size(), rank == TrackRank::best ? 1 : 3));
        score = 0;
        for (const double s : scores) score += s;
        score /= static_cast<double>(scores.size());
      }
      hits.push_back({id, score});
    }
    return best_first(std::move(hits), k);
  }

  TempFolder dir;
  std::filesystem::path file = dir / "l.db";
  Library library = Library::open(file, OpenMode::create);

 private:
  // Equal ones stay in the order of tracks and windows.
  template <class Hit>
  static std::vector<Hit> best_first(std::vector<Hit> hits, std::size_t k) {
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    hits.resize(std::min(hits.size(), k));
    return hits;
  }

  int count_ = 0;
};

}  // namespace hearken::search
