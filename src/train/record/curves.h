// A run as a page: loss, recall and rate as curves, and what the watched clips found, epoch by epoch.
#pragma once

#include <span>
#include <string>

#include "train/record/metrics_log.h"

namespace hearken::train {

/// One HTML file that loads nothing. `best` is the epoch whose weights are kept.
std::string curves_page(const TuneRun& run, std::span<const StepLine> steps, std::span<const TuneEpoch> epochs,
                        int best);

}  // namespace hearken::train
