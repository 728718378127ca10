// Reading, replacing and removing rows of `window_flags`.
#include "library/window_flags.h"

#include <map>
#include <string>
#include <utility>

#include "core/paths.h"
#include "library/library_impl.h"
#include "library/sqlite.h"

namespace hearken::library {

std::vector<EmbeddingFlags> window_flags(const Library& library, std::int64_t model_id) {
  Statement rows(impl_of(library).db(),
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

namespace {

bool any(std::span<const std::uint8_t> flags) {
  return std::any_of(flags.begin(), flags.end(), [](std::uint8_t f) { return f != 0; });
}

// Takes the flags of `hearken clean` out of the rows that `which` picks, with one parameter, and gives back those of
// them that say what is silent, by embedding. Damaged ones go whole.
std::map<std::int64_t, std::vector<std::uint8_t>> keep_silent(Database& db, const char* which, std::int64_t parameter) {
  std::map<std::int64_t, std::vector<std::uint8_t>> silent;
  Statement rows(db, std::string("SELECT f.embedding_id, f.flags, e.window_count FROM window_flags f JOIN embeddings e "
                                 "ON e.id = f.embedding_id JOIN tracks t ON t.id = e.track_id WHERE ") +
                         which);
  for (rows.bind(parameter); rows.step();) {
    std::vector<std::uint8_t> flags;
    for (const std::byte flag : rows.bytes(1)) flags.push_back(static_cast<std::uint8_t>(flag) & kSilentFlag);
    if (static_cast<std::int64_t>(flags.size()) == rows.integer(2) && any(flags))
      silent.emplace(rows.integer(0), std::move(flags));
  }
  Statement(db, std::string("DELETE FROM window_flags WHERE embedding_id IN (SELECT e.id FROM embeddings e JOIN tracks "
                            "t ON t.id = e.track_id WHERE ") +
                    which + ")")
      .run(parameter);
  return silent;
}

}  // namespace

void replace_window_flags(const Library& library, std::int64_t model_id, std::span<const EmbeddingFlags> rows) {
  Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  auto silent = keep_silent(db, "e.model_id = ? AND t.missing = 0", model_id);
  Statement insert(db,
                   "INSERT INTO window_flags (embedding_id, flags) SELECT id, ?2 FROM embeddings WHERE id = ?1 AND "
                   "model_id = ?3 AND window_count = ?4");
  const auto put = [&](std::int64_t embedding, const std::vector<std::uint8_t>& flags) {
    insert.run(embedding, std::as_bytes(std::span(flags)), model_id, static_cast<std::int64_t>(flags.size()));
  };
  for (const EmbeddingFlags& row : rows) {
    std::vector<std::uint8_t> flags = row.flags;
    for (std::uint8_t& flag : flags) flag &= static_cast<std::uint8_t>(~kSilentFlag);
    if (const auto known = silent.find(row.embedding); known != silent.end() && known->second.size() == flags.size()) {
      for (std::size_t w = 0; w < flags.size(); ++w) flags[w] |= known->second[w];
      silent.erase(known);
    }
    if (any(flags)) put(row.embedding, flags);
  }
  for (const auto& [embedding, flags] : silent) put(embedding, flags);
  transaction.commit();
}

std::int64_t clear_window_flags(const Library& library) {
  Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  std::int64_t flagged = 0;
  for (Statement rows(db, "SELECT flags FROM window_flags"); rows.step();)
    for (const std::byte flag : rows.bytes(0)) flagged += (static_cast<std::uint8_t>(flag) & ~kSilentFlag) != 0 ? 1 : 0;
  const auto silent = keep_silent(db, "e.id > ?", 0);
  Statement insert(db, "INSERT INTO window_flags (embedding_id, flags) VALUES (?, ?)");
  for (const auto& [embedding, flags] : silent) insert.run(embedding, std::as_bytes(std::span(flags)));
  transaction.commit();
  return flagged;
}

std::vector<std::int64_t> silent_tracks(const Library& library, std::int64_t model_id) {
  Statement rows(impl_of(library).db(),
                 "SELECT e.track_id FROM silence s JOIN embeddings e ON e.id = s.embedding_id WHERE e.model_id = ? AND "
                 "s.windows >= e.window_count ORDER BY e.track_id");
  std::vector<std::int64_t> out;
  for (rows.bind(model_id); rows.step();) out.push_back(rows.integer(0));
  return out;
}

}  // namespace hearken::library
