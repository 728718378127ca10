// Short transactions on `playlists` and `playlist_tracks`.
#include "server/state/lists.h"

#include <fmt/format.h>

#include "core/threads.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

using library::Database;
using library::Statement;
using library::Transaction;

constexpr const char* kListColumns =
    "SELECT p.id, p.name, p.added_at, p.changed_at, count(t.id), coalesce(total(t.duration_seconds), 0) FROM playlists "
    "p LEFT JOIN playlist_tracks pt ON pt.playlist_id = p.id LEFT JOIN tracks t ON t.id = pt.track_id ";

KeptList list_of(const Statement& row) {
  return {row.integer(0), row.text(1), row.integer(2), row.integer(3), row.integer(4), row.real(5)};
}

HttpError no_list(std::int64_t id) { return {404, "not_found", fmt::format("there is no playlist {}", id)}; }

void check_there(Database& db, std::int64_t id) {
  Statement there(db, "SELECT 1 FROM playlists WHERE id = ?");
  there.bind(id);
  if (!there.step()) throw no_list(id);
}

void put_tracks(Database& db, std::int64_t list, const std::vector<std::int64_t>& tracks) {
  Statement(db, "DELETE FROM playlist_tracks WHERE playlist_id = ?").run(list);
  Statement there(db, "SELECT 1 FROM tracks WHERE id = ?");
  Statement put(db, "INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?, ?, ?)");
  std::int64_t position = 0;
  for (const std::int64_t track : tracks) {
    there.bind(track);
    if (!there.step()) throw HttpError(404, "not_found", fmt::format("there is no track {}", track));
    there.reset();
    put.run(list, position++, track);
  }
}

}  // namespace

std::vector<KeptList> kept_lists(const Library& library) {
  Statement rows(library.impl().db(), std::string(kListColumns) + "GROUP BY p.id ORDER BY p.name COLLATE NOCASE, p.id");
  std::vector<KeptList> out;
  while (rows.step()) out.push_back(list_of(rows));
  return out;
}

KeptList kept_list(const Library& library, std::int64_t id) {
  Statement row(library.impl().db(), std::string(kListColumns) + "WHERE p.id = ? GROUP BY p.id");
  row.bind(id);
  if (!row.step()) throw no_list(id);
  return list_of(row);
}

std::vector<std::int64_t> tracks_of_list(const Library& library, std::int64_t id) {
  Statement rows(library.impl().db(), "SELECT track_id FROM playlist_tracks WHERE playlist_id = ? ORDER BY position");
  std::vector<std::int64_t> out;
  for (rows.bind(id); rows.step();) out.push_back(rows.integer(0));
  return out;
}

std::int64_t make_list(Library& library, const std::string& name, const std::vector<std::int64_t>& tracks) {
  Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement(db, "INSERT INTO playlists (name, added_at, changed_at) VALUES (?1, ?2, ?2)").run(name, unix_seconds());
  const std::int64_t id = db.last_insert_id();
  put_tracks(db, id, tracks);
  transaction.commit();
  return id;
}

void change_list(Library& library, std::int64_t id, const std::optional<std::string>& name,
                 const std::optional<std::vector<std::int64_t>>& tracks) {
  Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  check_there(db, id);
  Statement(db, "UPDATE playlists SET changed_at = ?2 WHERE id = ?1").run(id, unix_seconds());
  if (name) Statement(db, "UPDATE playlists SET name = ?2 WHERE id = ?1").run(id, *name);
  if (tracks) put_tracks(db, id, *tracks);
  transaction.commit();
}

void delete_list(Library& library, std::int64_t id) {
  Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  check_there(db, id);
  Statement(db, "DELETE FROM playlist_tracks WHERE playlist_id = ?").run(id);
  Statement(db, "DELETE FROM playlists WHERE id = ?").run(id);
  transaction.commit();
}

}  // namespace hearken::server
