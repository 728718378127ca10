// Rows compared with their digests, their copies and their ranges.
#include "library/catalogue/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/paths.h"
#include "library/catalogue/tracks.h"
#include "library/digests.h"
#include "library/half.h"
#include "library/library_impl.h"

namespace hearken::library {
namespace {

// A table, its columns, and the index that holds them a second time (library/schema.cpp, version 6).
struct CopiedTable {
  const char* table;
  const char* key;    // of a row: what the index holds behind its own columns
  const char* track;  // whose the row is; null: not one track's
  const char* index;
  std::vector<const char*> columns;
};

const std::vector<CopiedTable>& copied_tables() {
  static const std::vector<CopiedTable> tables = {
      {"tracks",
       "id",
       "id",
       "tracks_by_content",
       {"content_hash", "size", "mtime_ns", "device", "duration_seconds", "title", "artist", "album", "genre",
        "missing", "added_at"}},
      {"tracks", "id", "id", "sqlite_autoindex_tracks_1", {"path"}},
      {"features", "track_id", "track_id", "features_copy", {"loudness", "tempo", "key", "brightness"}},
      {"stages", "track_id", "track_id", "stages_copy", {"version", "done_at", "stage"}},
      {"ratings", "track_id", "track_id", "ratings_copy", {"rating", "rated_at", "query"}},
      {"tags",
       "track_id",
       "track_id",
       "tags_copy",
       {"label_set", "model", "score", "probability", "verdict", "likelihood", "label"}},
      {"playlist_tracks", "track_id", "track_id", "playlist_tracks_copy", {"playlist_id", "position"}},
      {"playlists", "id", nullptr, "playlists_copy", {"name", "added_at", "changed_at", "owner"}},
      {"models",
       "id",
       nullptr,
       "models_copy",
       {"name", "dimension", "window_seconds", "hop_seconds", "precision", "state", "added_at"}},
      {"models", "id", nullptr, "sqlite_autoindex_models_1", {"fingerprint"}},
      {"sources", "id", nullptr, "sources_copy", {"added_at"}},
      {"renames", "track_id", "track_id", "renames_copy", {"old_path", "new_path", "content_hash", "run"}},
  };
  return tables;
}

// What no program of ours writes. The first column picked is the track, 0 for none.
struct Range {
  const char* table;
  const char* sql;
  const char* reason;
};

const std::vector<Range>& ranges() {
  static const std::vector<Range> all = {
      {"tracks",
       "SELECT id FROM tracks WHERE size < 0 OR length(content_hash) <> 16 OR NOT (duration_seconds BETWEEN 0 AND 1e9) "
       "OR missing NOT IN (0, 1) OR added_at NOT BETWEEN 0 AND 253402300799 OR substr(path, 1, 1) <> x'2f'",
       "a value out of its range"},
      {"models",
       "SELECT 0 FROM models WHERE dimension NOT BETWEEN 1 AND 65536 OR NOT (window_seconds BETWEEN 0.01 AND 3600) OR "
       "NOT (hop_seconds BETWEEN 0.001 AND 3600) OR length(state) <> 16 OR precision NOT IN ('fp32', 'bf16', 'int8') "
       "OR added_at NOT BETWEEN 0 AND 253402300799",
       "a value out of its range"},
      {"features",
       "SELECT track_id FROM features WHERE loudness NOT BETWEEN -200 AND 200 OR tempo NOT BETWEEN 0 AND 10000 OR "
       "brightness NOT BETWEEN 0 AND 1e6",
       "a value out of its range"},
      {"ratings", "SELECT track_id FROM ratings WHERE rating NOT IN (-1, 1) OR rated_at NOT BETWEEN 0 AND 253402300799",
       "a value out of its range"},
      {"tags", "SELECT track_id FROM tags WHERE verdict NOT IN (-1, 0, 1)", "a value out of its range"},
      {"embeddings", "SELECT track_id FROM embeddings WHERE digest IS NULL", "vectors without a digest"},
      {"embeddings",
       "SELECT track_id FROM embeddings e WHERE NOT EXISTS (SELECT 1 FROM windows w WHERE w.embedding_id = e.id) OR "
       "NOT EXISTS (SELECT 1 FROM window_digests d WHERE d.embedding_id = e.id)",
       "vectors that are not whole"},
      {"fingerprints", "SELECT track_id FROM fingerprints WHERE digest IS NULL", "a fingerprint without a digest"},
      {"windows", "SELECT 0 FROM windows WHERE embedding_id NOT IN (SELECT id FROM embeddings)", "vectors of no track"},
      {"window_digests", "SELECT 0 FROM window_digests WHERE embedding_id NOT IN (SELECT id FROM embeddings)",
       "digests of no vectors"},
      {"window_flags",
       "SELECT e.track_id FROM window_flags f JOIN embeddings e ON e.id = f.embedding_id WHERE length(f.flags) <> "
       "e.window_count",
       "flags that do not go with the windows"},
      {"quick_passes",
       "SELECT coalesce((SELECT track_id FROM embeddings e WHERE e.id = q.embedding_id), 0) FROM quick_passes q WHERE "
       "done_at NOT BETWEEN 0 AND 253402300799",
       "a value out of its range"},
      {"stages",
       "SELECT s.track_id FROM stages s WHERE (stage = 'fingerprint' AND track_id NOT IN (SELECT track_id FROM "
       "fingerprints)) OR (stage = 'features' AND track_id NOT IN (SELECT track_id FROM features)) OR stage NOT IN "
       "('tags', 'fingerprint', 'features')",
       "a stage without what it made"},
      {"sqlite_sequence",
       "SELECT 0 FROM sqlite_sequence WHERE name = 'tracks' AND seq < (SELECT max(id) FROM tracks) OR name = "
       "'embeddings' AND seq < (SELECT max(id) FROM embeddings) OR name NOT IN ('tracks', 'models', 'embeddings', "
       "'playlists')",
       "a counter that is behind its table"},
  };
  return all;
}

class RowsReader {
 public:
  explicit RowsReader(const Library& library) : library_(library), db_(impl_of(library).db()) {}

