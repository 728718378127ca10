// Rows of `tracks` and of the tables beside it.
#include "library/catalogue/tracks.h"

#include <utility>

#include "core/paths.h"
#include "library/catalogue/tags.h"
#include "library/library_impl.h"

namespace hearken {
namespace library {
namespace {

std::string select_tracks(std::string_view where) {
  return std::string("SELECT ") + kTrackColumns + " FROM tracks t WHERE " + std::string(where);
}

std::optional<double> number(const Statement& row, int column) {
  return row.null(column) ? std::nullopt : std::optional(row.real(column));
}

// Of the statement's only row.
std::optional<Track> only_track(Statement& row) {
  if (!row.step()) return std::nullopt;
  Track track;
  read_track(row, track);
  row.reset();
  return track;
}

}  // namespace

void read_track(const Statement& row, Track& track) {
  track.id = row.integer(0);
  track.path = row.path(1);
  track.title = row.text(2);
  track.artist = row.text(3);
  track.album = row.text(4);
  track.genre = row.text(5);
  // One damaged value does not break an answer; `hearken check` names it.
  constexpr double kLongest = 1e9;
  constexpr std::int64_t kYear10000 = 253402300800;
  const double duration = row.real(6);
  const std::int64_t added = row.integer(7);
  track.duration_seconds = duration >= 0 && duration <= kLongest ? duration : 0;
  track.added_at = added >= 0 && added < kYear10000 ? added : 0;
  track.missing = row.integer(8) != 0;
  track.size = row.integer(9);
  track.mtime_ns = row.integer(10);
  track.content = row.digest(11);
}

Statement& Tracks::prepared(std::optional<Statement>& statement, std::string_view sql) {
  return statement ? *statement : statement.emplace(impl_of(library_).db(), sql);
}

std::optional<Track> Tracks::track(std::int64_t id) {
  static const std::string sql = select_tracks("t.id = ?");
  Statement& row = prepared(by_id_, sql);
  row.bind(id);
  return only_track(row);
}

std::optional<Track> Tracks::at(const std::filesystem::path& path) {
  static const std::string sql = select_tracks("t.path = ?");
  Statement& row = prepared(by_path_, sql);
  row.bind(path);
  return only_track(row);
}

std::optional<audio::Features> Tracks::features(std::int64_t id) {
  Statement& row = prepared(features_, "SELECT loudness, tempo, brightness, key FROM features WHERE track_id = ?");
  row.bind(id);
  if (!row.step()) return std::nullopt;
  audio::Features out{number(row, 0), number(row, 1), number(row, 2),
                      row.null(3) ? std::nullopt : std::optional(row.text(3))};
  row.reset();
  return out;
}

std::vector<std::string> Tracks::labels(std::int64_t id) {
  static const std::string sql =
      std::string("SELECT label FROM tags WHERE track_id = ? AND verdict >= 0 ORDER BY ") + kTagOrder;
  Statement& rows = prepared(labels_, sql);
  std::vector<std::string> out;
  for (rows.bind(id); rows.step();) out.push_back(rows.text(0));
  return out;
}

int Tracks::rating(std::int64_t id) {
  Statement& row = prepared(rating_, "SELECT rating FROM ratings WHERE track_id = ? AND query = ''");
  row.bind(id);
  const int out = row.step() ? static_cast<int>(row.integer(0)) : 0;
  row.reset();
  return out;
}

std::optional<Track> track(const Library& library, std::int64_t id) { return Tracks(library).track(id); }

Track wanted_track(const Library& library, std::int64_t id) {
  if (std::optional<Track> found = track(library, id)) return *std::move(found);
  throw Error(ErrorCode::not_found, display(library.path()) + ": track id:" + std::to_string(id) + " is not there");
}

std::vector<std::int64_t> track_ids(const Library& library, bool missing) {
  Statement rows(impl_of(library).db(), "SELECT id FROM tracks WHERE missing = ? ORDER BY id");
  std::vector<std::int64_t> out;
  for (rows.bind(missing); rows.step();) out.push_back(rows.integer(0));
  return out;
}

void for_each_track(const Library& library, bool missing, const std::function<void(Track&&)>& visit) {
  Statement rows(impl_of(library).db(), select_tracks("t.missing = ? ORDER BY t.id"));
  for (rows.bind(missing); rows.step();) {
    Track track;
    read_track(rows, track);
    visit(std::move(track));
  }
}

namespace {

std::string select_facts(std::string_view where) {
  return std::string("SELECT ") + kTrackColumns +
         ", (SELECT coalesce(sum(e.window_count), 0) FROM embeddings e WHERE e.track_id = t.id), "
         "(SELECT coalesce(sum(s.windows), 0) FROM embeddings e JOIN silence s ON s.embedding_id = e.id "
         "WHERE e.track_id = t.id), f.track_id, p.track_id, f.loudness, f.tempo, f.key, f.brightness, "
         "EXISTS (SELECT 1 FROM embeddings e JOIN quick_passes q ON q.embedding_id = e.id WHERE e.track_id = t.id) "
         "FROM tracks t "
         "LEFT JOIN features f ON f.track_id = t.id LEFT JOIN fingerprints p ON p.track_id = t.id WHERE " +
         std::string(where);
}

TrackFacts read_facts(const Statement& row) {
  constexpr int kFirst = kBehindTrack;
  TrackFacts facts;
  read_track(row, facts);
  facts.windows = row.integer(kFirst);
  facts.silent_windows = row.integer(kFirst + 1);
  facts.measured = !row.null(kFirst + 2);
  facts.fingerprinted = !row.null(kFirst + 3);
  facts.loudness_lufs = number(row, kFirst + 4);
  facts.tempo_bpm = number(row, kFirst + 5);
  if (!row.null(kFirst + 6)) facts.key = row.text(kFirst + 6);
  facts.brightness_hz = number(row, kFirst + 7);
  facts.quick = row.integer(kFirst + 8) != 0;
  return facts;
}

}  // namespace

void set_names(const Library& library, std::span<const TrackNames> names) {
  Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement update(db,
                   "UPDATE tracks SET title = coalesce(?, title), artist = coalesce(?, artist), album = coalesce(?, "
                   "album), genre = coalesce(?, genre) WHERE id = ?");
  for (const TrackNames& one : names) update.run(one.title, one.artist, one.album, one.genre, one.id);
  transaction.commit();
}

}  // namespace library

std::optional<TrackFacts> Library::track(std::int64_t id) const {
  library::Statement row(impl_->db(), library::select_facts("t.id = ?"));
  row.bind(id);
  return row.step() ? std::optional(library::read_facts(row)) : std::nullopt;
}

std::optional<TrackFacts> Library::track_at(const std::filesystem::path& path) const {
  library::Statement row(impl_->db(), library::select_facts("t.path = ?"));
  row.bind(path);
  return row.step() ? std::optional(library::read_facts(row)) : std::nullopt;
}

std::vector<TrackFacts> Library::tracks() const {
  library::Statement rows(impl_->db(),
                          library::select_facts("t.missing = 0 AND EXISTS (SELECT 1 FROM embeddings e WHERE "
                                                "e.track_id = t.id) ORDER BY t.id"));
  std::vector<TrackFacts> all;
  while (rows.step()) all.push_back(library::read_facts(rows));
  return all;
}

}  // namespace hearken
