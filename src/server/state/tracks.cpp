// Tracks to cards.
#include "server/state/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "library/indexing/crawl.h"
#include "server/http/errors.h"

namespace hearken::server {

TrackCards::TrackCards(const Worker& worker) : index_(worker.app.index) {
  if (!worker.app.can(Part::library)) return;
  catalogue_.emplace(worker.library());
  sources_ = library::sources(worker.library());
}

std::vector<std::optional<Track>> TrackCards::rows(std::span<const std::int64_t> ids) {
  if (!catalogue_) return index_->tracks(ids);
  std::vector<std::optional<Track>> out;
  for (const std::int64_t id : ids) out.push_back(catalogue_->track(id));
  return out;
}

std::optional<Track> TrackCards::row(std::int64_t id) { return std::move(rows({&id, 1}).front()); }

Track TrackCards::wanted(std::int64_t id) {
  std::optional<Track> found = row(id);
  if (!found) throw HttpError(404, "not_found", fmt::format("there is no track {}", id));
  return *std::move(found);
}

int TrackCards::rating(std::int64_t id) { return catalogue_ ? catalogue_->rating(id) : 0; }

std::optional<audio::Features> TrackCards::features(std::int64_t id) {
  return catalogue_ ? catalogue_->features(id) : index_->features({&id, 1}).front();
}

json TrackCards::card(const Track& track) {
  const library::Source* source = nullptr;  // the innermost
  for (const library::Source& one : sources_) {
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
          {"rating", rating(track.id)},
          {"tags", catalogue_ ? json(catalogue_->labels(track.id)) : json::array()},
          {"features", catalogue_ ? features_json(catalogue_->features(track.id)) : json()}};
}

json TrackCards::card(std::int64_t id) {
  const std::optional<Track> found = row(id);
  return found ? card(*found) : json();
}

json features_json(const std::optional<audio::Features>& heard) {
  if (!heard) return {};
  const auto value = [](const auto& measured) { return measured ? json(*measured) : json(); };
  return {{"loudness", value(heard->loudness_lufs)},
          {"tempo", value(heard->tempo_bpm)},
          {"key", value(heard->key)},
          {"brightness", value(heard->brightness_hz)}};
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
