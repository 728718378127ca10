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
