// The way to the module.
#include "model/towers/device_towers.h"

#include "nn/torch_module.h"

namespace hearken::model {

std::unique_ptr<DeviceTowers> open_on_device(const TowerPlan& plan, const WeightSource& weights,
                                             const std::string& device) {
  using Open = DeviceTowers* (*)(const TowerPlan&, const WeightSource&, const std::string&);
  const auto open = reinterpret_cast<Open>(nn::torch_symbol("hearken_open_on_device"));
  return std::unique_ptr<DeviceTowers>(open(plan, weights, device));
}

}  // namespace hearken::model