  RowsCheck run() {
    const NoDeadline unhurried(db_);
    step("database", [&] { sqlite_says(); });
    step("models", [&] { out_.spaces = spaces(library_); });
    for (const Space& space : out_.spaces) step("windows", [&] { vectors_of(space); });
    step("fingerprints", [&] { fingerprints(); });
    for (const Range& range : ranges()) step(range.table, [&] { in_range(range); });
    for (Damage& damage : out_.damaged) name_track(damage);
    return std::move(out_);
  }

 private:
  // What cannot be read is damage, too.
  void step(const char* place, const std::function<void()>& look) {
    try {
      look();
    } catch (const Error& e) {
      add(place, e.cause().empty() ? std::string(e.what()) : e.cause());
    }
  }

  void add(std::string place, std::string reason, std::int64_t track = 0) {
    Damage damage;
    damage.place = std::move(place);
    damage.reason = std::move(reason);
    damage.track = track;
    out_.damaged.push_back(std::move(damage));
  }

  void sqlite_says() {
    bool sound = true;
    for (Statement rows(db_, "PRAGMA integrity_check"); rows.step();) {
      const std::string line = rows.text(0);
      if (line == "ok") continue;
      sound = false;
      add("database", display(line));
    }
    for (Statement rows(db_, "PRAGMA foreign_key_check"); rows.step(); sound = false)
      add(display(rows.text(0)), "a row of something that is not there");
    if (sound) return;
    for (const CopiedTable& table : copied_tables()) step(table.table, [&] { unlike_its_copy(table); });
  }

  // Rows that differ from what the index holds of them.
  void unlike_its_copy(const CopiedTable& t) {
    std::string same = fmt::format("b.{0} = a.{0}", t.key);
    for (const char* column : t.columns) same += fmt::format(" AND b.{0} IS a.{0}", column);
    Statement rows(db_,
                   fmt::format("SELECT {} FROM {} a NOT INDEXED WHERE NOT EXISTS (SELECT 1 FROM {} b INDEXED BY {} "
                               "WHERE {})",
                               t.track != nullptr ? t.track : "0", t.table, t.table, t.index, same));
    while (rows.step()) add(t.table, "a value differs from its copy", rows.integer(0));
  }

