// Which kind of checkpoint a file is, by its first bytes and never by its name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "hearken/error.h"
#include "model/checkpoint/tensors.h"

namespace hearken::model {

enum class Format { safetensors, torch_zip, other };

Format format_of(std::span<const std::byte> file) noexcept;

/// For a file that is not what was `wanted` ("a safetensors file"): says what it is instead, as far as its first bytes
/// tell (an older PyTorch file, a pointer of git-lfs, a web page), with the remedy. unsupported, else corrupt.
Error not_of_format(const std::filesystem::path& path, std::span<const std::byte> file, std::string_view wanted);

/// A directory's model.safetensors, else its pytorch_model.bin. Throws Error(not_found) that names both.
std::filesystem::path weights_in(const std::filesystem::path& directory);

/// read_safetensors or read_torch, whichever the file is for; throws what they do.
Tensors read_checkpoint(const std::filesystem::path& path);

}  // namespace hearken::model
