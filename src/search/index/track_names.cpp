// "id:42" to a number, a number to a row of `tracks`.
#include "search/index/track_names.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <system_error>
#include <vector>

#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/like.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/index/select.h"

namespace hearken::search {

std::optional<std::int64_t> track_number(std::string_view name) {
  constexpr std::string_view kPrefix = "id:";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string_view digits = name.substr(kPrefix.size());
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc() || end != digits.data() + digits.size() || id < 1) {
    const std::string shown = display(name);
    throw Error(ErrorCode::invalid_argument,
                shown + ": not the number of a track, such as id:42; a file of this name is written ./" + shown);
  }
  return id;
}

std::optional<TrackCard> track_card(const Library& library, std::int64_t id) {
  library::Statement row(library.impl().db(), "SELECT path, title, artist, duration_seconds FROM tracks WHERE id = ?");
  row.bind(id);
  if (!row.step()) return std::nullopt;
  return TrackCard{row.path(0), row.text(1), row.text(2), row.real(3)};
}

TrackCard searchable_track(const Library& library, const Space& space, std::int64_t id) {
  const std::optional<TrackCard> card = track_card(library, id);
  const std::string where = fmt::format("{}: track id:{}", display(library.path()), id);
  if (!card) throw Error(ErrorCode::not_found, where + " is not there");
  library::Statement row(
      library.impl().db(),
      "SELECT t.missing, EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id AND e.model_id = "
      "?2) FROM tracks t WHERE t.id = ?1");
  row.bind(id, space.model_id);
  row.step();
  const std::string named = fmt::format("{} ({})", where, display(card->path));
  if (row.integer(0) != 0) throw Error(ErrorCode::not_found, named + ": its file is not there at present");
  if (row.integer(1) == 0) {
    throw Error(ErrorCode::mismatch, fmt::format("{} has no vectors of the model '{}' with windows of {}", named,
                                                 display(space.name), in_words(space.windowing)));
  }
  return *card;
}

TrackPaths::TrackPaths(const Library& library)
    : track_(library.impl().db(), "SELECT id FROM tracks WHERE path = ? AND missing = 0") {}

std::optional<std::int64_t> TrackPaths::at(const std::filesystem::path& path) {
  if (const auto id = exactly(path.lexically_normal())) return id;
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? std::nullopt : exactly(real);
}

std::optional<std::int64_t> TrackPaths::exactly(const std::filesystem::path& path) {
  track_.bind(path);
  if (!track_.step()) return std::nullopt;
  const std::int64_t id = track_.integer(0);
  track_.reset();
  return id;
}

}  // namespace hearken::search

namespace hearken {
namespace {

std::vector<std::int64_t> tracks_of_file_name(const Library& library, std::string_view name, bool missing) {
  library::Statement all(library.impl().db(), "SELECT id, path FROM tracks WHERE missing = ? ORDER BY id");
  std::vector<std::int64_t> found;
  for (all.bind(missing); all.step();) {
    if (all.path(1).filename().native() == name) found.push_back(all.integer(0));
  }
  return found;
}

}  // namespace

std::int64_t track_named(const Library& library, std::string_view name) {
  if (name.empty()) throw Error(ErrorCode::invalid_argument, "a track's name is empty; for example id:42");
  const std::string shown = display(name), in = display(library.path());
  if (const auto id = search::track_number(name)) {
    if (!search::track_card(library, *id)) throw Error(ErrorCode::not_found, in + ": track " + shown + " is not there");
    return *id;
  }
  const std::filesystem::path path(name);
  if (const auto id = search::TrackPaths(library).at(std::filesystem::absolute(path))) return *id;
  if (!path.has_parent_path()) {
    std::vector<std::int64_t> found = tracks_of_file_name(library, name, false);
    if (found.empty()) found = tracks_of_file_name(library, name, true);
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{}: {} tracks of {} have this name, id:{} and id:{} among them; give a path or a number",
                              shown, found.size(), in, found[0], found[1]));
    }
  } else if (const auto missing = library.track_at(search::resolved(path))) {
    return missing->id;
  }
  throw Error(ErrorCode::not_found,
              shown + ": no track of " + in + " has this path or file name; hearken index takes it in");
}

}  // namespace hearken
