// The engine as make_engine finds it in the module.
#include "nn/torch/errors.h"
#include "train/torch/torch_engine.h"

extern "C" hearken::train::Engine* hearken_make_engine(const hearken::model::TowerPlan* plan,
                                                       const hearken::model::WeightSource* weights,
                                                       const hearken::train::EngineOptions* options) {
  return hearken::nn::guarded("training engine",
                              [&] { return new hearken::train::TorchEngine(*plan, *weights, *options); });
}
