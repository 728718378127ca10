// LAION's CLAP models as published: transformers' directories and laion_clap's training files.
#pragma once

#include <filesystem>
#include <memory>

#include "model/checkpoint/names.h"
#include "model/checkpoint/tensors.h"
#include "model/layouts/encoders.h"
#include "model/tokenizer_files.h"
#include "model/towers/clap_features.h"
#include "model/towers/htsat.h"
#include "model/towers/roberta.h"

namespace hearken::model {

/// All that is known of a CLAP model before its weights are read: shapes from the tensors themselves, the rest from
/// config files (Hugging Face) or from what laion_clap does (LAION).
struct ClapDescription {
  HtsatConfig audio;
  BertConfig text;
  int dimension = 0;         // 512
  int fusion_reduction = 4;  // the fused tower's width over that of the gate's inner layer
  ClapFeatureConfig features;
};

struct ClapFiles {
  std::filesystem::path path;
  CheckpointLayout layout = CheckpointLayout::hugging_face;
  Tensors weights;  // by the towers' names
  ClapDescription description;
  TokenizerFiles tokenizer;
};

/// The longest window of a model with these features.
double max_window_seconds(const ClapFeatureConfig& features);

/// Opens a directory in Hugging Face layout, or a LAION checkpoint. Reads no weights.
/// Throws Error: not_found (names the file that is missing), corrupt, unsupported.
ClapFiles open_clap_files(const std::filesystem::path& path);

std::unique_ptr<ModelSource> open_clap(ClapFiles files);

}  // namespace hearken::model
