// The clips of a run: read, split, decoded once, and fed to the towers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hearken/train.h"
#include "train/data/loader.h"
#include "train/validation.h"

namespace hearken::train {

struct TuneData {
  std::vector<PreparedClip> training, validation;
  std::vector<std::string> skipped;  // as TuneRun::skipped
  std::vector<std::string> remarks;
};

/// Reads and splits what the options name and decodes it into the cache. `progress` hears what is being done, and how
/// many files of how many are. Throws what read_training_clips() and split_clips() throw; Error(invalid_argument) when
/// fewer than two clips are left on a side.
TuneData read_tune_data(const TuneOptions& options, SamplesCache& cache,
                        const std::function<void(const TuneProgress&)>& progress);

/// Of batches to train on, or of the validation's.
LoaderOptions loader_options(const TuneOptions& options, bool training);

/// The captions with which the validation's clips ask.
ValidationCaptions validation_captions(const Loader& validation, std::span<const PreparedClip> clips);

}  // namespace hearken::train
