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
