// The tables of a library file, version by version. A released version's text is never edited: add the next one.
#include "library/schema.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/paths.h"
#include "library/digests.h"

namespace hearken::library {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL UNIQUE,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tracks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  device INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  duration_seconds REAL NOT NULL,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,
  album TEXT NOT NULL,
  genre TEXT NOT NULL,
  missing INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tracks_by_content ON tracks (content_hash);

CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  dimension INTEGER NOT NULL,
  window_seconds REAL NOT NULL,
  hop_seconds REAL NOT NULL,
  precision TEXT NOT NULL,
  state BLOB NOT NULL DEFAULT (randomblob(16)),
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE embeddings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  window_count INTEGER NOT NULL,
  mean_length REAL NOT NULL,
  mean BLOB NOT NULL,
  UNIQUE (track_id, model_id)
) STRICT;
CREATE INDEX embeddings_by_model ON embeddings (model_id, track_id, window_count);

CREATE TABLE windows (
  embedding_id INTEGER PRIMARY KEY REFERENCES embeddings (id) ON DELETE CASCADE,
  starts BLOB NOT NULL,
  vectors BLOB NOT NULL
) STRICT;

CREATE TABLE stages (
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  version INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (track_id, stage)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER embeddings_added AFTER INSERT ON embeddings
BEGIN UPDATE models SET state = randomblob(16) WHERE id = NEW.model_id; END;
CREATE TRIGGER embeddings_removed AFTER DELETE ON embeddings
BEGIN UPDATE models SET state = randomblob(16) WHERE id = OLD.model_id; END;
)sql";

void version_1(Database& database) { database.execute(kVersion1); }

