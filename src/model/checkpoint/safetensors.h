// Reader of the safetensors format: a JSON header and raw tensors.
#pragma once

#include <filesystem>

#include "model/checkpoint/tensors.h"

namespace hearken::model {

/// Everything in the header is checked: its size, every type, shape and offset against the file's size, no overlaps, no
/// holes. Throws Error: not_found, permission_denied, corrupt (file, tensor and reason).
/// Source: the format's description in the safetensors repository, README.md.
Tensors read_safetensors(const std::filesystem::path& path);

}  // namespace hearken::model
