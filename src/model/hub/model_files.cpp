// The files of a model in Hugging Face layout.
#include "model/hub/model_files.h"

#include <system_error>

namespace hearken::model::hub {

std::vector<std::string> files_of_tokenizer(const std::function<bool(std::string_view file)>& has) {
  if (has("tokenizer.json")) return {"tokenizer.json"};
  if (has("vocab.json") && has("merges.txt")) return {"vocab.json", "merges.txt"};
  return {};
}

ModelFiles files_of_model(const std::function<bool(std::string_view file)>& has) {
  ModelFiles files;
  for (const char* name : {"config.json", "preprocessor_config.json"})
    (has(name) ? files.needed : files.missing).emplace_back(name);
  const auto tokenizer = files_of_tokenizer(has);
  files.needed.insert(files.needed.end(), tokenizer.begin(), tokenizer.end());
  if (tokenizer.empty()) files.missing.emplace_back("tokenizer.json");
  if (has("tokenizer_config.json")) files.needed.emplace_back("tokenizer_config.json");
  if (has("model.safetensors")) {
    files.needed.emplace_back("model.safetensors");
  } else if (has("pytorch_model.bin")) {
    files.needed.emplace_back("pytorch_model.bin");
  } else {
    files.missing.emplace_back("model.safetensors");
  }
  return files;
}

ModelFiles files_of_model(const std::filesystem::path& directory) {
  return files_of_model([&](std::string_view file) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(directory / file, ignored);
  });
}

}  // namespace hearken::model::hub
