// Tracks with everything that a condition can ask for, made up for tests of what holds an index.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/hash.h"
#include "library/half.h"

namespace hearken::search {

inline constexpr std::size_t kContractDimension = 8;

/// A track to be held. Windows are of 1 s every half second.
struct ToyTrack {
  std::filesystem::path path;  // absolute
  std::string title, artist, album, genre;
  double duration_seconds = 0;
  std::int64_t added_at = 0;  // Unix seconds
  std::optional<double> loudness, tempo, brightness;
  std::string key;  // empty: not measured
  std::vector<std::string> tags;
  Digest content{};
  std::vector<double> starts;
  std::vector<std::vector<float>> windows;  // unit vectors [kContractDimension] that float16 holds exactly
  std::vector<std::uint8_t> flags;          // of each window; empty: none has one
};

inline std::vector<float> toy_vector(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> v(kContractDimension);
  double square = 0;
  for (float& x : v) x = normal(random), square += static_cast<double>(x) * static_cast<double>(x);
  for (float& x : v)
    x = library::float_from_half(
        library::half_from_float(static_cast<float>(static_cast<double>(x) / std::sqrt(square))));
  return v;
}

inline ToyTrack toy_track(const std::string& path, std::mt19937& random, int windows, std::size_t number) {
  ToyTrack out;
  out.path = path;
  out.title = "title of " + out.path.filename().native();
  out.added_at = 1'700'000'000 + static_cast<std::int64_t>(number);
  out.content[0] = static_cast<std::uint8_t>(number);
  for (int w = 0; w < windows; ++w) {
    out.starts.push_back(0.5 * w);
    out.windows.push_back(toy_vector(random));
  }
  out.duration_seconds = out.starts.back() + 0.75;
  return out;
}

/// Tracks with everything that a condition can ask for, and names that would trip a careless query.
inline std::vector<ToyTrack> toy_tracks() {
  std::mt19937 random(5);
  std::vector<ToyTrack> all;
  const auto add = [&](const std::string& path, int windows) -> ToyTrack& {
    return all.emplace_back(toy_track(path, random, windows, all.size() + 1));
  };
  ToyTrack& modal = add("/m/jazz/so what.flac", 5);
  modal.title = "So What", modal.artist = "Miles Davis", modal.album = "Kind of Blue", modal.genre = "Jazz";
  modal.loudness = -14.5, modal.tempo = 136, modal.brightness = 1800, modal.key = "D minor";
  modal.tags = {"trumpet", "calm"};
  modal.duration_seconds = 562.5;
  modal.added_at = 1'709'208'000;  // 2024-02-29 12:00 UTC
  ToyTrack& fusion = add("/m/jazz-fusion/birdland.flac", 3);
  fusion.title = "Birdland", fusion.artist = "Weather Report", fusion.album = "Heavy Weather",
  fusion.genre = "jazz fusion";
  fusion.loudness = -9, fusion.tempo = 154.5, fusion.key = "G major";
  fusion.tags = {"synth"};
  fusion.added_at = 1'704'067'199;  // 2023-12-31 23:59:59 UTC
  ToyTrack& odd = add("/m/odd/100%_[a]*?.wav", 2);
  odd.title = R"(100% *sure*? it's_"q" \ {end})", odd.artist = "a_b", odd.genre = "%";
  odd.tags = {"it's", "a \"b\""};
  odd.added_at = 1'704'067'200;  // 2024-01-01
  ToyTrack& wide = add("/m/odd/Ünï/ČEŠTINA ΩMEGA.wav", 2);
  wide.title = "ČEŠTINA ΩMEGA Straße 日本", wide.artist = "ΟΔΥΣΣΕΥΣ", wide.album = "İstanbul", wide.genre = "JAZZ";
  wide.brightness = 0, wide.loudness = 0;
  ToyTrack& plain = add("/m/a", 1);
  plain.title.clear();
  plain.added_at = 0;
  add("/m/a b/c", 1);
  add("/m/ab", 6).genre = "Rock";
  // The first two windows are one and the same, and one of another track's.
  ToyTrack& twin = add("/m/twin", 4);
  twin.windows[1] = twin.windows[0] = all[0].windows[2];
  ToyTrack& flagged = add("/m/flagged", 4);
  flagged.flags = {0, 1, 4, 0};
  add("/m/all flagged", 2).flags = {1, 3};
  ToyTrack& silent = add("/m/silent in parts", 4);
  silent.flags = {8, 0, 9, 0};
  silent.windows[0] = all[0].windows[2];
  for (int t = 0; t < 30; ++t) {
    ToyTrack& track = add("/m/many/" + std::to_string(t) + ".wav", 1 + t % 6);
    track.genre = t % 3 == 0 ? "Rock" : t % 3 == 1 ? "Pop; Rock" : "";
    if (t % 2 == 0) track.tempo = 60 + 5 * t;
    if (t % 5 == 0) track.tags = {"many", std::to_string(t)};
  }
  return all;
}

}  // namespace hearken::search