// What people do around search: recordings known again, measured sound, windows left out, opinions, lists.
void version_2(Database& database) {
  database.execute(R"sql(
CREATE TABLE fingerprints (
  track_id INTEGER PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE features (
  track_id INTEGER PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
  loudness REAL,
  tempo REAL,
  key TEXT,
  brightness REAL
) STRICT;

CREATE TABLE window_flags (
  embedding_id INTEGER PRIMARY KEY REFERENCES embeddings (id) ON DELETE CASCADE,
  flags BLOB NOT NULL
) STRICT;

CREATE TABLE ratings (
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  query TEXT NOT NULL,
  rating INTEGER NOT NULL,
  rated_at INTEGER NOT NULL,
  PRIMARY KEY (track_id, query)
) STRICT, WITHOUT ROWID;

CREATE TABLE playlists (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE playlist_tracks (
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  PRIMARY KEY (playlist_id, position)
) STRICT, WITHOUT ROWID;
)sql");
}

// What sounds are called. `verdict` is a person's: 1 it holds, -1 it does not, 0 nobody said; `label_set`, `model` (its
// fingerprint), score and probability are of the run that found it, empty and NULL of a person's own label.
// New bytes at a path take the machine's tags away.
void version_3(Database& database) {
  database.execute(R"sql(
CREATE TABLE tags (
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  label_set TEXT NOT NULL,
  model TEXT NOT NULL,
  score REAL,
  probability REAL,
  verdict INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (track_id, label)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tags_of_other_content AFTER UPDATE OF content_hash ON tracks WHEN OLD.content_hash <> NEW.content_hash
BEGIN DELETE FROM tags WHERE track_id = NEW.id AND verdict = 0; END;
)sql");
}

// How many windows of an embedding are silent; a row where that was measured. Which they are, window_flags says.
void version_4(Database& database) {
  database.execute(R"sql(
CREATE TABLE silence (
  embedding_id INTEGER PRIMARY KEY REFERENCES embeddings (id) ON DELETE CASCADE,
  windows INTEGER NOT NULL
) STRICT;
)sql");
}

// How likely a tag is (Model::likelihood); NULL of a person's own, and of what earlier versions wrote. And the files
// that `tag --rename` gave other names, run by run: written before they move, gone when they are taken back.
void version_5(Database& database) {
  database.execute(R"sql(
ALTER TABLE tags ADD COLUMN likelihood REAL;

CREATE TABLE renames (
  run INTEGER NOT NULL,
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  old_path BLOB NOT NULL,
  new_path BLOB NOT NULL,
  content_hash BLOB NOT NULL,
  PRIMARY KEY (run, track_id)
) STRICT, WITHOUT ROWID;
)sql");
}

// Digests of vectors and fingerprints, and indices that hold every other value a second time: SQLite keeps them and its
// integrity check compares them with their rows, so a changed byte is found in either.
// A playlist's owner is the name of the token that it was made with, empty for the owner of the library.
void version_6(Database& database) {
  database.execute(R"sql(
ALTER TABLE playlists ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE embeddings ADD COLUMN digest INTEGER;
ALTER TABLE fingerprints ADD COLUMN digest INTEGER;

CREATE TABLE window_digests (
  embedding_id INTEGER PRIMARY KEY REFERENCES embeddings (id) ON DELETE CASCADE,
  digests BLOB NOT NULL
) STRICT;
)sql");
  digest_all(database);
  database.execute(R"sql(
DROP INDEX tracks_by_content;
CREATE INDEX tracks_by_content ON tracks (content_hash, size, mtime_ns, device, duration_seconds, title, artist, album,
  genre, missing, added_at);
DROP INDEX embeddings_by_model;
CREATE INDEX embeddings_by_model ON embeddings (model_id, track_id, window_count, mean_length, digest);
CREATE INDEX sources_copy ON sources (added_at);
CREATE INDEX models_copy ON models (name, dimension, window_seconds, hop_seconds, precision, state, added_at);
CREATE INDEX stages_copy ON stages (version, done_at);
CREATE INDEX features_copy ON features (loudness, tempo, key, brightness);
CREATE INDEX window_flags_copy ON window_flags (flags);
CREATE INDEX silence_copy ON silence (windows);
CREATE INDEX ratings_copy ON ratings (rating, rated_at);
CREATE INDEX playlists_copy ON playlists (name, added_at, changed_at, owner);
CREATE INDEX playlist_tracks_copy ON playlist_tracks (track_id);
CREATE INDEX tags_copy ON tags (label_set, model, score, probability, verdict, likelihood);
CREATE INDEX renames_copy ON renames (track_id, old_path, new_path, content_hash);
)sql");
}

constexpr Migration kMigrations[] = {version_1, version_2, version_3, version_4, version_5, version_6};

// What the file says its tables, indices and triggers are, one after the other.
std::vector<std::string> schema_of(Database& database) {
  std::vector<std::string> out;
  for (Statement rows(database,
                      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name");
       rows.step();)
    out.push_back(rows.text(0) + ' ' + rows.text(1) + ' ' + rows.text(2) + '\n' + rows.text(3));
  return out;
}

// Another one's triggers and views would run with our statements: only the tables that these steps make are taken.
void check_schema(Database& database, std::span<const Migration> steps) {
  Database made(":memory:", database.shown(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  for (const Migration step : steps) step(made);
  const std::vector<std::string> own = schema_of(made), there = schema_of(database);
  if (own == there) return;
  const auto [mine, other] = std::ranges::mismatch(own, there);
  const std::string& named = other != there.end() ? *other : *mine;
  throw Error(ErrorCode::corrupt, display(database.shown()) + ": not a Hearken library, or damaged: its " +
                                      display(named.substr(0, named.find('\n'))) + " is not as this program makes it");
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

void migrate(Database& database, std::span<const Migration> table) {
  const auto newest = static_cast<std::int64_t>(table.size());
  for (;;) {
    Transaction one_moment(database, Transaction::Kind::read);
    const std::int64_t seen = database.integer("PRAGMA user_version");
    if (seen < 0 || seen > newest) {
      throw Error(ErrorCode::mismatch, display(database.shown()) +
                                           ": this library was written by a newer Hearken (format " +
                                           std::to_string(seen) + ", this program knows " + std::to_string(newest) +
                                           "); update Hearken, or choose another library with --library");
    }
    check_schema(database, table.first(static_cast<std::size_t>(seen)));
    one_moment.commit();
    if (seen == newest) return;
    const NoDeadline unhurried(database);
    Transaction transaction(database, Transaction::Kind::write);
    // Another process may have been faster: only the step for the version read under the lock is taken.
    if (database.integer("PRAGMA user_version") != seen) continue;
    table[static_cast<std::size_t>(seen)](database);
    database.execute(("PRAGMA user_version = " + std::to_string(seen + 1)).c_str());
    transaction.commit();
  }
}

}  // namespace hearken::library