  void vectors_of(const Space& space) {
    Statement rows(db_,
                   "SELECT e.id, e.track_id, e.window_count, e.mean_length, e.mean, e.digest, w.starts, w.vectors, "
                   "d.digests FROM embeddings e JOIN windows w ON w.embedding_id = e.id LEFT JOIN window_digests d ON "
                   "d.embedding_id = e.id WHERE e.model_id = ? ORDER BY e.id");
    for (rows.bind(space.model_id); rows.step();) {
      out_.windows += std::max<std::int64_t>(rows.integer(2), 0);
      const std::string reason = wrong_vectors(rows, space.dimension);
      if (reason.empty()) continue;
      add("windows", reason, rows.integer(1));
      out_.damaged.back().embedding = rows.integer(0);
      out_.damaged.back().model = space.name;
    }
  }

  static std::string wrong_vectors(const Statement& row, std::size_t dimension) {
    const Bytes mean = row.bytes(4), starts = row.bytes(6), vectors = row.bytes(7);
    const std::int64_t count = row.integer(2);
    const auto windows = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
    if (count < 1 || mean.size() != dimension * sizeof(float) || starts.size() != windows * sizeof(double) ||
        vectors.size() != windows * dimension * sizeof(std::uint16_t))
      return "vectors of a wrong size";
    if (!is_whole(mean, row, 5)) return "the mean is not as its digest says";
    if (!are_whole(starts, vectors, row, 8)) return "vectors are not as their digests say";
    for (std::size_t at = 0; at < vectors.size(); at += sizeof(std::uint16_t)) {
      std::uint16_t half = 0;
      std::memcpy(&half, vectors.data() + at, sizeof half);
      if (!std::isfinite(float_from_half(half))) return "a vector is no number";
    }
    double before = -1;
    for (std::size_t at = 0; at < starts.size(); at += sizeof(double)) {
      double start = 0;
      std::memcpy(&start, starts.data() + at, sizeof start);
      if (!(start > before && start < 1e9)) return "a window has no place in its track";
      before = start;
    }
    return row.real(3) >= 0 && row.real(3) < 1.01 ? "" : "the mean has a wrong length";
  }

  void fingerprints() {
    for (Statement rows(db_, "SELECT track_id, data, digest FROM fingerprints ORDER BY track_id"); rows.step();)
      if (!is_whole(rows.bytes(1), rows, 2))
        add("fingerprints", "the fingerprint is not as its digest says", rows.integer(0));
  }

  void in_range(const Range& range) {
    for (Statement rows(db_, range.sql); rows.step();) add(range.table, range.reason, rows.integer(0));
  }

  void name_track(Damage& damage) {
    if (damage.track == 0) return;
    try {
      if (const std::optional<Track> found = library::track(library_, damage.track)) damage.path = found->path;
    } catch (const Error&) {  // it stays without a name
    }
  }

  const Library& library_;
  Database& db_;
  RowsCheck out_;
};

void forget_what_was_heard(Database& db, std::int64_t track) {
  for (const char* table : {"stages", "fingerprints", "features"})
    Statement(db, fmt::format("DELETE FROM {} WHERE track_id = ?", table)).run(track);
}

// Of a damaged track, all that is made from its file; as if other bytes lay there.
void forget_content(Database& db, const Damage& damage) {
  if (damage.embedding != 0) {
    Statement(db, "DELETE FROM embeddings WHERE id = ?").run(damage.embedding);
  } else if (damage.place == "fingerprints" || damage.place == "features" || damage.place == "stages") {
    forget_what_was_heard(db, damage.track);
  } else {
    Statement(db, "UPDATE tracks SET content_hash = zeroblob(16), size = 0, mtime_ns = 0 WHERE id = ?")
        .run(damage.track);
    Statement(db, "DELETE FROM embeddings WHERE track_id = ?").run(damage.track);
    forget_what_was_heard(db, damage.track);
  }
}

}  // namespace

RowsCheck check_rows(const Library& library) { return RowsReader(library).run(); }

// What a person said cannot be heard again.
bool can_be_made_again(const Damage& damage) {
  static const std::set<std::string_view> heard = {"tracks",       "windows",     "window_digests", "embeddings",
                                                   "fingerprints", "features",    "stages",         "window_flags",
                                                   "silence",      "quick_passes"};
  return damage.track != 0 && heard.contains(damage.place);
}

void take_out(const Library& library, const std::vector<Damage>& damaged) {
  Database& db = impl_of(library).db();
  const NoDeadline unhurried(db);
  Transaction transaction(db, Transaction::Kind::write);
  db.execute("REINDEX");
  for (const Damage& damage : damaged)
    if (can_be_made_again(damage)) forget_content(db, damage);
  transaction.commit();
}

}  // namespace hearken::library
