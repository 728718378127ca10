// Tracks as the API shows them: by id, with their place below a source, never with a path of this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "hearken/index.h"
#include "hearken/library.h"
#include "library/catalogue/tracks.h"
#include "search/index/index.h"
#include "server/app.h"
#include "server/http/json.h"
#include "server/state/catalog.h"

namespace hearken::server {

/// Reads tracks. One thread; what it reads from must outlive it.
class TrackCards {
 public:
  /// Of the worker's library; else of the index that it searches, which knows no sources, ratings or tags.
  explicit TrackCards(const Worker& worker);

  std::optional<Track> row(std::int64_t id);
  /// Throws HttpError 404.
  Track wanted(std::int64_t id);
  /// A Track of the API.
  json card(const Track& track);
  /// Null for one that is not there.
  json card(std::int64_t id);
  /// As library::Tracks has them.
  int rating(std::int64_t id);
  std::optional<audio::Features> features(std::int64_t id);
  /// Of each; those of an index elsewhere are fetched together.
  std::vector<std::optional<Track>> rows(std::span<const std::int64_t> ids);

 private:
  std::shared_ptr<const search::Index> index_;
  std::optional<library::Tracks> catalogue_;  // none: the index
  std::vector<library::Source> sources_;
};

/// Null where nothing was measured.
json features_json(const std::optional<audio::Features>& heard);

/// Of a track that was left out: its path is "id:42".
json skipped_json(const FileNote& note);

/// audio/mpeg of x.mp3; application/octet-stream when the ending says nothing.
std::string media_type(const std::filesystem::path& path);

/// `path` below `folder` for people to read; its last part when it does not lie there.
std::string shown_below(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace hearken::server
