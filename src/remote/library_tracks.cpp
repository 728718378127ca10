// One row of each table.
#include "remote/library_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "core/paths.h"
#include "library/half.h"
#include "library/library_impl.h"
#include "library/vectors.h"
#include "library/window_flags.h"

namespace hearken::remote {

LibraryTracks::LibraryTracks(const Library& library, const search::Space& space)
    : library_(library),
      space_(space),
      reader_(library, space),
      row_(library.impl().db(),
           "SELECT t.path, t.content_hash, t.size, t.mtime_ns, t.title, t.artist, t.album, t.genre, "
           "t.duration_seconds, t.added_at, f.track_id, f.loudness, f.tempo, f.brightness, f.key, w.starts, g.flags "
           "FROM tracks t JOIN embeddings e ON e.track_id = t.id AND e.model_id = ?2 "
           "LEFT JOIN features f ON f.track_id = t.id LEFT JOIN windows w ON w.embedding_id = e.id "
           "LEFT JOIN window_flags g ON g.embedding_id = e.id WHERE t.id = ?1"),
      tags_(library.impl().db(), "SELECT label FROM tags WHERE track_id = ? AND verdict >= 0 ORDER BY label") {}

std::vector<std::int64_t> LibraryTracks::ids(const search::Selection& selection) const {
  const search::TrackFilter filter = search::select_tracks(library_, selection);
  library::Statement rows(library_.impl().db(),
                          "SELECT t.id FROM embeddings e JOIN tracks t ON t.id = e.track_id "
                          "WHERE e.model_id = ? AND t.missing = 0 ORDER BY t.id");
  const std::vector<std::int64_t> silent = library::silent_tracks(library_, space_.model_id);
  std::vector<std::int64_t> out;
  for (rows.bind(space_.model_id); rows.step();)
    if ((!filter.only || std::ranges::binary_search(*filter.only, rows.integer(0))) &&
        !std::ranges::binary_search(silent, rows.integer(0)))
      out.push_back(rows.integer(0));
  return out;
}

weaviate::RemoteTrack LibraryTracks::facts(std::int64_t id) {
  row_.bind(id, space_.model_id);
  if (!row_.step()) throw Error(ErrorCode::not_found, fmt::format("id:{}: is not there any more", id));
  weaviate::RemoteTrack out;
  out.path = row_.path(0).native();
  out.content = row_.digest(1);
  out.size = row_.integer(2);
  out.mtime_ns = row_.integer(3);
  out.title = row_.text(4);
  out.artist = row_.text(5);
  out.album = row_.text(6);
  out.genre = row_.text(7);
  out.duration_seconds = row_.real(8);
  out.added_at = row_.integer(9);
  out.measured = !row_.null(10);
  const auto number = [&](int column) { return row_.null(column) ? std::nullopt : std::optional(row_.real(column)); };
  out.loudness = number(11);
  out.tempo = number(12);
  out.brightness = number(13);
  if (!row_.null(14)) out.key = row_.text(14);
  const library::Bytes starts = row_.bytes(15);
  out.starts_seconds.resize(starts.size() / sizeof(double));
  std::memcpy(out.starts_seconds.data(), starts.data(), out.starts_seconds.size() * sizeof(double));
  const library::Bytes flags = row_.bytes(16);
  for (const std::byte flag : flags) out.flags.push_back(static_cast<std::uint8_t>(flag));
  const bool whole = !out.starts_seconds.empty() && starts.size() % sizeof(double) == 0 &&
                     (out.flags.empty() || out.flags.size() == out.starts_seconds.size());
  row_.reset();
  if (!whole)
    throw Error(ErrorCode::corrupt, fmt::format("id:{}: its vectors in {} are damaged", id, display(library_.path())));
  for (tags_.bind(id); tags_.step();) out.tags.push_back(tags_.text(0));
  return out;
}

void LibraryTracks::add_vectors(std::int64_t id, weaviate::RemoteTrack& track) {
  search::StoredTrack stored = reader_.track(id);
  track.starts_seconds = std::move(stored.starts_seconds);
  track.vectors.resize(stored.vectors.size());
  std::ranges::transform(stored.vectors, track.vectors.begin(), library::float_from_half);
  track.mean = library::mean_of_windows(stored.vectors, space_.dimension, stored.flags).mean;
}

}  // namespace hearken::remote
