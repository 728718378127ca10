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
