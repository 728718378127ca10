// Recordings that are in the library more than once, in other formats, bit rates, lengths and masters. Nothing is ever
// deleted or changed: the result is for a person to decide by.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"

namespace hearken {

/// How a track goes with the best one of its group.
enum class Likeness {
  best,       // it is that one
  identical,  // the same bytes
  same,       // the same recording: another format, bit rate, level or length
  near,       // nearly: another master or mix, or much of it changed
};

/// "best", "identical", "same", "near".
std::string_view to_string(Likeness likeness) noexcept;

struct DedupeTrack {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  std::string format;         // the file name's ending in lower case: "flac"
  bool lossless = false;      // as its format has it; what was made from an MP3 stays so
  double duration_seconds = 0;
  std::int64_t bytes = 0;
  std::int64_t bits_per_second = 0;  // bytes and duration together

  Likeness likeness = Likeness::best;
  // Seconds of the shorter of this track and the best one in which both agree, of those with landmarks: 0 to 1.
  double overlap = 1;
  double agreement = 1;       // share of landmarks that agree within the overlap, 0 to 1; coding costs some
  double offset_seconds = 0;  // where this track begins in the best one; negative when it begins before
};

struct DedupeGroup {
  // The suggestion to keep comes first: of those no more than 2 % shorter than the longest a lossless one, else the one
  // with most bits a second (of Opus doubled, of Vorbis and AAC 1.4 times), then the lowest id. The others by id.
  std::vector<DedupeTrack> tracks;
};

struct DedupeResult {
  std::vector<DedupeGroup> groups;       // those with most bytes beside the best one first
  std::int64_t tracks = 0;               // compared
  std::int64_t without_fingerprint = 0;  // tracks of which only the bytes could be compared
  std::int64_t bytes_beside_best = 0;    // of all groups
  double seconds = 0;                    // it took
};

/// Two tracks are of one group when their bytes are the same, or when the shorter is at least half as long as the
/// longer and agrees with it, at one offset, in nearly all of its seconds: a jingle or loops in common are not enough.
/// Groups are what hangs together so. Memory: some hundred numbers for a track, not pairs of tracks. Throws Error:
/// corrupt for a damaged fingerprint, naming the track; io.
DedupeResult dedupe(const Library& library);

}  // namespace hearken
