// A track and its windows as objects of the engine.
//
// Ids are made of what the objects are, so that every write can be repeated, by whomever:
//   track    XXH3-128 of fingerprint, windowing, content hash and path      (copies of a file are tracks of their own)
//   window   XXH3-128 of the track's id and the window's start
// each as a UUID of version 8 (RFC 9562). A track's number, as in "id:42", is the first 52 bits of its id, which is
// exact in JSON: among 100 million tracks one pair that shares its number is to be expected; who writes the second of
// them is told.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"
#include "hearken/library.h"
#include "remote/weaviate/protocol/client.h"
#include "search/space.h"

namespace hearken::remote::weaviate {

/// All that an engine keeps of a track.
struct RemoteTrack : Track {
  bool measured = false;  // what follows was looked for
  std::optional<double> loudness, tempo, brightness;
  std::optional<std::string> key;
  std::vector<std::string> tags;

  std::vector<double> starts_seconds;  // [windows], ascending
  std::vector<float> vectors;          // [windows, dimension], unit rows
  std::vector<std::uint8_t> flags;     // of each window; empty: none has one
  std::vector<float> mean;             // [dimension]
};

Uuid track_id(const search::Space& space, const Digest& content, const std::filesystem::path& path);
Uuid window_id(const Uuid& track, double start_seconds);
std::int64_t number_of(const Uuid& track);

/// A digest of all that the objects say, but vectors and when the track was added: they are written anew where it
/// differs.
std::string state_of(const RemoteTrack& track);

Object track_object(const search::Space& space, const RemoteTrack& track);
std::vector<Object> window_objects(const search::Space& space, const RemoteTrack& track);

/// What track_object() wrote, without windows. Throws Error(corrupt), naming the object, for what it did not write.
RemoteTrack track_of(const Found& object);
/// The properties that track_of() needs.
const std::vector<std::string>& track_properties();

/// Any bytes as text that the engine keeps and that is read back: %, *, ?, what is below U+0020 and what is no UTF-8
/// become %XX. A * in a condition is the engine's wildcard, so none may be in its data.
std::string escaped(std::string_view bytes);
std::string unescaped(std::string_view text);

/// Text that is only compared: folded, in the order of its folded bytes (those that are no UTF-8 come last), and
/// without the engine's wildcards. A text is a part of another where this holds of what is made of both; a part of a
/// character is none.
std::string ordered(std::string_view text);
/// The whole of a text: between marks that no text has, so that it is never empty and no space is at its end, which the
/// engine drops. The last mark comes before all characters.
std::string whole(std::string_view ordered_text);
inline constexpr char kLastMark = '\x01';
/// 0 for -0, which to the engine is a number below all others; other numbers as they are.
double plain_zero(double number);

// Properties of both kinds of objects, for conditions: of each column of search::Column whole(ordered(…)), numbers as
// they are; what was not measured is left out.
//   path title artist album genre key duration added number loudness tempo brightness tags
//   under    the path itself, escaped, and kLastMark
// of windows also:  start flags (those of library/window_flags.h)
// of tracks also:   state content size mtime measured windows shown_title shown_artist shown_album shown_genre
//                   shown_key shown_tags (as they are, escaped)

}  // namespace hearken::remote::weaviate
