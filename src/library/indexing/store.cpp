// The rows of a library, as SQL.
#include "library/indexing/store.h"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <utility>

#include "audio/measure/silence.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/digests.h"
#include "library/vectors.h"
#include "library/window_flags.h"

namespace hearken::library {
namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian");

constexpr int kTagsVersion = 1;  // of the stage that reads title, artist, album, genre and duration

// Whether a track `t` has its fingerprint and its features as this program makes them, or as a newer one did.
const std::string& is_heard() {
  static const std::string sql =
      "(EXISTS (SELECT 1 FROM stages s WHERE s.track_id = t.id AND s.stage = 'fingerprint' AND s.version >= " +
      std::to_string(audio::kFingerprintVersion) +
      ") AND EXISTS (SELECT 1 FROM stages s WHERE s.track_id = t.id AND s.stage = 'features' AND s.version >= " +
      std::to_string(audio::kFeaturesVersion) + "))";
  return sql;
}

template <class T>
Bytes bytes_of_values(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

Bytes bytes_of_digest(const Digest& digest) { return std::as_bytes(std::span(digest)); }

constexpr const char* kByAQuickPass = "EXISTS (SELECT 1 FROM quick_passes q WHERE q.embedding_id = e.id)";

// ?1 is the model.
std::string select_track(std::string_view where) {
  const std::string embedding = "(SELECT 1 FROM embeddings e WHERE e.track_id = t.id AND e.model_id = ?1";
  return "SELECT t.id, t.path, t.size, t.mtime_ns, t.device, t.content_hash, t.missing, EXISTS " + embedding + "), " +
         is_heard() + ", EXISTS " + embedding + " AND " + kByAQuickPass + ") FROM tracks t WHERE " + std::string(where);
}

TrackRow read_track(const Statement& s, const Database& database, Pass pass) {
  TrackRow row;
  row.id = s.integer(0);
  row.path = s.path(1).native();
  row.state = {s.integer(2), s.integer(3), s.integer(4)};
  const Bytes content = s.bytes(5);
  if (content.size() != row.content.size()) {
    throw Error(ErrorCode::corrupt, display(database.shown()) + ": damaged: track " + std::to_string(row.id) +
                                        " has a content hash of " + std::to_string(content.size()) + " bytes");
  }
  row.content = s.digest(5);
  row.missing = s.integer(6) != 0;
  row.quick = s.integer(9) != 0;
  row.embedded = s.integer(7) != 0 && (pass == Pass::quick || !row.quick);
  row.heard = s.integer(8) != 0;
  return row;
}

// The digests in the only column, sorted.
std::vector<Digest> sorted_digests(Statement& rows) {
  std::vector<Digest> digests;
  while (rows.step()) digests.push_back(rows.digest(0));
  std::sort(digests.begin(), digests.end());
  return digests;
}

}  // namespace

Store::Store(Database& db, ModelEntry model, Pass pass)
    : database_(db),
      model_(std::move(model)),
      pass_(pass),
      at_(db, select_track("t.path = ?2")),
      below_(db, select_track("t.missing = ?2 AND (t.path = ?3 OR (t.path >= ?4 AND t.path < ?5)) ORDER BY t.path")),
      by_content_(db, select_track("t.content_hash = ?2 AND t.size = ?3 ORDER BY t.id")),
      seen_(db, "UPDATE tracks SET size = ?, mtime_ns = ?, device = ?, missing = 0 WHERE id = ?"),
      missing_(db, "UPDATE tracks SET missing = 1 WHERE id = ?"),
      forget_(db, "DELETE FROM tracks WHERE id = ?"),
      insert_track_(
          db,
          "INSERT INTO tracks (path, size, mtime_ns, device, content_hash, duration_seconds, title, artist, album, "
          "genre, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      update_track_(
          db,
          "UPDATE tracks SET size = ?, mtime_ns = ?, device = ?, content_hash = ?, duration_seconds = ?, title = ?, "
          "artist = ?, album = ?, genre = ?, missing = 0 WHERE id = ?"),
      move_track_(db, "UPDATE tracks SET path = ? WHERE id = ?"),
      insert_embedding_(db,
                        "INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean, digest) VALUES "
                        "(?, ?, ?, ?, ?, ?)"),
      insert_windows_(db, "INSERT INTO windows (embedding_id, starts, vectors) VALUES (?, ?, ?)"),
      insert_digests_(db, "INSERT INTO window_digests (embedding_id, digests) VALUES (?, ?)"),
      clear_embedding_(db, "DELETE FROM embeddings WHERE track_id = ? AND model_id = ?"),
      insert_stage_(db, "INSERT OR REPLACE INTO stages (track_id, stage, version, done_at) VALUES (?, ?, ?, ?)"),
      tracks_of_(db, "SELECT id FROM tracks t WHERE content_hash = ?1 AND " + is_heard() + " = ?2 ORDER BY id"),
      insert_fingerprint_(db, "INSERT OR REPLACE INTO fingerprints (track_id, data, digest) VALUES (?, ?, ?)"),
      insert_features_(
          db, "INSERT OR REPLACE INTO features (track_id, loudness, tempo, key, brightness) VALUES (?, ?, ?, ?, ?)") {
  for (const char* table : {"embeddings", "stages", "fingerprints", "features"})
    clear_.emplace_back(db, std::string("DELETE FROM ") + table + " WHERE track_id = ?");
  find_model();
}

std::optional<TrackRow> Store::at(std::string_view path) {
  at_.bind(model_id_, bytes_of(path));
  if (!at_.step()) return std::nullopt;
  TrackRow row = read_track(at_, database_, pass_);
  at_.reset();
  return row;
}

void Store::for_each_below(std::string_view folder, bool missing, const std::function<void(const TrackRow&)>& visit) {
  const std::string prefix = folder == "/" ? std::string() : std::string(folder);
  const std::string first = prefix + '/', behind = prefix + static_cast<char>('/' + 1);
  below_.bind(model_id_, missing, bytes_of(folder), bytes_of(first), bytes_of(behind));
  while (below_.step()) visit(read_track(below_, database_, pass_));
}

std::vector<Digest> Store::contents() {
  std::string sql = "SELECT t.content_hash FROM embeddings e JOIN tracks t ON t.id = e.track_id WHERE e.model_id = ?";
  if (pass_ == Pass::whole) sql += std::string(" AND NOT ") + kByAQuickPass;
  Statement all(database_, sql);
  all.bind(model_id_);
  return sorted_digests(all);
}

std::vector<Digest> Store::heard_contents() {
  Statement all(database_, "SELECT content_hash FROM tracks t WHERE " + is_heard());
  return sorted_digests(all);
}

bool Store::find_model() {
  Statement find(database_, "SELECT id FROM models WHERE fingerprint = ?");
  find.bind(model_.fingerprint);
  model_id_ = find.step() ? find.integer(0) : 0;
  return model_id_ != 0;
}

void Store::add_model() {
  Statement insert(
      database_,
      "INSERT INTO models (fingerprint, name, dimension, window_seconds, hop_seconds, precision, added_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)");
  insert.run(model_.fingerprint, model_.name, static_cast<std::int64_t>(model_.dimension),
             model_.windowing.window_seconds, model_.windowing.hop_seconds, to_string(model_.precision),
             unix_seconds());
  model_id_ = database_.last_insert_id();
}

void Store::clear(std::int64_t id) {
  for (Statement& statement : clear_) statement.run(id);
}

std::int64_t Store::write_track(const std::optional<TrackRow>& row, std::string_view path, const Embedded& e) {
  const Bytes content = bytes_of_digest(e.content);
  std::int64_t id = 0;
  if (row) {
    id = row->id;
    if (row->content != e.content) clear(id);
    update_track_.run(e.state.size, e.state.mtime_ns, e.state.device, content, e.duration_seconds, e.tags.title,
                      e.tags.artist, e.tags.album, e.tags.genre, id);
  } else {
    insert_track_.run(bytes_of(path), e.state.size, e.state.mtime_ns, e.state.device, content, e.duration_seconds,
                      e.tags.title, e.tags.artist, e.tags.album, e.tags.genre, unix_seconds());
    id = database_.last_insert_id();
  }
  insert_stage_.run(id, "tags", kTagsVersion, unix_seconds());
  return id;
}

void Store::put(std::string_view path, const Embedded& embedded, const std::function<bool(const TrackRow&)>& gone) {
  // The transaction that adds the model may be rolled back, and then the run ends.
  if (model_id_ == 0 && !find_model()) add_model();
  std::optional<TrackRow> row = at(path);
  if (!row && gone) {
    std::vector<TrackRow> tracks = tracks_with(embedded.content, embedded.state.size);
    if (const TrackRow* moved = move_one(tracks, path, gone)) row = *moved;
  }
  const std::int64_t id = write_track(row, path, embedded);
  clear_embedding_.run(id, model_id_);
  const WindowMean mean = mean_of_windows(
      embedded.vectors, model_.dimension,
      embedded.silence ? std::span<const std::uint8_t>(*embedded.silence) : std::span<const std::uint8_t>());
  insert_embedding_.run(id, model_id_, static_cast<std::int64_t>(embedded.starts_seconds.size()), mean.length,
                        bytes_of_values(mean.mean), digest_of(bytes_of_values(mean.mean)));
  const std::int64_t embedding = database_.last_insert_id();
  if (embedded.quick)
    Statement(database_, "INSERT INTO quick_passes (embedding_id, done_at) VALUES (?, ?)")
        .run(embedding, unix_seconds());
  const Bytes starts = bytes_of_values(embedded.starts_seconds), vectors = bytes_of_values(embedded.vectors);
  insert_windows_.run(embedding, starts, vectors);
  insert_digests_.run(embedding, bytes_of_values(window_digests(starts, vectors)));
  if (embedded.silence) put_silence(embedding, *embedded.silence);
  if (embedded.heard) write_analysis(id, *embedded.heard);
  share_heard(embedded.content);
}

void Store::put_silence(std::int64_t embedding, const std::vector<std::uint8_t>& flags) {
  const auto silent = std::count_if(flags.begin(), flags.end(), is_silent);
  Statement(database_, "INSERT INTO silence (embedding_id, windows) VALUES (?, ?)")
      .run(embedding, static_cast<std::int64_t>(silent));
  if (silent > 0)
    Statement(database_, "INSERT OR REPLACE INTO window_flags (embedding_id, flags) VALUES (?, ?)")
        .run(embedding, bytes_of_values(flags));
}

// Loudness is NULL where nothing is above -70 LUFS, but also of what is shorter than 0.4 s or has a rate below 4 kHz;
// of the latter nothing lies above 2 kHz. Brightness is NULL of silence, but also of rates below 8 kHz; what is to be
// heard has landmarks at any rate (audio/measure/landmarks.h), if it has half a second.
void Store::flag_silent() {
  Statement rows(database_,
                 "SELECT e.id, e.window_count, f.flags FROM embeddings e JOIN tracks t ON t.id = e.track_id "
                 "JOIN features x ON x.track_id = e.track_id LEFT JOIN fingerprints p ON p.track_id = e.track_id "
                 "LEFT JOIN window_flags f ON f.embedding_id = e.id "
                 "WHERE NOT EXISTS (SELECT 1 FROM silence s WHERE s.embedding_id = e.id) AND (x.loudness < ?1 OR "
                 "(x.loudness IS NULL AND t.duration_seconds >= 0.5 AND (x.brightness >= 2000 OR "
                 "(x.brightness IS NULL AND length(p.data) = 0))))");
  std::vector<std::pair<std::int64_t, std::vector<std::uint8_t>>> silent;
  for (rows.bind(audio::kSilenceLufs); rows.step();) {
    std::vector<std::uint8_t> flags(static_cast<std::size_t>(std::max<std::int64_t>(rows.integer(1), 0)), kSilentFlag);
    const Bytes known = rows.bytes(2);
    for (std::size_t w = 0; w < std::min(flags.size(), known.size()); ++w)
      flags[w] |= static_cast<std::uint8_t>(known[w]);
    silent.emplace_back(rows.integer(0), std::move(flags));
  }
  for (const auto& [embedding, flags] : silent) put_silence(embedding, flags);
}

void Store::put_analysis(const Digest& content, const SoundAnalysis& heard) {
  if (const std::vector<std::int64_t> lacking = tracks_of(content, false); !lacking.empty())
    write_analysis(lacking.front(), heard);
  share_heard(content);
}

std::vector<std::int64_t> Store::tracks_of(const Digest& content, bool heard) {
  tracks_of_.bind(bytes_of_digest(content), heard);
  std::vector<std::int64_t> ids;
  while (tracks_of_.step()) ids.push_back(tracks_of_.integer(0));
  return ids;
}

void Store::share_heard(const Digest& content) {
  const std::vector<std::int64_t> lacking = tracks_of(content, false);
  if (lacking.empty()) return;
  const std::vector<std::int64_t> heard = tracks_of(content, true);
  if (heard.empty()) return;
  for (const char* sql :
       {"INSERT OR REPLACE INTO fingerprints (track_id, data, digest) SELECT ?1, data, digest FROM fingerprints WHERE "
        "track_id = ?2",
        "INSERT OR REPLACE INTO features (track_id, loudness, tempo, key, brightness) "
        "SELECT ?1, loudness, tempo, key, brightness FROM features WHERE track_id = ?2",
        "INSERT OR REPLACE INTO stages (track_id, stage, version, done_at) "
        "SELECT ?1, stage, version, done_at FROM stages WHERE track_id = ?2 AND stage IN ('fingerprint', "
        "'features')"}) {
    Statement copy(database_, sql);
    for (const std::int64_t id : lacking) copy.run(id, heard.front());
  }
}

void Store::write_analysis(std::int64_t id, const SoundAnalysis& heard) {
  insert_fingerprint_.run(id, Bytes(heard.fingerprint), digest_of(heard.fingerprint));
  insert_stage_.run(id, "fingerprint", audio::kFingerprintVersion, unix_seconds());
  const audio::Features& features = heard.features;
  insert_features_.run(id, features.loudness_lufs, features.tempo_bpm, features.key, features.brightness_hz);
  insert_stage_.run(id, "features", audio::kFeaturesVersion, unix_seconds());
}

RelinkResult Store::adopt(std::string_view path, const AlreadyStored& known,
                          const std::function<bool(const TrackRow&)>& gone) {
  const RelinkResult adopted = take_in(path, known, gone);
  if (adopted != RelinkResult::unknown)
    known.heard ? put_analysis(known.content, *known.heard) : share_heard(known.content);
  return adopted;
}

RelinkResult Store::take_in(std::string_view path, const AlreadyStored& known,
                            const std::function<bool(const TrackRow&)>& gone) {
  const std::optional<TrackRow> row = at(path);
  if (row && row->embedded && row->content == known.content) {
    seen(row->id, known.state);
    return RelinkResult::same;
  }
  std::vector<TrackRow> tracks = tracks_with(known.content, known.state.size);
  std::erase_if(tracks, [](const TrackRow& t) { return !t.embedded; });
  if (tracks.empty()) return RelinkResult::unknown;
  if (!row) {
    if (const TrackRow* moved = move_one(tracks, path, gone)) {
      seen(moved->id, known.state);
      return RelinkResult::moved;
    }
  }
  // One of the whole, if there is one.
  std::stable_partition(tracks.begin(), tracks.end(), [](const TrackRow& t) { return !t.quick; });
  copy(tracks.front(), row, path, known);
  return RelinkResult::copied;
}

std::vector<TrackRow> Store::tracks_with(const Digest& content, std::int64_t size) {
  std::vector<TrackRow> tracks;
  by_content_.bind(model_id_, bytes_of_digest(content), size);
  while (by_content_.step()) tracks.push_back(read_track(by_content_, database_, pass_));
  return tracks;
}

// A track whose file is gone gets the path; null: none is. Among several the one that kept its name.
const TrackRow* Store::move_one(std::vector<TrackRow>& tracks, std::string_view path,
                                const std::function<bool(const TrackRow&)>& gone) {
  const auto same_name = [&](const TrackRow& t) {
    return std::filesystem::path(t.path).filename() == std::filesystem::path(path).filename();
  };
  std::stable_partition(tracks.begin(), tracks.end(), same_name);
  for (const TrackRow& track : tracks) {
    if (!track.missing && !gone(track)) continue;
    move_track_.run(bytes_of(path), track.id);
    return &track;
  }
  return nullptr;
}

void Store::copy(const TrackRow& from, const std::optional<TrackRow>& row, std::string_view path,
                 const AlreadyStored& known) {
  Statement read(database_, "SELECT duration_seconds, title, artist, album, genre FROM tracks WHERE id = ?");
  read.bind(from.id);
  if (!read.step()) return;
  Embedded same;
  same.content = known.content;
  same.state = known.state;
  same.duration_seconds = read.real(0);
  same.tags = {read.text(1), read.text(2), read.text(3), read.text(4)};
  read.reset();
  const std::int64_t id = write_track(row, path, same);
  // Vectors of every model that it does not have itself; those of a quick pass make way for those of the whole.
  Statement(
      database_,
      std::string("DELETE FROM embeddings WHERE id IN (SELECT e.id FROM embeddings e WHERE e.track_id = ?2 AND ") +
          kByAQuickPass +
          " AND e.model_id IN (SELECT w.model_id FROM embeddings w WHERE w.track_id = ?1 AND NOT EXISTS (SELECT 1 FROM "
          "quick_passes v WHERE v.embedding_id = w.id)))")
      .run(from.id, id);
  Statement list(database_,
                 "SELECT id FROM embeddings WHERE track_id = ?1 AND model_id NOT IN "
                 "(SELECT model_id FROM embeddings WHERE track_id = ?2) ORDER BY id");
  std::vector<std::int64_t> embeddings;
  for (list.bind(from.id, id); list.step();) embeddings.push_back(list.integer(0));
  for (const std::int64_t embedding : embeddings) {
    Statement(database_,
              "INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean, digest) "
              "SELECT ?1, model_id, window_count, mean_length, mean, digest FROM embeddings WHERE id = ?2")
        .run(id, embedding);
    const std::int64_t added = database_.last_insert_id();
    for (const char* sql :
         {"INSERT INTO windows (embedding_id, starts, vectors) SELECT ?1, starts, vectors FROM windows "
          "WHERE embedding_id = ?2",
          "INSERT INTO window_digests (embedding_id, digests) SELECT ?1, digests FROM window_digests "
          "WHERE embedding_id = ?2",
          "INSERT INTO window_flags (embedding_id, flags) SELECT ?1, flags FROM window_flags WHERE embedding_id = ?2",
          "INSERT INTO silence (embedding_id, windows) SELECT ?1, windows FROM silence WHERE embedding_id = ?2",
          "INSERT INTO quick_passes (embedding_id, done_at) SELECT ?1, done_at FROM quick_passes "
          "WHERE embedding_id = ?2"})
      Statement(database_, sql).run(added, embedding);
  }
}

void Store::seen(std::int64_t id, const FileState& state) { seen_.run(state.size, state.mtime_ns, state.device, id); }
std::int64_t Store::last_rated(std::int64_t id) {
  Statement row(database_, "SELECT coalesce(max(rated_at), 0) FROM ratings WHERE track_id = ?");
  row.bind(id);
  return row.step() ? row.integer(0) : 0;
}
void Store::mark_missing(std::int64_t id) { missing_.run(id); }
void Store::forget(std::int64_t id) { forget_.run(id); }

void Store::add_source(std::string_view folder) {
  Statement(database_, "INSERT OR IGNORE INTO sources (path, added_at) VALUES (?, ?)")
      .run(bytes_of(folder), unix_seconds());
}

}  // namespace hearken::library
