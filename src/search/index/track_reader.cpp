// One row of each table, checked as it comes.
#include "search/index/track_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "core/paths.h"
#include "library/half.h"
#include "library/library_impl.h"

namespace hearken::search {
Space space_made_by(const Library& library, const Model& model, const Windowing& windowing) {
  std::string held;
  for (const Space& space : spaces(library)) {
    if (space.windowing == windowing && made_by(model, space.windowing, space.fingerprint)) return space;
    held += fmt::format("{}'{}' ({})", held.empty() ? "" : ", ", display(space.name), in_words(space.windowing));
  }
  throw Error(ErrorCode::mismatch, fmt::format("{}: holds no vectors of the model '{}' with windows of {}; it holds {}",
                                               display(library.path()), display(model.info().name), in_words(windowing),
                                               held.empty() ? "none" : held));
}

TrackReader::TrackReader(const Library& library, const Space& space)
    : library_(library),
      dimension_(space.dimension),
      model_id_(space.model_id),
      row_(library.impl().db(),
           "SELECT t.path, t.title, t.artist, t.duration_seconds, t.missing, w.starts, w.vectors, f.flags FROM "
           "tracks t LEFT JOIN embeddings e ON e.track_id = t.id AND e.model_id = ?2 "
           "LEFT JOIN windows w ON w.embedding_id = e.id LEFT JOIN window_flags f ON f.embedding_id = e.id "
           "WHERE t.id = ?1") {}

StoredTrack TrackReader::track(std::int64_t id) {
  const std::string name = fmt::format("id:{}", id);
  row_.bind(id, model_id_);
  if (!row_.step()) throw Error(ErrorCode::not_found, name + ": no such track in " + display(library_.path()));
  StoredTrack out;
  out.path = row_.path(0);
  if (row_.integer(4) != 0)
    throw Error(ErrorCode::not_found, name + ": its file is not there at present: " + display(out.path));
  if (row_.null(6)) throw Error(ErrorCode::not_found, name + ": has no vectors of this model with these windows");
  out.title = row_.text(1);
  out.artist = row_.text(2);
  out.duration_seconds = row_.real(3);
  const library::Bytes starts = row_.bytes(5), vectors = row_.bytes(6);
  const std::size_t windows = starts.size() / sizeof(double);
  out.starts_seconds.resize(windows);
  out.vectors.resize(windows * dimension_);
  for (const std::byte flag : row_.bytes(7)) out.flags.push_back(static_cast<std::uint8_t>(flag));
  bool whole = windows > 0 && (out.flags.empty() || out.flags.size() == windows) &&
               starts.size() == windows * sizeof(double) &&
               vectors.size() == out.vectors.size() * sizeof(std::uint16_t);
  if (whole) {
    std::memcpy(out.starts_seconds.data(), starts.data(), starts.size());
    std::memcpy(out.vectors.data(), vectors.data(), vectors.size());
    for (const double start : out.starts_seconds) whole = whole && std::isfinite(start);
    for (const std::uint16_t half : out.vectors) whole = whole && std::isfinite(library::float_from_half(half));
  }
  row_.reset();
  if (!whole) throw Error(ErrorCode::corrupt, name + ": its vectors in " + display(library_.path()) + " are damaged");
  return out;
}

}  // namespace hearken::search
