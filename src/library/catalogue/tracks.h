// The tracks of a library, and what is known of one besides its vectors: how it sounds, what it is called and liked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/measure/features.h"
#include "hearken/library.h"
#include "library/sqlite.h"

namespace hearken::library {

/// Looks single tracks up, each kind of statement prepared once. One thread; the library must outlive it.
class Tracks {
 public:
  explicit Tracks(const Library& library) : library_(library) {}

  /// A missing one, too; nothing when there is none of this number.
  std::optional<Track> track(std::int64_t id);
  /// Likewise of exactly this path.
  std::optional<Track> at(const std::filesystem::path& path);
  /// Nothing where it was not measured.
  std::optional<audio::Features> features(std::int64_t id);
  /// Of its tags, a person's first, then by score, then by label.
  std::vector<std::string> labels(std::int64_t id);
  /// The general one: 1 up, -1 down, 0 none.
  int rating(std::int64_t id);

 private:
  Statement& prepared(std::optional<Statement>& statement, std::string_view sql);

  const Library& library_;
  std::optional<Statement> by_id_, by_path_, features_, labels_, rating_;
};

std::optional<Track> track(const Library& library, std::int64_t id);
/// Throws Error(not_found) instead, naming library and track.
Track wanted_track(const Library& library, std::int64_t id);

/// The ids of all tracks whose files are there (or are not), ascending; with or without vectors.
std::vector<std::int64_t> track_ids(const Library& library, bool missing = false);
/// The tracks themselves, by id. No writing meanwhile.
void for_each_track(const Library& library, bool missing, const std::function<void(Track&&)>& visit);

/// What a catalogue says of a track; nothing: it keeps what it has.
struct TrackNames {
  std::int64_t id = 0;
  std::optional<std::string> title, artist, album, genre;
};
/// All of them or none. The library is open for writing.
void set_names(const Library& library, std::span<const TrackNames> names);

/// For the files beside this: the columns of `tracks t` that read_track() takes from a row, which begin it.
inline constexpr const char* kTrackColumns =
    "t.id, t.path, t.title, t.artist, t.album, t.genre, t.duration_seconds, t.added_at, t.missing, t.size, t.mtime_ns, "
    "t.content_hash";
inline constexpr int kBehindTrack = 12;  // the first column behind them
void read_track(const Statement& row, Track& track);

}  // namespace hearken::library
