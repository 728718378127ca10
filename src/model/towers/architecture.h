// What a model is called after its towers.
#pragma once

#include <cstdint>
#include <string>

#include "model/checkpoint/tensors.h"
#include "model/towers/tower_plan.h"

namespace hearken::model {

/// "HTSAT-base, RoBERTa-base", "CED, MiniLM".
std::string architecture_of(const TowerPlan& plan);

/// The two parts of it.
std::string audio_architecture(const TowerPlan& plan);
std::string text_architecture(const TowerPlan& plan);

/// Numbers in all tensors of a map from names; scales of int8 ones and the running statistics of norms are none.
template <class Map>
std::int64_t parameters_of(const Map& tensors) {
  std::int64_t out = 0;
  for (const auto& [name, tensor] : tensors)
    if (!name.ends_with(".scale") && name.find(".running_") == std::string::npos) out += tensor.elements();
  return out;
}

}  // namespace hearken::model
