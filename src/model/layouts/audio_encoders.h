// The audio side's encoders: front end, tower and head on the CPU.
#pragma once

#include <memory>

#include "audio/mel/mel.h"
#include "model/layouts/encoders.h"
#include "model/towers/clap_features.h"

namespace hearken::model {

// Both read and pack the weights, which must outlive the encoder, for a plan whose audio side is that tower.
// Throw what Tensors throws.
std::unique_ptr<AudioEncoder> make_htsat_encoder(const Tensors& weights, const TowerPlan& plan,
                                                 const ClapFeatureConfig& features, nn::ProductType type);
std::unique_ptr<AudioEncoder> make_ced_encoder(const Tensors& weights, const TowerPlan& plan,
                                               audio::MelFrontEnd front_end, nn::ProductType type);

}  // namespace hearken::model
