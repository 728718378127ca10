// The towers' shapes as a Hearken model's config.json states them.
#pragma once

#include "model/bert.h"
#include "model/ced.h"
#include "model/config.h"

namespace hearken::model {

/// Throw Error: corrupt, unsupported; both name file and key.
CedConfig ced_config(const Config& config, int mel_bins);
BertConfig minilm_config(const Config& config);

}  // namespace hearken::model
