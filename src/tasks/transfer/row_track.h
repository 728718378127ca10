// What a row for other programs says of its track, and of the model that its vectors are of; as members of JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "hearken/exchange.h"
#include "hearken/library.h"
#include "tasks/transfer/members.h"

namespace hearken::tasks {

inline constexpr double kLongestSeconds = 1e9;

/// Whether rows say the same of a track; its id does not count.
bool same_track(const Track& a, const Track& b);

/// `path`, with its bytes as `path_hex` where it is not text.
void add_path(nlohmann::ordered_json& row, const std::filesystem::path& path);
/// What is known besides: title, artist, album, genre, duration, size, mtime_ns, content_hash.
void add_facts(nlohmann::ordered_json& row, const Track& track);
/// All of that and the path. Throws Error(corrupt).
Track parse_track(const Members& row);

/// model, fingerprint, precision, dimension, window, hop.
void add_origin(nlohmann::ordered_json& row, const VectorOrigin& origin);
/// Throws Error(corrupt).
VectorOrigin parse_origin(const Members& row);

}  // namespace hearken::tasks
