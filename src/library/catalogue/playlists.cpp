// Short transactions on `playlists` and `playlist_tracks`.
#include "library/catalogue/playlists.h"

#include <fmt/format.h>

#include "core/threads/threads.h"
#include "library/library_impl.h"

namespace hearken::library {
namespace {

constexpr const char* kPlaylistColumns =
    "SELECT p.id, p.name, p.added_at, p.changed_at, count(t.id), coalesce(total(t.duration_seconds), 0), p.owner FROM "
    "playlists p LEFT JOIN playlist_tracks pt ON pt.playlist_id = p.id LEFT JOIN tracks t ON t.id = pt.track_id ";

Playlist read_playlist(const Statement& row) {
  return {row.integer(0), row.text(1), row.integer(2), row.integer(3), row.integer(4), row.real(5), row.text(6)};
}

Error no_playlist(std::int64_t id) { return {ErrorCode::not_found, fmt::format("there is no playlist {}", id)}; }

void check_playlist(Database& db, std::int64_t id) {
  Statement there(db, "SELECT 1 FROM playlists WHERE id = ?");
  there.bind(id);
  if (!there.step()) throw no_playlist(id);
}

void put_tracks(Database& db, std::int64_t list, std::span<const std::int64_t> tracks) {
  Statement(db, "DELETE FROM playlist_tracks WHERE playlist_id = ?").run(list);
  Statement there(db, "SELECT 1 FROM tracks WHERE id = ?");
  Statement put(db, "INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?, ?, ?)");
  std::int64_t position = 0;
  for (const std::int64_t track : tracks) {
    there.bind(track);
    if (!there.step()) throw Error(ErrorCode::not_found, fmt::format("there is no track {}", track));
    there.reset();
    put.run(list, position++, track);
  }
}

}  // namespace

std::vector<Playlist> playlists(const Library& library) {
  Statement rows(impl_of(library).db(),
                 std::string(kPlaylistColumns) + "GROUP BY p.id ORDER BY p.name COLLATE NOCASE, p.id");
  std::vector<Playlist> out;
  while (rows.step()) out.push_back(read_playlist(rows));
  return out;
}

Playlist playlist(const Library& library, std::int64_t id) {
  Statement row(impl_of(library).db(), std::string(kPlaylistColumns) + "WHERE p.id = ? GROUP BY p.id");
  row.bind(id);
  if (!row.step()) throw no_playlist(id);
  return read_playlist(row);
}

std::vector<std::int64_t> tracks_of_playlist(const Library& library, std::int64_t id) {
  Statement rows(impl_of(library).db(), "SELECT track_id FROM playlist_tracks WHERE playlist_id = ? ORDER BY position");
  std::vector<std::int64_t> out;
  for (rows.bind(id); rows.step();) out.push_back(rows.integer(0));
  return out;
}

std::int64_t make_playlist(const Library& library, const std::string& name, std::span<const std::int64_t> tracks,
                           const std::string& owner) {
  Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement(db, "INSERT INTO playlists (name, added_at, changed_at, owner) VALUES (?1, ?2, ?2, ?3)")
      .run(name, unix_seconds(), owner);
  const std::int64_t id = db.last_insert_id();
  put_tracks(db, id, tracks);
  transaction.commit();
  return id;
}

void change_playlist(const Library& library, std::int64_t id, const std::optional<std::string>& name,
                     const std::optional<std::vector<std::int64_t>>& tracks) {
  Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  check_playlist(db, id);
  Statement(db, "UPDATE playlists SET changed_at = ?2 WHERE id = ?1").run(id, unix_seconds());
  if (name) Statement(db, "UPDATE playlists SET name = ?2 WHERE id = ?1").run(id, *name);
  if (tracks) put_tracks(db, id, *tracks);
  transaction.commit();
}

void delete_playlist(const Library& library, std::int64_t id) {
  Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  check_playlist(db, id);
  Statement(db, "DELETE FROM playlist_tracks WHERE playlist_id = ?").run(id);
  Statement(db, "DELETE FROM playlists WHERE id = ?").run(id);
  transaction.commit();
}

}  // namespace hearken::library
