// Writer of the safetensors format: a JSON header and raw tensors.
#pragma once

#include <map>
#include <string>

#include "core/files/new_file.h"
#include "model/checkpoint/tensors.h"

namespace hearken::model {

/// Writes the tensors, in the types they have, from where they lie: nothing of them is copied in memory. The wider
/// types come first, each then in the order of names, so that every tensor begins at a multiple of its element's size;
/// the header ends at a multiple of 8 bytes and says {"format": "pt"}, without which transformers refuses the file.
/// Throws Error: unsupported (a tensor that cannot be read), and as NewFile.
void write_safetensors(NewFile& file, const std::map<std::string, Tensor>& tensors);

}  // namespace hearken::model
