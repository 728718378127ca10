// Files of the library, opened to be sent or decoded: never one that a link leads to elsewhere, never another one than
// was indexed.
#pragma once

#include <filesystem>

#include "core/files/descriptor.h"
#include "hearken/library.h"

namespace hearken::server {

/// The track's file, opened beneath the source that holds it (core/files/beneath.h). Throws HttpError 404 where it is
/// not there, 403 where a link leads out of the source, and 409 where size or time of last change are not those that
/// were indexed.
Descriptor open_track(const Library& library, const Track& track);

/// A file beside the track, opened in the same way; none where there is no such regular file.
Descriptor open_beside(const Library& library, const Track& track, const std::string& name);

/// Where an open file can be opened once more, also by a process that this one starts.
std::filesystem::path path_of(const Descriptor& file);

}  // namespace hearken::server
