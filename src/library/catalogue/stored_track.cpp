// One row of each table, checked as it comes.
#include "library/catalogue/stored_track.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "core/paths.h"
#include "library/catalogue/tracks.h"
#include "library/digests.h"
#include "library/half.h"
#include "library/library_impl.h"

namespace hearken::library {

TrackReader::TrackReader(const Library& library, const Space& space)
    : library_(library),
      dimension_(space.dimension),
      model_id_(space.model_id),
      row_(impl_of(library).db(),
           std::string("SELECT ") + kTrackColumns +
               ", w.starts, f.flags, w.vectors, d.digests, EXISTS (SELECT 1 FROM quick_passes q WHERE q.embedding_id = "
               "e.id) FROM tracks t LEFT JOIN embeddings e ON e.track_id = t.id AND "
               "e.model_id = ?2 LEFT JOIN windows w ON w.embedding_id = e.id LEFT JOIN window_flags f ON "
               "f.embedding_id = e.id LEFT JOIN window_digests d ON d.embedding_id = e.id WHERE t.id = ?1") {}

StoredTrack TrackReader::read(std::int64_t id, bool vectors) {
  constexpr int kStarts = kBehindTrack, kFlags = kBehindTrack + 1, kVectors = kBehindTrack + 2,
                kDigests = kBehindTrack + 3, kQuick = kBehindTrack + 4;
  const std::string name = fmt::format("id:{}", id);
  row_.bind(id, model_id_);
  if (!row_.step()) throw Error(ErrorCode::not_found, name + ": no such track in " + display(library_.path()));
  StoredTrack out;
  read_track(row_, out);
  out.quick = row_.integer(kQuick) != 0;
  if (vectors && out.missing)
    throw Error(ErrorCode::not_found, name + ": its file is not there at present: " + display(out.path));
  if (row_.null(kStarts)) throw Error(ErrorCode::not_found, name + ": has no vectors of this model with these windows");
  const Bytes starts = row_.bytes(kStarts);
  const std::size_t windows = starts.size() / sizeof(double);
  out.starts_seconds.resize(windows);
  for (const std::byte flag : row_.bytes(kFlags)) out.flags.push_back(static_cast<std::uint8_t>(flag));
  bool whole =
      windows > 0 && (out.flags.empty() || out.flags.size() == windows) && starts.size() == windows * sizeof(double);
  if (whole) std::memcpy(out.starts_seconds.data(), starts.data(), starts.size());
  for (const double start : out.starts_seconds) whole = whole && std::isfinite(start);
  if (whole && vectors) {
    const Bytes halves = row_.bytes(kVectors);
    out.vectors.resize(windows * dimension_);
    whole = halves.size() == out.vectors.size() * sizeof(std::uint16_t) && are_whole(starts, halves, row_, kDigests);
    if (whole) std::memcpy(out.vectors.data(), halves.data(), halves.size());
    for (const std::uint16_t half : out.vectors) whole = whole && std::isfinite(float_from_half(half));
  }
  row_.reset();
  if (!whole) throw Error(ErrorCode::corrupt, name + ": its vectors in " + display(library_.path()) + " are damaged");
  return out;
}

}  // namespace hearken::library
