// The table of sources.
#include "library/catalogue/sources.h"

#include "library/library_impl.h"

namespace hearken::library {

std::vector<Source> sources(const Library& library, bool count_tracks) {
  Database& db = impl_of(library).db();
  Statement rows(db, "SELECT id, path, added_at FROM sources ORDER BY path");
  std::vector<Source> out;
  while (rows.step()) out.push_back({rows.integer(0), rows.path(1), rows.integer(2), 0});
  if (!count_tracks) return out;
  Statement count(db, "SELECT count(*) FROM tracks WHERE missing = 0 AND (+path = ?1 OR (+path >= ?2 AND +path < ?3))");
  for (Source& source : out) {
    const std::string folder = source.path == "/" ? std::string() : source.path.native();
    const std::string first = folder + '/', behind = folder + static_cast<char>('/' + 1);
    count.bind(source.path, bytes_of(first), bytes_of(behind));
    if (count.step()) source.tracks = count.integer(0);
  }
  return out;
}

}  // namespace hearken::library
