// Reader of the safetensors format: a JSON header and raw tensors.
#pragma once

#include <filesystem>

#include "model/checkpoint/tensors.h"

namespace hearken::model {

/// Everything in the header is checked: its size, every type, shape and offset against the file's size, no name twice,
/// no overlaps, no holes. It is read as a stream, so that no more is remembered than Tensors keeps and a small part of
/// the header's own size. A tensor of a type that is not read is there but unreadable. Throws Error: not_found,
/// permission_denied, corrupt (file, tensor and reason), unsupported (a file of another kind, with the remedy).
/// Source: the format's description in the safetensors repository, README.md.
Tensors read_safetensors(const std::filesystem::path& path);

}  // namespace hearken::model
