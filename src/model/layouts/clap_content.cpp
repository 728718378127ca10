// Copying what is there, writing what is not.
#include "model/layouts/clap_content.h"

#include <system_error>

#include "model/checkpoint/hugging_face.h"
#include "model/layouts/transformers_config.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

void copy_if_there(ModelDirectory& out, const fs::path& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) out.add_copy(file);
}

}  // namespace

std::map<std::string, Tensor> readable(const Tensors& weights) {
  std::map<std::string, Tensor> out;
  for (const auto& [name, unchecked] : weights.all()) out.emplace(name, weights.at(name));
  return out;
}

ClapContent content_of(const ClapFiles& files) {
  ClapContent out{readable(files.weights), files.description, files.tokenizer, {}};
  if (files.layout == CheckpointLayout::hugging_face) out.configs = files.path;
  return out;
}

void add_tokenizer(ModelDirectory& out, const fs::path& directory) {
  for (const char* name : {"tokenizer.json", "vocab.json", "merges.txt"}) copy_if_there(out, directory / name);
}

void add_clap(ModelDirectory& out, const ClapContent& content) {
  const fs::path from = content.tokenizer.vocabulary.parent_path();
  add_tokenizer(out, from);
  std::error_code ignored;
  if (content.configs)
    for (const char* name : {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"})
      copy_if_there(out, from / name);
  if (!content.configs || !fs::exists(from / "tokenizer_config.json", ignored))
    out.add_json("tokenizer_config.json", tokenizer_config_json(content.description.text.max_tokens));
  const HuggingFaceBuffers buffers(HtsatConfig::kWindow, content.description.text.positions);
  out.add_tensors("model.safetensors", hugging_face_tensors(content.tensors, buffers));
  if (content.configs) {
    out.add_copy(*content.configs / "preprocessor_config.json");
    out.add_copy(*content.configs / "config.json");
  } else {
    out.add_json("preprocessor_config.json", preprocessor_config_json(content.description.features));
    out.add_json("config.json", config_json(content.description));
  }
}

}  // namespace hearken::model
