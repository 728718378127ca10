// Is this very recording in the library, and where? By landmarks of its spectrogram (docs/MATCH.md), not by vectors: no
// model is needed, and what only sounds alike is not found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hearken/library.h"
#include "hearken/like.h"

namespace hearken {

struct MatchOptions {
  std::size_t k = 10;           // at most this many tracks
  double start_seconds = 0;     // the part of the query that is meant
  double duration_seconds = 0;  // 0: to its end
};

struct MatchHit {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  // Where in the track the query begins, in seconds; negative when the track begins only later in the query (in a mix).
  double offset_seconds = 0;
  // The part of the query that is this track, from the first to the last landmark that agrees, counted from the
  // query's begin (with MatchOptions::start_seconds, from there on). In the track it lies offset_seconds later.
  double start_seconds = 0, end_seconds = 0;
  std::int64_t votes = 0;  // moments (32 ms) of the track that the query has at this offset
  // 1 - 2^(-v / n): v are the votes within the 20 s that have most, n those that make a match, 5 + 0.75 for each second
  // of the query up to 20. So it is 0.5 for what is just enough, and 0.97 for five times as much.
  double confidence = 0;
};

struct MatchResult {
  std::vector<MatchHit> hits;            // most votes first, equal ones by id; empty when it is not here
  double query_seconds = 0;              // that were heard
  std::vector<std::string> warnings;     // decoded only in part; too short or too quiet to be known
  std::int64_t tracks = 0;               // compared
  std::int64_t without_fingerprint = 0;  // tracks that could not be: index their sources again
  double listen_seconds = 0, search_seconds = 0;
};

/// A sound of any length: an excerpt, a recording, a mix of several; each track at its best offset. The query may be
/// cut, re-encoded, resampled, louder or quieter, noisy; not faster or slower. Compares with all tracks that are there.
/// Throws Error: invalid_argument (a part that makes no sense or begins behind the sound's end, samples of no rate),
/// what decoding throws, naming the file; corrupt for a damaged fingerprint, naming the track; io.
MatchResult match(const Library& library, const SoundFile& file, const MatchOptions& options = {});
MatchResult match(const Library& library, const Samples& samples, const MatchOptions& options = {});

}  // namespace hearken
