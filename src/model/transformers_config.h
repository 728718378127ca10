// A CLAP model's config files as transformers writes them.
#pragma once

#include <nlohmann/json.hpp>

#include "model/clap.h"

namespace hearken::model {

/// For a model that has none. What open_clap_files reads in them is what the description says; what transformers needs
/// beyond that is what laion_clap does. Source: configuration_clap.py, feature_extraction_clap.py,
/// tokenizer_config.json of the published models.
nlohmann::ordered_json config_json(const ClapFiles& files);
nlohmann::ordered_json preprocessor_config_json(const ClapFiles& files);
nlohmann::ordered_json tokenizer_config_json(const ClapFiles& files);

}  // namespace hearken::model
