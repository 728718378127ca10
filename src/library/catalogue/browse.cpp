// Queries whose order and conditions are put together from what is asked.
#include "library/catalogue/browse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "library/catalogue/tracks.h"
#include "library/library_impl.h"

namespace hearken::library {
namespace {

// All rows that are bound.
std::vector<Track> read_tracks(Statement& rows) {
  std::vector<Track> out;
  while (rows.step()) read_track(rows, out.emplace_back());
  return out;
}

// Comparing names as people sort them takes ten times as long: seconds for 100,000 tracks, and anew for each page.
constexpr std::int64_t kMostInNaturalOrder = 20'000;

// No text of a caller becomes SQL.
std::string order_of(std::string_view sort, std::int64_t tracks) {
  const bool natural = tracks <= kMostInNaturalOrder;
  for (const char* tag : {"title", "artist", "album", "genre"})
    if (sort == tag) return fmt::format("t.{0} = '', t.{0} COLLATE {1}", tag, natural ? "natural_order" : "NOCASE");
  for (const char* measured : {"tempo", "key", "loudness"})
    if (sort == measured) return fmt::format("f.{0} IS NULL, f.{0}", measured);
  return sort == "duration" ? "t.duration_seconds"
         : sort == "added"  ? "t.added_at"
         : sort == "path"   ? natural ? "CAST(t.path AS TEXT) COLLATE natural_order" : "t.path"
                            : "t.id";
}

}  // namespace

PageOfTracks page_of(const Library& library, const Page& page) {
  Database& db = impl_of(library).db();
  std::string from =
      " FROM tracks t LEFT JOIN features f ON f.track_id = t.id WHERE t.missing = ?1 AND EXISTS (SELECT 1 FROM "
      "embeddings e WHERE e.track_id = t.id)";
  // SQLite reads the ids out of a JSON array, so no text becomes SQL.
  std::string only;
  if (page.only) {
    from += " AND t.id IN (SELECT value FROM json_each(?2))";
    only = fmt::format("[{}]", fmt::join(*page.only, ","));
  }
  const auto bound = [&](Statement& rows) { page.only ? rows.bind(page.missing, only) : rows.bind(page.missing); };
  PageOfTracks out;
  Statement count(db, "SELECT count(*)" + from);
  bound(count);
  if (count.step()) out.total = count.integer(0);
  count.reset();
  const char* direction = page.descending ? "DESC" : "ASC";
  Statement rows(db, fmt::format("SELECT {}{} ORDER BY {} {}, t.id {} LIMIT {} OFFSET {}", kTrackColumns, from,
                                 order_of(page.sort, out.total), direction, direction, page.limit, page.offset));
  bound(rows);
  out.tracks = read_tracks(rows);
  return out;
}

std::vector<Track> tracks_in_order(const Library& library, std::int64_t limit, std::int64_t offset) {
  Statement rows(
      impl_of(library).db(),
      fmt::format("SELECT {} FROM tracks t WHERE t.missing = 0 ORDER BY t.id LIMIT ? OFFSET ?", kTrackColumns));
  rows.bind(limit, offset);
  return read_tracks(rows);
}

std::vector<Track> random_tracks(const Library& library, const std::string& genre, std::int64_t limit) {
  Statement rows(impl_of(library).db(),
                 fmt::format("SELECT {} FROM tracks t WHERE t.missing = 0 AND (?1 = '' OR t.genre = ?1 COLLATE NOCASE) "
                             "ORDER BY random() LIMIT ?2",
                             kTrackColumns));
  rows.bind(genre, limit);
  return read_tracks(rows);
}

std::vector<FacetValue> facet(const Library& library, std::string_view of) {
  std::string counts =
      "SELECT g.label, count(*) FROM tags g JOIN tracks t ON t.id = g.track_id WHERE g.verdict >= 0 AND t.missing = 0";
  for (const char* column : {"genre", "artist", "album"})
    if (of == column) counts = fmt::format("SELECT {}, count(*) FROM tracks WHERE missing = 0", column);
  Statement rows(impl_of(library).db(), counts + " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200");
  std::vector<FacetValue> out;
  while (rows.step()) out.push_back({rows.text(0), rows.integer(1)});
  return out;
}

}  // namespace hearken::library
