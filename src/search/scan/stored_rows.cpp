// Rows by SQLite's incremental reading of blobs: of a long track only the pages that hold the row are read.
#include "search/scan/stored_rows.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/paths.h"
#include "library/digests.h"
#include "library/half.h"
#include "library/library_impl.h"

namespace hearken::search {

void widen(std::span<const std::uint16_t> halves, std::span<float> out) {
  std::transform(halves.begin(), halves.end(), out.begin(), library::float_from_half);
}

Error damaged(const Library& library, std::int64_t track_id) {
  return Error(ErrorCode::corrupt, display(library.path()) + ": damaged: the vectors of track " +
                                       std::to_string(track_id) + " are not whole; hearken check --repair");
}

StoredRows::StoredRows(const Library& library, std::size_t dimension)
    : library_(library),
      dimension_(dimension),
      mean_(impl_of(library).db(), "SELECT mean, digest FROM embeddings WHERE id = ?"),
      halves_(dimension),
      values_(dimension) {}

StoredRows::~StoredRows() {
  sqlite3_blob_close(vectors_.blob);
  sqlite3_blob_close(starts_.blob);
  sqlite3_blob_close(digests_.blob);
}

// False when there is no such row.
bool StoredRows::open(Column& column, std::int64_t row) {
  library::Database& db = impl_of(library_).db();
  int result = SQLITE_OK;
  if (column.blob != nullptr) {
    if (column.row == row) return true;
    result = sqlite3_blob_reopen(column.blob, row);
  } else {
    result = sqlite3_blob_open(db.handle(), "main", column.table, column.name, row, 0, &column.blob);
  }
  column.row = row;
  if (result == SQLITE_OK) return true;
  sqlite3_blob_close(column.blob);
  column.blob = nullptr;
  if (result == SQLITE_ERROR) {  // what SQLite says of a row that is not there; or of a column of another type
    library::Statement there(db, std::string("SELECT 1 FROM ") + column.table + " WHERE embedding_id = ?");
    there.bind(row);
    if (!there.step()) return false;
  }
  throw db.error(result);
}

bool StoredRows::read(Column& column, std::int64_t embedding, std::int64_t track, std::size_t whole, std::size_t offset,
                      std::span<std::byte> to) {
  if (!open(column, embedding)) return false;
  if (static_cast<std::size_t>(sqlite3_blob_bytes(column.blob)) != whole) throw damaged(library_, track);
  const int result = sqlite3_blob_read(column.blob, to.data(), static_cast<int>(to.size()), static_cast<int>(offset));
  if (result != SQLITE_OK) throw impl_of(library_).db().error(result);
  return true;
}

// Of the digests `first` and on, one for each of `parts`, all of one length. True where none are kept.
bool StoredRows::whole(std::int64_t embedding, std::int64_t track, std::size_t windows, std::size_t first,
                       std::size_t count, std::span<const std::byte> parts) {
  digest_values_.resize(count);
  if (!read(digests_, embedding, track, (windows + 1) * sizeof(std::uint64_t), first * sizeof(std::uint64_t),
            std::as_writable_bytes(std::span(digest_values_))))
    return true;
  const std::size_t length = parts.size() / count;
  for (std::size_t i = 0; i < count; ++i)
    if (hash64(parts.subspan(i * length, length)) != digest_values_[i]) return false;
  return true;
}

std::span<const float> StoredRows::window(std::int64_t embedding, std::int64_t track, std::size_t index,
                                          std::size_t windows) {
  const std::size_t row = dimension_ * sizeof(std::uint16_t);
  halves_.resize(dimension_), values_.resize(dimension_);
  if (!read(vectors_, embedding, track, windows * row, index * row, std::as_writable_bytes(std::span(halves_))))
    return {};
  if (!whole(embedding, track, windows, index, 1, std::as_bytes(std::span(halves_)))) throw damaged(library_, track);
  widen(halves_, values_);
  return values_;
}

std::span<const float> StoredRows::all(std::int64_t embedding, std::int64_t track, std::size_t windows) {
  halves_.resize(windows * dimension_), values_.resize(windows * dimension_);
  const auto bytes = std::as_writable_bytes(std::span(halves_));
  if (!read(vectors_, embedding, track, bytes.size(), 0, bytes)) return {};
  if (!whole(embedding, track, windows, 0, windows, bytes)) throw damaged(library_, track);
  widen(halves_, values_);
  return values_;
}

std::optional<double> StoredRows::start(std::int64_t embedding, std::int64_t track, std::size_t index,
                                        std::size_t windows) {
  start_values_.resize(windows);
  const auto bytes = std::as_writable_bytes(std::span(start_values_));
  if (!read(starts_, embedding, track, bytes.size(), 0, bytes)) return std::nullopt;
  if (!whole(embedding, track, windows, windows, 1, bytes)) throw damaged(library_, track);
  return start_values_[index];
}

std::span<const float> StoredRows::mean(std::int64_t embedding, std::int64_t track) {
  mean_.bind(embedding);
  if (!mean_.step()) return {};
  const library::Bytes bytes = mean_.bytes(0);
  if (bytes.size() != dimension_ * sizeof(float) || !library::is_whole(bytes, mean_, 1)) throw damaged(library_, track);
  values_.resize(dimension_);
  std::memcpy(values_.data(), bytes.data(), bytes.size());
  mean_.reset();
  return values_;
}

}  // namespace hearken::search
