// Which files make a model.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::model::hub {

/// Of what `has` knows, what a model in Hugging Face layout needs: config.json, preprocessor_config.json, the tokenizer
/// (tokenizer.json, else vocab.json with merges.txt), and the weights (model.safetensors, else pytorch_model.bin),
/// small ones first. `missing` names what is not there and has no substitute.
struct ModelFiles {
  std::vector<std::string> needed;
  std::vector<std::string> missing;
};
ModelFiles files_of_model(const std::function<bool(std::string_view file)>& has);

/// The same, of a directory.
ModelFiles files_of_model(const std::filesystem::path& directory);

/// The files of a tokenizer: tokenizer.json, else vocab.json and merges.txt in this order; empty when it is not
/// complete.
std::vector<std::string> files_of_tokenizer(const std::function<bool(std::string_view file)>& has);

/// Where roberta-base lives on the hub, and where it was before; the cache may hold it under either.
inline constexpr std::string_view kRobertaRepos[] = {"FacebookAI/roberta-base", "roberta-base"};

}  // namespace hearken::model::hub
