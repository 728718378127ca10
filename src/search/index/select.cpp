// Tracks picked from the catalogue.
#include "search/index/select.h"

#include <array>
#include <system_error>
#include <vector>

#include "core/paths.h"
#include "library/catalogue/tracks.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "text/tokenizer/fold.h"

namespace hearken::search {
namespace {

using library::Statement;

// Where the columns stand, in their order; tags are rows of their own.
constexpr std::array<const char*, kColumns> kSqlOf = {
    "t.path",     "t.title", "t.artist",   "t.album", "t.genre",      "f.key", "t.duration_seconds",
    "t.added_at", "t.id",    "f.loudness", "f.tempo", "f.brightness", "NULL"};

// Of the visible tracks for which `more` is true too (SQL, with the parameter ?4), the ids that the selection picks,
// ascending.
std::vector<std::int64_t> ids_of(const Library& library, const Selection& selection, std::string_view more = "1",
                                 std::optional<std::int64_t> parameter = std::nullopt) {
  // Only what the condition asks about is read.
  std::array<bool, kColumns> used{};
  bool measured = false;
  std::string sql = "SELECT t.id";
  for (std::size_t i = 0; i < kColumns; ++i) {
    used[i] = selection.where && uses(*selection.where, static_cast<Column>(i));
    measured = measured || (used[i] && *kSqlOf[i] == 'f');
    sql += used[i] ? std::string(", ") + kSqlOf[i] : ", NULL";
  }
  sql += " FROM tracks t ";
  if (measured) sql += "LEFT JOIN features f ON f.track_id = t.id ";
  sql += "WHERE t.missing = 0 AND " + std::string(more);
  // The pluses keep SQLite from going through the index of paths: for a folder with most tracks in it that takes
  // several times as long as reading the table, which for a small one is quick enough.
  if (!selection.under.empty()) sql += " AND (+t.path = ?1 OR (+t.path >= ?2 AND +t.path < ?3))";
  Statement rows(impl_of(library).db(), sql + " ORDER BY t.id");
  const std::string folder = selection.under == "/" ? std::string() : selection.under.native();
  const std::string first = folder + '/', behind = folder + static_cast<char>('/' + 1);
  if (parameter)
    rows.bind(selection.under, library::bytes_of(first), library::bytes_of(behind), *parameter);
  else if (!selection.under.empty())
    rows.bind(selection.under, library::bytes_of(first), library::bytes_of(behind));

  const auto place = [](Column column) { return 1 + static_cast<int>(column); };
  const auto number = [&](Column column) -> std::optional<double> {
    if (!used[static_cast<std::size_t>(column)] || rows.null(place(column))) return std::nullopt;
    return rows.real(place(column));
  };
  library::Tracks catalogue(library);
  TrackFields track;
  std::vector<std::int64_t> ids;
  while (rows.step()) {
    track.id = rows.integer(0);
    for (std::size_t i = 0; i < kTextColumns; ++i) {
      if (!used[i]) continue;
      const library::Bytes bytes = rows.bytes(place(static_cast<Column>(i)));
      track.folded[i] = text::fold_case({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    track.duration_seconds = number(Column::duration).value_or(0);
    track.added_at = rows.integer(place(Column::added));
    track.loudness = number(Column::loudness);
    track.tempo = number(Column::tempo);
    track.brightness = number(Column::brightness);
    track.tags.clear();
    if (used[static_cast<std::size_t>(Column::tag)])
      for (const std::string& label : catalogue.labels(track.id)) track.tags.push_back(text::fold_case(label));
    if (!selection.where || matches(*selection.where, track)) ids.push_back(track.id);
  }
  return ids;
}

}  // namespace

std::filesystem::path resolved(const std::filesystem::path& path) {
  if (path.empty()) return path;
  std::error_code error;
  auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (error) throw os_error(path, "read", error.value());
  return whole.filename().empty() && whole.has_relative_path() ? whole.parent_path() : whole;
}

Selection selection_of(const std::filesystem::path& under, std::string_view where) {
  Selection out;
  out.under = resolved(under);
  if (!where.empty()) out.where = parse_where(where);
  return out;
}

TrackFilter select_tracks(const Library& library, const Selection& selection) {
  if (selection.under.empty() && !selection.where) return {};
  return {ids_of(library, selection), false};
}

std::int64_t count_without(const Library& library, const Space& space, const Selection& selection) {
  if (spaces(library).size() < 2) return 0;  // then all tracks are in this one
  constexpr std::string_view kOthersOnly =
      "EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id) "
      "AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id AND e.model_id = ?4)";
  return static_cast<std::int64_t>(ids_of(library, selection, kOthersOnly, space.model_id).size());
}

}  // namespace hearken::search
