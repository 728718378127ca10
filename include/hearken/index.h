// Indexing: folders and files in, tracks with vectors in the library.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/error.h"
#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

struct IndexProgress {
  std::int64_t files_done = 0;   // embedded, listened to, unchanged or skipped
  std::int64_t files_total = 0;  // 0 while the folders are still being read
  std::int64_t skipped = 0;
  std::int64_t files_open = 0;     // being worked on
  double audio_seconds_done = 0;   // embedded or listened to in this run, unfinished files included
  double audio_seconds_total = 0;  // of these and what is to come, guessed from the files' sizes; 0: not known
  double part_done = 0;            // 0 to 1, of the work that these are; 0 also where it is not known
  double elapsed_seconds = 0;
  double listening_seconds = 0;        // of these since the folders were read
  std::optional<double> seconds_left;  // at the rate so far; nothing while that says too little
  std::string current;                 // display form of the file opened last
};

/// Of a run that takes a while.
struct WatchedRunOptions : RunOptions {
  std::function<void(const IndexProgress&)> progress;  // called from one thread, at most some ten times a second
};

struct IndexOptions : WatchedRunOptions {
  Windowing windowing;  // changes results, part of the fingerprint
  bool quick =
      false;  // of each track three windows, at 15, 50 and 85 % of it; a later run without goes on with the whole
  bool prune = false;  // forget the tracks under these paths that are missing
  bool links = true;   // follow symbolic links, also out of the paths

  const std::atomic<bool>* cancel = nullptr;  // when it turns true, the run stops soon; finished tracks stay
};

/// A file that was left out or only partly read, and why.
struct FileNote {
  std::filesystem::path path;
  ErrorCode code = ErrorCode::internal;
  std::string reason;  // one line, without the path
};

/// CPU seconds summed over the threads that did the work.
struct StageSeconds {
  double crawl = 0, decode = 0, analysis = 0, features = 0, tower = 0, store = 0;
};

struct IndexReport {
  std::int64_t found = 0;      // audio files seen
  std::int64_t indexed = 0;    // embedded in this run
  std::int64_t quick = 0;      // of these, by a few windows only
  std::int64_t completed = 0;  // of these, tracks that had a quick pass before
  std::int64_t moved = 0;      // found again under another path, or copies: vectors kept, nothing embedded
  std::int64_t unchanged = 0;
  std::int64_t listened = 0;  // of unchanged and moved: decoded once more for a fingerprint and features they lacked
  std::int64_t missing = 0;   // under these paths, marked missing (before pruning)
  std::int64_t pruned = 0;    // forgotten
  std::vector<FileNote> skipped;   // in path order
  std::vector<FileNote> warnings;  // indexed, but something is odd (a file that ends early)
  double audio_seconds = 0;        // embedded in this run; of a quick pass what was listened to
  double listened_seconds = 0;     // of the sound of `listened`
  double elapsed_seconds = 0;
  bool cancelled = false;
  StageSeconds stages;
};

/// Indexes every audio file under `paths` (folders are read to the bottom, single files are taken as they are).
/// A folder that cannot be read, or that is an unmounted mount point, is named in `skipped` and changes nothing.
/// Throws Error: busy (another run writes this library), mismatch, io, or invalid_argument when `paths` is empty.
IndexReport index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                  const IndexOptions& options = {});

}  // namespace hearken
