// The table of ratings.
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "hearken/catalogue.h"
#include "library/catalogue/tracks.h"
#include "library/library_impl.h"

namespace hearken {

using library::Statement;
using library::Transaction;

void rate(const Library& library, std::span<const std::int64_t> tracks, bool up, std::string_view query) {
  if (!is_utf8(query)) throw Error(ErrorCode::invalid_argument, "the query '" + display(query) + "' is no UTF-8");
  library::Database& db = impl_of(library).db();
  const std::int64_t now = unix_seconds();
  Transaction transaction(db, Transaction::Kind::write);
  Statement insert(db, "INSERT OR REPLACE INTO ratings (track_id, query, rating, rated_at) VALUES (?, ?, ?, ?)");
  for (const std::int64_t track : tracks)
    insert.run(library::wanted_track(library, track).id, trimmed(query), up ? 1 : -1, now);
  transaction.commit();
}

std::vector<Rating> ratings(const Library& library) {
  Statement rows(impl_of(library).db(),
                 "SELECT r.track_id, t.path, t.title, t.artist, r.query, r.rating, r.rated_at FROM ratings r JOIN "
                 "tracks t ON t.id = r.track_id ORDER BY r.track_id, r.query");
  std::vector<Rating> out;
  while (rows.step()) {
    out.push_back({rows.integer(0), rows.path(1), rows.text(2), rows.text(3), rows.text(4), rows.integer(5) > 0,
                   rows.integer(6)});
  }
  return out;
}

std::int64_t forget_ratings(const Library& library, std::span<const std::int64_t> tracks,
                            std::optional<std::string_view> query) {
  library::Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement forget(db, "DELETE FROM ratings WHERE track_id = ?1 AND (?2 = 0 OR query = ?3)");
  std::int64_t forgotten = 0;
  for (const std::int64_t track : tracks) {
    forget.run(track, query.has_value(), trimmed(query.value_or("")));
    forgotten += db.changed_rows();
  }
  transaction.commit();
  return forgotten;
}

std::int64_t reset_ratings(const Library& library) {
  library::Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  const std::int64_t all = db.integer("SELECT count(*) FROM ratings");
  db.execute("DELETE FROM ratings");
  transaction.commit();
  return all;
}

}  // namespace hearken
