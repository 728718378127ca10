ALTER TABLE tags ADD COLUMN likelihood REAL;

CREATE TABLE renames (
  run INTEGER NOT NULL,
  track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  old_path BLOB NOT NULL,
  new_path BLOB NOT NULL,
  content_hash BLOB NOT NULL,
  PRIMARY KEY (run, track_id)
) STRICT, WITHOUT ROWID;
