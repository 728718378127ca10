// Making and comparing digests.
#include "library/digests.h"

#include <algorithm>
#include <bit>

#include "core/hash.h"

namespace hearken::library {
namespace {

std::vector<std::int64_t> ids(Database& database, const char* sql) {
  std::vector<std::int64_t> out;
  for (Statement rows(database, sql); rows.step();) out.push_back(rows.integer(0));
  return out;
}

// `read` picks a blob by its row's number, `write` takes the number and the blob's digest.
void digest_column(Database& database, const std::vector<std::int64_t>& rows, const char* read, const char* write) {
  Statement from(database, read), to(database, write);
  for (const std::int64_t id : rows) {
    from.bind(id);
    if (!from.step()) continue;
    const std::int64_t digest = digest_of(from.bytes(0));
    from.reset();
    to.run(id, digest);
  }
}

}  // namespace

std::int64_t digest_of(Bytes bytes) noexcept { return std::bit_cast<std::int64_t>(hash64(bytes)); }

std::optional<std::int64_t> digest_in(const Statement& row, int column) {
  return row.null(column) ? std::nullopt : std::optional(row.integer(column));
}

std::vector<std::uint64_t> window_digests(Bytes starts, Bytes vectors) {
  const std::size_t windows = starts.size() / sizeof(double), length = windows > 0 ? vectors.size() / windows : 0;
  std::vector<std::uint64_t> out;
  out.reserve(windows + 1);
  for (std::size_t w = 0; w < windows; ++w) out.push_back(hash64(vectors.subspan(w * length, length)));
  out.push_back(hash64(starts));
  return out;
}

bool is_whole(Bytes bytes, const Statement& row, int column) {
  const std::optional<std::int64_t> digest = digest_in(row, column);
  return !digest || *digest == digest_of(bytes);
}

bool are_whole(Bytes starts, Bytes vectors, const Statement& row, int column) {
  if (row.null(column)) return true;
  const std::vector<std::uint64_t> digests = window_digests(starts, vectors);
  return std::ranges::equal(std::as_bytes(std::span(digests)), row.bytes(column));
}

void digest_all(Database& database) {
  digest_column(database, ids(database, "SELECT id FROM embeddings WHERE digest IS NULL"),
                "SELECT mean FROM embeddings WHERE id = ?", "UPDATE embeddings SET digest = ?2 WHERE id = ?1");
  digest_column(database, ids(database, "SELECT track_id FROM fingerprints WHERE digest IS NULL"),
                "SELECT data FROM fingerprints WHERE track_id = ?",
                "UPDATE fingerprints SET digest = ?2 WHERE track_id = ?1");
  Statement windows(database, "SELECT starts, vectors FROM windows WHERE embedding_id = ?");
  Statement put(database, "INSERT INTO window_digests (embedding_id, digests) VALUES (?, ?)");
  for (const std::int64_t id :
       ids(database,
           "SELECT embedding_id FROM windows WHERE embedding_id NOT IN (SELECT embedding_id FROM "
           "window_digests)")) {
    windows.bind(id);
    if (!windows.step()) continue;
    const std::vector<std::uint64_t> digests = window_digests(windows.bytes(0), windows.bytes(1));
    windows.reset();
    put.run(id, std::as_bytes(std::span(digests)));
  }
}

}  // namespace hearken::library
