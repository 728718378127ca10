// The two published layouts of CLAP checkpoints, and the names by which the towers know their tensors.
#pragma once

#include <string>
#include <string_view>

#include "model/checkpoint/tensors.h"

namespace hearken::model {

enum class CheckpointLayout {
  hugging_face,  // transformers' ClapModel
  laion,         // laion_clap's training files
};

/// The layout whose names the tensors have. Throws Error(unsupported) when it is neither.
CheckpointLayout layout_of(const Tensors& tensors);

/// The same tensors by the towers' names (docs/MODEL.md lists all three); what no tower reads is left out. LAION's
/// joint q|k|v matrices become three views. Throws Error(corrupt) when they cannot be cut in three.
Tensors with_tower_names(Tensors tensors, CheckpointLayout layout);

/// The same for a text tower saved for itself: BERT or RoBERTa as transformers names them, with or without a prefix
/// ("bert.", "roberta.", "0.auto_model."), norms called gamma and beta too.
/// Throws Error(unsupported) when there are no word embeddings.
Tensors with_text_tower_names(Tensors tensors);

/// The name that transformers' ClapModel gives a tower's tensor; empty when there is none.
std::string hugging_face_name(std::string_view tower_name);

}  // namespace hearken::model
