// All that the files of a CLAP model hold, wherever it comes from, and writing them as transformers lays them out.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "model/layouts/clap.h"
#include "model/layouts/model_directory.h"

namespace hearken::model {

struct ClapContent {
  std::map<std::string, Tensor> tensors;  // by the towers' names; their memory is another's
  ClapDescription description;
  TokenizerFiles tokenizer;
  std::optional<std::filesystem::path> configs;  // the directory whose config files say all this; else they are written
};

/// Points into the files. Throws Error(unsupported) for a tensor that cannot be read.
ClapContent content_of(const ClapFiles& files);

/// Adds tokenizer, weights, preprocessor_config.json and, last, config.json.
void add_clap(ModelDirectory& out, const ClapContent& content);

/// Adds the tokenizer's files that lie in its directory.
void add_tokenizer(ModelDirectory& out, const std::filesystem::path& directory);

/// All tensors of a file. Throws Error(unsupported) for one that cannot be read.
std::map<std::string, Tensor> readable(const Tensors& weights);

}  // namespace hearken::model
