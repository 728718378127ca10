// `match`: the query's landmarks beside those of every track.
#include "hearken/match.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "audio/measure/landmarks.h"
#include "audio/part.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/catalogue/fingerprints.h"
#include "library/catalogue/tracks.h"
#include "search/recording/alignment.h"
#include "search/recording/ear.h"

namespace hearken {
namespace search {
namespace {

void check_match(const MatchOptions& options) {
  audio::check_part(options.start_seconds, options.duration_seconds);
  if (options.k == 0) throw Error(ErrorCode::invalid_argument, "at most 0 tracks are to be found: ask for one or more");
}

MatchHit hit_of(std::int64_t id, const Alignment& alignment, std::int64_t needed, double query_seconds) {
  MatchHit hit;
  hit.id = id;
  hit.offset_seconds = alignment.offset_seconds;
  hit.start_seconds = alignment.start_seconds;
  hit.end_seconds = std::min(alignment.end_seconds, query_seconds);
  hit.votes = alignment.votes;
  hit.confidence = 1 - std::exp2(-static_cast<double>(alignment.dense_votes) / static_cast<double>(needed));
  return hit;
}

MatchResult match_stream(const Library& library, audio::SampleStream& stream, const std::string& name,
                         const MatchOptions& options) {
  MatchResult result;
  const double began = monotonic_seconds();
  Ear ear;
  for (std::vector<float> block(1 << 14U);;) {
    const std::size_t count = stream.read(block);
    ear.consume(std::span(block).first(count));
    if (count < block.size()) break;
  }
  if (!stream.warning().empty()) result.warnings.push_back(display(name) + ": " + stream.warning());
  const PairTable table(ear.finish());
  result.query_seconds = ear.seconds();
  const std::int64_t needed = votes_needed(result.query_seconds);
  if (static_cast<std::int64_t>(table.pairs()) < needed) {
    result.warnings.push_back(
        fmt::format("{}: {:.1f} s are too short or too quiet to be known by", display(name), result.query_seconds));
  }
  const double heard = monotonic_seconds();
  result.listen_seconds = heard - began;

  std::mutex mutex;
  result.without_fingerprint = library::for_each_fingerprint(library, [&](const library::TrackLandmarks& track) {
    const std::optional<Alignment> alignment = table.align(track.landmarks, needed);
    const std::lock_guard lock(mutex);
    ++result.tracks;
    if (alignment) result.hits.push_back(hit_of(track.id, *alignment, needed, result.query_seconds));
  });
  std::sort(result.hits.begin(), result.hits.end(),
            [](const MatchHit& a, const MatchHit& b) { return a.votes != b.votes ? a.votes > b.votes : a.id < b.id; });
  if (result.hits.size() > options.k) result.hits.resize(options.k);
  for (MatchHit& hit : result.hits) {
    const std::optional<Track> track = library::track(library, hit.id);
    if (!track) continue;  // removed meanwhile
    hit.path = track->path;
    hit.title = track->title;
    hit.artist = track->artist;
  }
  std::erase_if(result.hits, [](const MatchHit& hit) { return hit.path.empty(); });
  result.search_seconds = monotonic_seconds() - heard;
  return result;
}

}  // namespace
}  // namespace search

MatchResult match(const Library& library, const SoundFile& file, const MatchOptions& options) {
  search::check_match(options);
  const auto stream =
      audio::open_part(file.path, audio::kLandmarkRateHz, options.start_seconds, options.duration_seconds);
  return search::match_stream(library, *stream, file.path.native(), options);
}

MatchResult match(const Library& library, const Samples& samples, const MatchOptions& options) {
  search::check_match(options);
  const auto stream = audio::stream_samples(samples.mono, samples.sample_rate_hz, audio::kLandmarkRateHz, samples.name,
                                            options.start_seconds, options.duration_seconds);
  return search::match_stream(library, *stream, samples.name, options);
}

}  // namespace hearken
