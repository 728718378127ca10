// The table of renames.
#include "library/catalogue/renames.h"

#include "library/catalogue/tracks.h"
#include "library/library_impl.h"

namespace hearken::library {

namespace fs = std::filesystem;

void move_track(const Library& library, std::int64_t track, const fs::path& from, const fs::path& to) {
  Database& db = impl_of(library).db();
  Statement(db, "UPDATE tracks SET path = ?2 WHERE id = ?1").run(track, to);
  Statement(db, "UPDATE OR IGNORE sources SET path = ?2 WHERE path = ?1").run(from, to);
}

std::int64_t next_rename_run(const Library& library) {
  return impl_of(library).db().integer("SELECT max(run) FROM renames") + 1;
}

void record_rename(const Library& library, std::int64_t run, std::int64_t track, const fs::path& from,
                   const fs::path& to) {
  Statement(impl_of(library).db(), "INSERT INTO renames SELECT ?1, id, ?3, ?4, content_hash FROM tracks WHERE id = ?2")
      .run(run, track, from, to);
}

void forget_rename(const Library& library, std::int64_t run, std::int64_t track) {
  Statement(impl_of(library).db(), "DELETE FROM renames WHERE run = ?1 AND track_id = ?2").run(run, track);
}

std::vector<std::int64_t> rename_runs(const Library& library) {
  std::vector<std::int64_t> out;
  for (Statement rows(impl_of(library).db(), "SELECT DISTINCT run FROM renames ORDER BY run DESC"); rows.step();)
    out.push_back(rows.integer(0));
  return out;
}

std::vector<RenameRecord> renames_of_run(const Library& library, std::int64_t run) {
  Statement rows(impl_of(library).db(),
                 std::string("SELECT ") + kTrackColumns +
                     ", r.old_path, r.new_path, r.content_hash FROM renames r JOIN tracks t ON t.id = r.track_id "
                     "WHERE r.run = ? ORDER BY t.id");
  std::vector<RenameRecord> out;
  for (rows.bind(run); rows.step();) {
    RenameRecord& record = out.emplace_back();
    read_track(rows, record.track);
    record.from = rows.path(kBehindTrack);
    record.to = rows.path(kBehindTrack + 1);
    record.content = rows.digest(kBehindTrack + 2);
  }
  return out;
}

}  // namespace hearken::library
