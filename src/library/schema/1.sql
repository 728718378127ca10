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
