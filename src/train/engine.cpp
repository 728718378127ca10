// The engine, out of its module.
#include "train/engine.h"

#include "nn/torch_module.h"

namespace hearken::train {

std::unique_ptr<Engine> make_engine(const model::TowerPlan& plan, const WeightSource& weights, EngineOptions options) {
  using Make = Engine* (*)(const model::TowerPlan*, const WeightSource*, const EngineOptions*);
  const auto make = reinterpret_cast<Make>(nn::torch_symbol("hearken_make_engine"));
  return std::unique_ptr<Engine>(make(&plan, &weights, &options));
}

}  // namespace hearken::train
