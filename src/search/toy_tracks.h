// For tests of this room: a library of tracks whose window vectors are made up.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "hearken/library.h"
#include "library/half.h"
#include "library/test_support.h"
#include "search/space.h"

namespace hearken::search {

/// A random unit vector [kToyDimension].
inline std::vector<float> random_unit(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> v(library::kToyDimension);
  double square = 0;
  for (float& x : v) x = normal(random), square += static_cast<double>(x) * static_cast<double>(x);
  for (float& x : v) x /= static_cast<float>(std::sqrt(square));
  return v;
}

/// The vector as a library gives it back.
inline std::vector<float> as_stored(std::vector<float> v) {
  for (float& x : v) x = library::float_from_half(library::half_from_float(x));
  return v;
}

class ToyTracksTest : public ::testing::Test {
 protected:
  /// Tracks are numbered from 1 on; one without a title gets one. Windows of 1 s every half second; the track ends 0.2
  /// s after the last one starts.
  void add(const std::string& path, const std::vector<std::vector<float>>& windows,
           const library::ModelEntry& entry = library::toy_entry(), const audio::Tags& tags = {}) {
    ++count_;
    library::Embedded e;
    e.content[0] = static_cast<std::uint8_t>(count_);
    e.content[1] = static_cast<std::uint8_t>(count_ >> 8);
    e.state = {count_, 1, 1};
    e.tags = tags;
    if (e.tags.title.empty()) e.tags.title = "title of " + path, e.tags.artist = "artist";
    for (const auto& w : windows) {
      e.starts_seconds.push_back(0.5 * static_cast<double>(e.starts_seconds.size()));
      for (const float x : w) e.vectors.push_back(library::half_from_float(x));
    }
    e.duration_seconds = e.starts_seconds.back() + 0.2;
    library::Database& db = impl_of(library).db();
    library::Store store(db, entry);
    library::Transaction transaction(db, library::Transaction::Kind::write);
    store.put(path, e);
    transaction.commit();
  }

  TempFolder dir;
  Library library = Library::open(dir / "l.db", OpenMode::create);

 private:
  int count_ = 0;
};

}  // namespace hearken::search
