// Is a library as it was written? Every stored value is looked at: its digest, its copy, its range; the caches beside
// it; and whether the files it speaks of are as they were.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "hearken/library.h"

namespace hearken {

/// Something that is not as it was written.
struct Damage {
  std::string place;           // "windows", "tracks", "database": the table, or where it was met
  std::string reason;          // one line
  std::int64_t track = 0;      // whose it is; 0: not one track's
  std::filesystem::path path;  // of that track, as far as it can be read
  std::int64_t embedding = 0;  // vectors: the row to be taken out; 0: none
  std::string model;           // vectors: the model's name
};

struct CheckReport {
  std::int64_t tracks = 0, windows = 0, bytes = 0;  // looked at
  std::vector<Damage> damaged;
  std::vector<FileNote> caches;   // damaged cache files: made anew by the next search
  std::vector<FileNote> changed;  // files that are gone or were changed since they were indexed, by path
  double seconds = 0;             // it took
};

/// Looks at everything and changes nothing. Reads the whole library file. Throws Error as Library::open; what cannot be
/// read is part of the report.
CheckReport check(const Library& library);

struct RepairReport {
  std::vector<std::filesystem::path> to_index;  // files to be indexed again, in order
  std::vector<Damage> lost;                     // vectors whose file is not there, and values that nothing tells
};

/// Takes out what is damaged and can be made again, in one transaction: damaged vectors go, a track of which another
/// value is damaged counts as changed, damaged caches are deleted, indices are made anew from their tables. Indexing
/// `to_index` makes it all again; ratings, playlists and a person's tags stay. Needs a library opened with `create`.
RepairReport repair(Library& library, const CheckReport& report);

}  // namespace hearken
