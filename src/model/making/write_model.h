// Writing a model with some of its weights changed, as a directory of the layout it has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hearken/model_tools.h"
#include "model/layouts/encoders.h"

namespace hearken::model {

/// A tensor by the towers' name (docs/MODEL.md), row-major. "logit_scale.audio" and "logit_scale.text" are among them,
/// as natural logarithms with shape {}.
struct ChangedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// What the directory's README.md says, beside the licences that lie with the source, which are copied.
struct ModelCard {
  std::string title;               // its first heading, one line
  std::string from;                // the model's name as Model::load takes it
  std::string command;             // the command that made it, as it was typed
  std::vector<std::string> facts;  // one sentence of Markdown each: data, epochs, what was measured
};

/// Writes `source` with the changed tensors into `directory`: a CLAP model, LAION's checkpoints too, as transformers
/// lays ClapModel out; one of Hearken's own as that. Changed tensors are stored as float32, all others byte for byte as
/// they are (int8 with their scales). A changed tensor replaces the one of its name, whose extents it must have; one
/// that the source does not have is added where a head reads it (audio.head.map, text.head.map, logit scales).
///
/// The directory is made when it is not there (its parent must be); one that is not empty is refused unless `replace`,
/// which replaces the files of a model that lies there and leaves all others. Files appear when all are written,
/// config.json last; then the model is opened again.
///
/// One thread. Throws Error: invalid_argument (not empty), mismatch (names the tensor whose name or shape is none of
/// the source's), io (disk full: nothing is left of it).
ConvertedModel write_model(const ModelSource& source, std::span<const ChangedTensor> changed, const ModelCard& card,
                           const std::filesystem::path& directory, bool replace);

}  // namespace hearken::model
