// What a row for other programs says of its track, and of the model that its vectors are of; as members of JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/json_object.h"
#include "hearken/exchange.h"
#include "hearken/library.h"

namespace hearken::tasks {

inline constexpr double kLongestSeconds = 1e9;
inline constexpr std::size_t kLongestText = 8192;  // bytes of a text, unless it may be longer

/// A row, or a manifest. `place` is where it stands, as errors begin: "rows.jsonl: line 3". Throws Error(corrupt).
inline JsonObject row_object(std::string_view text, const std::string& place) {
  return JsonObject::parse(text, place, ErrorCode::corrupt, 16);
}

/// Whether rows say the same of a track; its id does not count.
bool same_track(const Track& a, const Track& b);

/// `path`, with its bytes as `path_hex` where it is not text.
void add_path(nlohmann::ordered_json& row, const std::filesystem::path& path);
/// What is known besides: title, artist, album, genre, duration, size, mtime_ns, content_hash.
void add_facts(nlohmann::ordered_json& row, const Track& track);
/// All of that and the path. Throws Error(corrupt).
Track parse_track(const JsonObject& row);

/// model, fingerprint, precision, dimension, window, hop.
void add_origin(nlohmann::ordered_json& row, const VectorOrigin& origin);
/// Throws Error(corrupt).
VectorOrigin parse_origin(const JsonObject& row);

}  // namespace hearken::tasks
