// What tune()'s options mean: checks, which weights are trained, what is drawn, and what makes two runs the same.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

#include "hearken/train.h"
#include "model/towers/tower_plan.h"
#include "train/data/augment.h"
#include "train/engine.h"

namespace hearken::train {

/// Throws Error(invalid_argument) that names the first option out of range, as the command line calls it.
void check(const TuneOptions& options);

/// Whether a tensor is trained, by its name (docs/MODEL.md) and TuneOptions::train. "heads" are what comes after the
/// towers' pooled states; "audio" and "text" one side with its head; "last:N" the last N blocks of each tower, its last
/// norm, and the heads. Logit scale and bias always are. Throws Error(invalid_argument) for other words.
std::function<bool(std::string_view name)> trained_tensors(std::string_view train, const model::TowerPlan& plan);

/// From a list as TuneOptions::augment. Throws Error(invalid_argument) for a word that is none of it.
Augmentation augmentation(std::string_view list);

EngineOptions engine_options(const TuneOptions& options, const model::TowerPlan& plan);

/// Whatever decides the bits of the result, by option: what a run that goes on is compared with. The fingerprints are
/// those of the model's weights and of the clips.
nlohmann::ordered_json settings(const TuneOptions& options, std::string_view model_fingerprint,
                                std::string_view training_clips, std::string_view validation_clips);

}  // namespace hearken::train
