CREATE TABLE quick_passes (
  embedding_id INTEGER PRIMARY KEY REFERENCES embeddings (id) ON DELETE CASCADE,
  done_at INTEGER NOT NULL
) STRICT;
CREATE INDEX quick_passes_copy ON quick_passes (done_at);
