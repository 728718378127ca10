// Rows to cards.
#include "server/state/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "library/indexing/crawl.h"
#include "library/library_impl.h"
#include "server/http/errors.h"

namespace hearken::server {

const char* const kTrackColumns =
    "t.id, t.path, t.title, t.artist, t.album, t.genre, t.duration_seconds, t.missing, t.added_at, "
    "coalesce((SELECT r.rating FROM ratings r WHERE r.track_id = t.id AND r.query = ''), 0), "
    "(SELECT json_group_array(label) FROM (SELECT label FROM tags WHERE track_id = t.id AND verdict >= 0 "
    "ORDER BY verdict DESC, score DESC, label))";

TrackRow row_of(const library::Statement& row) {
  TrackRow out;
  out.id = row.integer(0);
  out.path = row.path(1);
  out.title = row.text(2);
  out.artist = row.text(3);
  out.album = row.text(4);
  out.genre = row.text(5);
  out.duration_seconds = row.real(6);
  out.missing = row.integer(7) != 0;
  out.added_at = row.integer(8);
  out.rating = static_cast<int>(row.integer(9));
  out.tags = row.text(10);
  return out;
}

TrackCards::TrackCards(const Library& library)
    : row_(std::in_place, library.impl().db(), fmt::format("SELECT {} FROM tracks t WHERE t.id = ?", kTrackColumns)),
      sources_(sources(library)) {}

TrackCards::TrackCards(const search::Index& index) : index_(&index) {}

TrackCards searched_cards(const Worker& worker) {
  return worker.app.index != nullptr ? TrackCards(*worker.app.index) : TrackCards(worker.library());
}

std::vector<std::optional<TrackRow>> TrackCards::rows(std::span<const std::int64_t> ids) {
  std::vector<std::optional<TrackRow>> out;
  if (index_ == nullptr) {
    for (const std::int64_t id : ids) {
      std::optional<TrackRow>& track = out.emplace_back();
      row_->bind(id);
      if (row_->step()) track = row_of(*row_);
      row_->reset();
    }
    return out;
  }
  for (const std::optional<search::IndexedTrack>& found : index_->tracks(ids)) {
    std::optional<TrackRow>& track = out.emplace_back();
    if (!found) continue;
    track.emplace();
    track->id = found->id;
    track->path = found->card.path;
    track->title = found->card.title;
    track->artist = found->card.artist;
    track->album = found->album;
    track->genre = found->genre;
    track->duration_seconds = found->card.duration_seconds;
    track->added_at = found->added_at;
  }
  return out;
}

std::optional<TrackRow> TrackCards::row(std::int64_t id) { return std::move(rows({&id, 1}).front()); }

TrackRow TrackCards::wanted(std::int64_t id) {
  std::optional<TrackRow> found = row(id);
  if (!found) throw HttpError(404, "not_found", fmt::format("there is no track {}", id));
  return *std::move(found);
}

json TrackCards::card(const TrackRow& track) const {
  const SourceRow* source = nullptr;  // the innermost
  for (const SourceRow& one : sources_) {
    if (library::at_or_below(track.path.native(), one.path.native()) &&
        (source == nullptr || one.path.native().size() > source->path.native().size()))
      source = &one;
  }
  return {{"id", track.id},
          {"title", track.title},
          {"artist", track.artist},
          {"album", track.album},
          {"genre", track.genre},
          {"duration", track.duration_seconds},
          {"source", source != nullptr ? json(source->id) : json()},
          {"path", source != nullptr ? shown_below(track.path, source->path) : display(track.path.filename())},
          {"type", media_type(track.path)},
          {"added", date_time(track.added_at)},
          {"missing", track.missing},
          {"rating", track.rating},
          {"tags", json::parse(track.tags)}};
}

json TrackCards::card(std::int64_t id) {
  const std::optional<TrackRow> found = row(id);
  return found ? card(*found) : json();
}

json skipped_json(const FileNote& note) {
  return {{"track", std::stoll(note.path.native().substr(3))},
          {"upload", nullptr},
          {"code", to_string(note.code)},
          {"reason", display(note.reason)}};
}

std::string media_type(const std::filesystem::path& path) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 17> kTypes = {{
      {".mp3", "audio/mpeg"},
      {".flac", "audio/flac"},
      {".wav", "audio/wav"},
      {".ogg", "audio/ogg"},
      {".oga", "audio/ogg"},
      {".opus", "audio/ogg"},
      {".m4a", "audio/mp4"},
      {".m4b", "audio/mp4"},
      {".mp4", "audio/mp4"},
      {".aac", "audio/aac"},
      {".aif", "audio/aiff"},
      {".aiff", "audio/aiff"},
      {".wma", "audio/x-ms-wma"},
      {".webm", "audio/webm"},
      {".mka", "audio/x-matroska"},
      {".ape", "audio/x-ape"},
      {".wv", "audio/x-wavpack"},
  }};
  const std::string ending = lower_ascii(path.extension().native());
  const auto at = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == ending; });
  return at == kTypes.end() ? "application/octet-stream" : at->second;
}

std::string shown_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
  if (path == folder || !library::at_or_below(path.native(), folder.native())) return display(path.filename());
  const std::size_t root = folder.native() == "/" ? 1 : folder.native().size() + 1;
  return display(std::string_view(path.native()).substr(root));
}

}  // namespace hearken::server
