// Reading, replacing and removing rows of `window_flags`.
#include "library/window_flags.h"

#include <algorithm>
#include <string>

#include "core/paths.h"
#include "library/library_impl.h"
#include "library/sqlite.h"

namespace hearken::library {

std::vector<EmbeddingFlags> window_flags(const Library& library, std::int64_t model_id) {
  Statement rows(library.impl().db(),
                 "SELECT f.embedding_id, f.flags, e.window_count FROM window_flags f JOIN embeddings e ON e.id = "
                 "f.embedding_id WHERE e.model_id = ? ORDER BY f.embedding_id");
  std::vector<EmbeddingFlags> out;
  for (rows.bind(model_id); rows.step();) {
    const Bytes flags = rows.bytes(1);
    if (static_cast<std::int64_t>(flags.size()) != rows.integer(2)) {
      throw Error(ErrorCode::corrupt, display(library.path()) + ": the flags of windows are damaged (embedding " +
                                          std::to_string(rows.integer(0)) +
                                          "); hearken clean --undo takes all flags back");
    }
    EmbeddingFlags& row = out.emplace_back();
    row.embedding = rows.integer(0);
    for (const std::byte flag : flags) row.flags.push_back(static_cast<std::uint8_t>(flag));
  }
  return out;
}

void replace_window_flags(const Library& library, std::int64_t model_id, std::span<const EmbeddingFlags> rows) {
  Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement(db,
            "DELETE FROM window_flags WHERE embedding_id IN (SELECT e.id FROM embeddings e JOIN tracks t ON t.id = "
            "e.track_id WHERE e.model_id = ? AND t.missing = 0)")
      .run(model_id);
  Statement insert(db,
                   "INSERT INTO window_flags (embedding_id, flags) SELECT id, ?2 FROM embeddings WHERE id = ?1 AND "
                   "model_id = ?3 AND window_count = ?4");
  for (const EmbeddingFlags& row : rows) {
    if (std::all_of(row.flags.begin(), row.flags.end(), [](std::uint8_t f) { return f == 0; })) continue;
    insert.run(row.embedding, std::as_bytes(std::span(row.flags)), model_id,
               static_cast<std::int64_t>(row.flags.size()));
  }
  transaction.commit();
}

std::int64_t clear_window_flags(const Library& library) {
  Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  std::int64_t flagged = 0;
  for (Statement rows(db, "SELECT flags FROM window_flags"); rows.step();)
    for (const std::byte flag : rows.bytes(0)) flagged += flag != std::byte{0} ? 1 : 0;
  db.execute("DELETE FROM window_flags");
  transaction.commit();
  return flagged;
}

}  // namespace hearken::library
