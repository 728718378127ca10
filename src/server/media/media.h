// Files to listen to: parts of them by Range, excerpts as WAV, waveforms.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/files/descriptor.h"
#include "hearken/library.h"
#include "server/http/http.h"
#include "server/http/json.h"
#include "server/http/options.h"
#include "server/media/decoding.h"

namespace hearken::server {

/// A regular file, or the one range of it that is asked for (206, or 416 as HttpError), with its validators: 304 for
/// what the client has. Throws HttpError 404 when it is none.
Response file_response(const Request& request, Descriptor file, std::string type);

/// The picture in the track's file, or the one that lies beside it as cover, folder or front. Throws as open_track().
std::optional<Picture> picture_of(const Library& library, const Track& track);

/// A sound's media type by its first bytes: one of audio/…, never anything that a browser would run.
std::string sound_type(const std::filesystem::path& path);

/// Seconds [start, end) as 16-bit mono WAV at 44.1 kHz. Throws as decoding does.
Response excerpt_response(const Request& request, const std::filesystem::path& path, const std::string& name,
                          const Limits& limits);

/// The Peaks of the API for `request`'s count, start and end. Throws as decoding does.
Response peaks_response(const Request& request, const std::filesystem::path& path, const std::string& name,
                        double duration_seconds, const Limits& limits);

}  // namespace hearken::server
