// Facts from the catalogue, vectors from their rows.
#include "remote/library_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hearken/error.h"
#include "library/catalogue/embeddings.h"
#include "library/half.h"
#include "library/vectors.h"
#include "library/window_flags.h"

namespace hearken::remote {

LibraryTracks::LibraryTracks(const Library& library, const search::Space& space)
    : library_(library), space_(space), reader_(library, space), catalogue_(library) {}

std::vector<std::int64_t> LibraryTracks::ids(const search::Selection& selection) const {
  const search::TrackFilter filter = search::select_tracks(library_, selection);
  const std::vector<std::int64_t> silent = library::silent_tracks(library_, space_.model_id);
  std::vector<std::int64_t> out;
  for (const library::Embedding& one : library::embeddings(library_, space_.model_id))
    if ((!filter.only || std::ranges::binary_search(*filter.only, one.track)) &&
        !std::ranges::binary_search(silent, one.track))
      out.push_back(one.track);
  return out;
}

weaviate::RemoteTrack LibraryTracks::facts(std::int64_t id) {
  weaviate::RemoteTrack out;
  library::StoredTrack stored = reader_.without_vectors(id);
  // Who takes it out of the engine again could not tell that windows are left out.
  if (stored.quick)
    throw Error(ErrorCode::not_found, fmt::format("id:{}: has only a quick pass; hearken index goes on with it", id));
  static_cast<Track&>(out) = std::move(stored);
  out.starts_seconds = std::move(stored.starts_seconds);
  out.flags = std::move(stored.flags);
  if (auto heard = catalogue_.features(id)) {
    out.measured = true;
    out.loudness = heard->loudness_lufs;
    out.tempo = heard->tempo_bpm;
    out.brightness = heard->brightness_hz;
    out.key = std::move(heard->key);
  }
  out.tags = catalogue_.labels(id);
  std::ranges::sort(out.tags);
  return out;
}

void LibraryTracks::add_vectors(std::int64_t id, weaviate::RemoteTrack& track) {
  library::StoredTrack stored = reader_.track(id);
  track.starts_seconds = std::move(stored.starts_seconds);
  track.vectors.resize(stored.vectors.size());
  std::ranges::transform(stored.vectors, track.vectors.begin(), library::float_from_half);
  track.mean = library::mean_of_windows(stored.vectors, space_.dimension, stored.flags).mean;
}

}  // namespace hearken::remote
