// Reader of the files that torch.save writes: a zip of a pickle and of the tensors' storages.
#pragma once

#include <filesystem>

#include "model/checkpoint/tensors.h"

namespace hearken::model {

/// The tensors of the dict at the file's root or, where that has one, of the dict under its key `state_dict`, `model`
/// or `model_state_dict`, under their names as they are written ("module." and all); what lies beside (an optimizer,
/// scores) is not looked at. Nothing of the file is ever run, and nothing but the zip's directory and data.pkl is read
/// until a tensor is: opening takes milliseconds. Tensors of other types, or that are not row-major without gaps, are
/// there but unreadable. Throws Error: not_found, permission_denied, corrupt (file, place and reason), unsupported
/// (what the pickle holds beyond tensors; files of other kinds, with the remedy). Source: torch.serialization and
/// torch._utils of PyTorch 1.6 to 2.15.
Tensors read_torch(const std::filesystem::path& path);

}  // namespace hearken::model
