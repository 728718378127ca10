// Filtering sounds by texts: a sound with a moment that is what was denied does not pass.
//
// Each window is compared with the denied texts, the allowed texts and AudioSet's 527 names. It is denied by the denied
// text it scores best on when that score is at least Levels::clear of the model, or the given threshold; is above its
// scores on all allowed texts; and no AudioSet name is more than a hundred times as probable (as in classify.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "hearken/model.h"
#include "hearken/score.h"

namespace hearken {

/// Windows one after the other, or overlapping, that the same text denies.
struct DeniedPart {
  std::string text;
  double start_seconds = 0, end_seconds = 0;
  double score = 0;     // of the best of its windows
  std::string allowed;  // the allowed text that comes nearest there; empty when none were given
  double allowed_score = 0;
};

struct Filtered {
  std::int64_t id = 0;  // of a library's track that was asked for as such; 0: a file
  std::filesystem::path path;
  double duration_seconds = 0;
  std::int64_t windows = 0;
  std::vector<DeniedPart> denied;  // by time; empty: it passes
  double nearest = 0;              // the best score of any window on a denied text
  std::string nearest_text;
};

struct FilterResult {
  Windowing windowing;
  double threshold = 0;            // that was used
  std::vector<Filtered> sounds;    // in the order asked for
  std::vector<FileNote> skipped;   // what could not be read: it has not passed
  std::vector<FileNote> warnings;  // read, but something is odd (a file that ends early)
};

struct FilterOptions : WatchedRunOptions {
  Windowing windowing;
  std::optional<double> threshold;  // none: the model's level HIGH
};

/// Throws Error as score() does; invalid_argument also without a denied text, for a text both denied and allowed and
/// for a threshold that is no cosine.
FilterResult filter(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                    std::span<const std::string> deny, std::span<const std::string> allow,
                    const FilterOptions& options = {});

}  // namespace hearken
