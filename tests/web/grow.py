"""Makes a library large: grow.py LIBRARY TRACKS adds tracks that are copies of those it has, under other paths."""
import sqlite3
import sys

path, wanted = sys.argv[1], int(sys.argv[2])
library = sqlite3.connect(path)
columns = [row[1] for row in library.execute("PRAGMA table_info(tracks)") if row[1] not in ("id", "path")]
have = [row[0] for row in library.execute("SELECT id FROM tracks ORDER BY id")]
with library:
    for number in range(wanted - len(have)):
        source = have[number % len(have)]
        track = library.execute(
            f"INSERT INTO tracks (path, {', '.join(columns)}) "
            f"SELECT CAST(path || '.' || ? AS BLOB), {', '.join(columns)} FROM tracks WHERE id = ?", (number, source)).lastrowid
        embedding, = library.execute("SELECT id FROM embeddings WHERE track_id = ?", (source,)).fetchone()
        copy = library.execute(
            "INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean) "
            "SELECT ?, model_id, window_count, mean_length, mean FROM embeddings WHERE id = ?", (track, embedding)).lastrowid
        library.execute("INSERT INTO windows SELECT ?, starts, vectors FROM windows WHERE embedding_id = ?", (copy, embedding))
