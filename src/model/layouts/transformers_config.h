// A CLAP model's config files as transformers writes them.
#pragma once

#include <nlohmann/json.hpp>

#include "model/layouts/clap.h"

namespace hearken::model {

// For models that have none. What is read of them again (tower_config.h) is what the arguments say; what transformers
// needs beyond that is what laion_clap does. Source: configuration_clap.py, feature_extraction_clap.py,
// tokenizer_config.json of the published models.
nlohmann::ordered_json config_json(const ClapDescription& description);
nlohmann::ordered_json preprocessor_config_json(const ClapFeatureConfig& features);
nlohmann::ordered_json tokenizer_config_json(int max_tokens);

/// config.json's sections, for models that have one of the two towers.
nlohmann::ordered_json htsat_config_json(const HtsatConfig& tower, int fusion_reduction, int dimension);
nlohmann::ordered_json roberta_config_json(const BertConfig& tower, int dimension);

/// 1e-05 rather than the double that is nearest to the float.
nlohmann::ordered_json shortest(float value);

}  // namespace hearken::model
