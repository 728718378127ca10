// Passages that should win no votes: silence, clapping and, when asked for, speech; found, shown, and flagged.
//
// A flag is of a window of one model's vectors. Flagged windows take no part in like() by votes: they are neither among
// the windows of a query that the library knows nor among those that are found. Everything else sees them as before:
// find(), moments too, means, similar_tracks(). Nothing that was indexed changes, and clean_undo() takes all flags
// back. Windows that were known as silent when they were indexed (docs/LIBRARY.md) are found by no search in any case.
//
//   silence    the window's vector is near to the model's own vectors of silence (cosine of at least 0.5, for a model
//   of
//              evidence 0.9, to digital silence or to faint noise), and nothing in it is louder than -60 dBFS, as the
//              mean square of any 0.1 s of the mono mix. Only files with such a vector are decoded again. What is as
//              faint but is music to the model is not like silence to it, and collects no votes of silence.
//   clapping   the window's best cosine to words for applause is above its best cosine to any of some thirty words for
//   speech     music, voices, noises and speech by at least t, t being 0.7 · the model's level HIGH; or by at least
//              t / 2, and it is near (cosine of at least 0.7) to a window of the library that is found: clusters grow
//              from what is certain. Speech likewise, against applause and the rest. For a model of evidence t is
//              0.15 · HIGH, singing does not weigh against clapping, and what is near (0.9, for speech 0.92) need only
//              have no other word above.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/index.h"
#include "hearken/library.h"
#include "hearken/model.h"

namespace hearken {

enum class CleanReason { silence, clapping, speech };
std::string_view to_string(CleanReason reason) noexcept;  // "silence", "clapping", "speech"

struct CleanOptions {
  bool speech = false;   // speech is looked for, too
  bool dry_run = false;  // nothing is flagged
};

/// Windows of one track, one after the other, that were found for one reason.
struct CleanPassage {
  std::int64_t id = 0;  // the track, as in `id:42`
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  CleanReason reason = CleanReason::silence;
  double start_seconds = 0;  // of the first window
  double end_seconds = 0;    // of the last
  std::int64_t windows = 0;
};

struct CleanResult {
  std::vector<CleanPassage> passages;  // by track, then by start, then by reason
  std::int64_t tracks = 0;             // that were looked at
  std::int64_t windows = 0;            // of those
  std::int64_t flagged = 0;            // of those, found for any reason
  Windowing windowing;                 // of the vectors looked at
  std::vector<FileNote> skipped;       // files that could not be decoded again: of them no silence was found
};

/// Looks at the vectors that find() takes, of the tracks that are there, and makes what it finds the flags of these
/// vectors: what an earlier run flagged and this one does not find loses its flag. Tracks
/// that are missing keep theirs. The same library gives the same
/// result. Unless it is a dry run the library is open for writing.
/// Throws Error: what find() throws for its library; permission_denied, busy, io when the flags cannot be written.
CleanResult clean(const Library& library, const Model& model, const CleanOptions& options = {});

/// Takes back every flag, of all models. Returns how many windows had one. The library is open for writing.
std::int64_t clean_undo(const Library& library);

}  // namespace hearken
