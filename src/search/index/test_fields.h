// What conditions see of a made-up track, for tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "search/index/where.h"
#include "text/tokenizer/fold.h"

namespace hearken::search {

/// `key` is the track's, empty where it has none.
template <class Track>
TrackFields test_fields(const Track& track, const std::string& path, const std::string& key, std::int64_t id) {
  const std::array<std::string, kTextColumns> texts = {path, track.title, track.artist, track.album, track.genre, key};
  TrackFields out;
  for (std::size_t i = 0; i < kTextColumns; ++i) out.folded[i] = text::fold_case(texts[i]);
  out.duration_seconds = track.duration_seconds;
  out.added_at = track.added_at;
  out.id = id;
  out.loudness = track.loudness;
  out.tempo = track.tempo;
  out.brightness = track.brightness;
  for (const std::string& tag : track.tags) out.tags.push_back(text::fold_case(tag));
  return out;
}

}  // namespace hearken::search
