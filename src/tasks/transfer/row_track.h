// What a row for other programs says of its track, and of the model that its vectors are of; as members of JSON.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "audio/decode/decode.h"
#include "core/hash.h"
#include "hearken/exchange.h"
#include "tasks/transfer/members.h"

namespace hearken::tasks {

inline constexpr double kLongestSeconds = 1e9;

struct RowTrack {
  std::int64_t id = 0;         // of the library it comes from; 0: of none
  std::filesystem::path path;  // absolute
  audio::Tags tags;
  double duration_seconds = 0;
  std::int64_t size = 0, mtime_ns = 0;
  Digest content{};

  bool operator==(const RowTrack& other) const;
};

/// `path`, with its bytes as `path_hex` where it is not text.
void add_path(nlohmann::ordered_json& row, const std::filesystem::path& path);
/// What is known besides: title, artist, album, genre, duration, size, mtime_ns, content_hash.
void add_facts(nlohmann::ordered_json& row, const RowTrack& track);
/// All of it but the id. Throws Error(corrupt).
RowTrack parse_track(const Members& row);

/// model, fingerprint, precision, dimension, window, hop.
void add_origin(nlohmann::ordered_json& row, const VectorOrigin& origin);
/// Throws Error(corrupt).
VectorOrigin parse_origin(const Members& row);

}  // namespace hearken::tasks
