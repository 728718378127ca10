// Tracks that get other paths, and the record of it, run by run. What writes belongs inside a write transaction of the
// caller's, which moves the files too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/hash.h"
#include "hearken/library.h"

namespace hearken::library {

/// Gives the track, and a source of its old path, the new path.
void move_track(const Library& library, std::int64_t track, const std::filesystem::path& from,
                const std::filesystem::path& to);

struct RenameRecord {
  Track track;                     // as the library knows it now
  std::filesystem::path from, to;  // what it was called, and was to be
  Digest content{};                // when it was renamed
};

/// The number of the next run.
std::int64_t next_rename_run(const Library& library);
void record_rename(const Library& library, std::int64_t run, std::int64_t track, const std::filesystem::path& from,
                   const std::filesystem::path& to);
void forget_rename(const Library& library, std::int64_t run, std::int64_t track);

/// The newest first.
std::vector<std::int64_t> rename_runs(const Library& library);
/// By track.
std::vector<RenameRecord> renames_of_run(const Library& library, std::int64_t run);

}  // namespace hearken::library
