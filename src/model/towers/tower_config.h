// The towers' shapes as config files state them, and what those of CLAP's towers say beside the tensors.
#pragma once

#include "model/config.h"
#include "model/towers/bert.h"
#include "model/towers/ced.h"
#include "model/towers/clap_features.h"
#include "model/towers/htsat.h"

namespace hearken::model {

/// Of a model of Hearken's own. All functions here throw Error: corrupt, unsupported; both name file and key.
CedConfig ced_config(const Config& config, int mel_bins);
BertConfig minilm_config(const Config& config);

/// What the tensors do not tell (tower_shapes.h), from transformers' audio_config and text_config; keys left out have
/// the values of configuration_clap.py. What was measured must not contradict them.
void complete_htsat(HtsatConfig& measured, const Config& audio);
void complete_bert(BertConfig& measured, const Config& text);     // all but max_tokens
void complete_roberta(BertConfig& measured, const Config& text);  // likewise

/// transformers' preprocessor_config.json with Hearken's own keys (docs/MODEL.md).
ClapFeatureConfig clap_feature_config(const Config& preprocessor, bool fused);

}  // namespace hearken::model
