// "id:42" to a number, a number to a row of `tracks`.
#include "search/track_names.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "core/paths.h"
#include "hearken/error.h"
#include "library/library_impl.h"
#include "library/sqlite.h"

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
  const library::Bytes path = row.bytes(0);
  return TrackCard{std::string(reinterpret_cast<const char*>(path.data()), path.size()), row.text(1), row.text(2),
                   row.real(3)};
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

}  // namespace hearken::search
