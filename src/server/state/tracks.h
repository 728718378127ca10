// Tracks as the API shows them: by id, with their place below a source, never with a path of this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "hearken/library.h"
#include "library/sqlite.h"
#include "search/index/index.h"
#include "server/app.h"
#include "server/http/json.h"
#include "server/state/catalog.h"

namespace hearken::server {

/// The catalogue's row of a track.
struct TrackRow {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist, album, genre;
  double duration_seconds = 0;
  bool missing = false;
  std::int64_t added_at = 0;
  int rating = 0;
  std::string tags = "[]";  // a JSON array of labels, a person's first
};

/// The columns that row_of() reads, of `tracks t`.
extern const char* const kTrackColumns;
TrackRow row_of(const library::Statement& row);

/// Reads tracks. One thread; what it reads from must outlive it.
class TrackCards {
 public:
  explicit TrackCards(const Library& library);
  /// Of an engine, which knows no sources, ratings or tags.
  explicit TrackCards(const search::Index& index);

  std::optional<TrackRow> row(std::int64_t id);
  /// Throws HttpError 404.
  TrackRow wanted(std::int64_t id);
  /// A Track of the API.
  json card(const TrackRow& track) const;
  /// Null for one that is not there.
  json card(std::int64_t id);
  /// Of each; those of an engine are fetched together.
  std::vector<std::optional<TrackRow>> rows(std::span<const std::int64_t> ids);

 private:
  const search::Index* index_ = nullptr;  // null: the library
  std::optional<library::Statement> row_;
  std::vector<SourceRow> sources_;
};

/// Of what the worker searches.
TrackCards searched_cards(const Worker& worker);

/// Of a track that was left out: its path is "id:42".
json skipped_json(const FileNote& note);

/// audio/mpeg of x.mp3; application/octet-stream when the ending says nothing.
std::string media_type(const std::filesystem::path& path);

/// `path` below `folder` for people to read; its last part when it does not lie there.
std::string shown_below(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace hearken::server
