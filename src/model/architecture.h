// What a model is called after its towers.
#pragma once

#include <string>

#include "model/checkpoint/tensors.h"
#include "model/tower_plan.h"

namespace hearken::model {

/// "HTSAT-base, RoBERTa-base", "CED, MiniLM".
std::string architecture_of(const TowerPlan& plan);

/// Numbers in all tensors; scales of int8 ones and the running statistics of norms are none.
std::int64_t parameters_of(const Tensors& weights);

}  // namespace hearken::model
