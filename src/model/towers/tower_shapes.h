// The sizes of towers, from the tensors themselves.
#pragma once

#include <string>

#include "model/checkpoint/tensors.h"
#include "model/towers/bert.h"
#include "model/towers/htsat.h"

namespace hearken::model {

/// What the tensors' extents say; heads that are no tensor's extent (BERT's) and epsilons are not set.
/// Throw Error(corrupt) that names the tensor which is missing or out of the bounds, which no published model comes
/// near.
HtsatConfig htsat_shapes(const Tensors& weights);
BertConfig bert_shapes(const Tensors& weights);  // RoBERTa's too

/// An extent of a tensor's shape, 1 to `highest`; else throws Error(corrupt).
int extent(const Tensors& weights, const std::string& name, std::size_t axis, int highest);

}  // namespace hearken::model
