// Every track of a library against every other, without reading any audio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

struct SimilarTrack {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
};

struct SimilarPair {
  std::size_t a = 0, b = 0;  // places in SimilarResult::tracks, a < b
  double similarity = 0;     // the cosine of the tracks' normalised means, -1 to 1
};

struct SimilarOptions : RunOptions {
  std::string model;            // as the library names it; empty: the library's own
  std::size_t k = 20;           // at most this many pairs
  std::filesystem::path under;  // only tracks at or below this path; empty: all
  std::string where;            // only tracks of which this is true (docs/FIND.md); empty: all
  /// Given, it is called on the calling thread with each row of the matrix, from the first to the last: what `tracks`
  /// is, the row's place in it, and the cosines [tracks.size()], with 1 for the track itself. What it throws ends the
  /// call.
  std::function<void(std::span<const SimilarTrack> tracks, std::size_t row, std::span<const float> cosines)> row;
};

struct SimilarResult {
  std::string model;
  Windowing windowing;               // of the vectors compared
  std::vector<SimilarTrack> tracks;  // by id
  std::vector<SimilarPair> pairs;    // most similar first; equal ones by a, then by b
  std::uint64_t pairs_compared = 0;  // n · (n - 1) / 2
  std::int64_t without_vectors = 0;  // tracks left out: picked, but with other vectors only
};

/// Compares all visible tracks; of several windowings of the model those that were indexed last. Memory: a vector for
/// each track, k pairs, and a few rows of the matrix. A track whose windows cancel each other (a mean of 0) has the
/// cosine 0 with every other.
/// Throws Error: what find() throws for its library (a model's name is looked up among those it holds),
/// invalid_argument (a `where` that is none), corrupt.
SimilarResult similar_tracks(const Library& library, const SimilarOptions& options = {});

}  // namespace hearken
