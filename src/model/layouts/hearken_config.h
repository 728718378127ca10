// config.json of a model in Hearken's own layout, as hearken_clap.cpp reads it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "model/towers/tower_plan.h"

namespace hearken::model {

/// Without logit_scale and levels: the one may stand among the weights, the other is measured.
/// fusion_reduction: of a fused HTSAT (ClapDescription).
nlohmann::ordered_json hearken_config_json(const TowerPlan& plan, const std::string& name, int fusion_reduction);

}  // namespace hearken::model
