// Changed tensors among the others, then the files of the layout.
#include "model/making/write_model.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "model/config.h"
#include "model/layouts/clap_content.h"
#include "model/layouts/hearken_clap.h"
#include "model/making/model_card.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;
using TensorMap = std::map<std::string, Tensor>;

bool is_own(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) && Config::read(path / "config.json").text("model_type") == kHearkenClap;
}

// The extents of a tensor that a model of Hearken's own may have or not.
std::optional<std::vector<std::int64_t>> addable(const TowerPlan& plan, std::string_view name) {
  if (name == "logit_scale.audio" || name == "logit_scale.text") return std::vector<std::int64_t>{};
  if (name == "audio.head.map" && plan.audio_head.classes)
    return std::vector<std::int64_t>{plan.classes, plan.dimension};
  return std::nullopt;
}

std::int64_t first_of(const std::vector<std::int64_t>& shape) { return shape.empty() ? 1 : shape.front(); }

void change(TensorMap& tensors, const ModelSource& source, const ChangedTensor& changed, bool own) {
  const auto refuse = [&](const std::string& reason) {
    throw Error(ErrorCode::mismatch,
                fmt::format("{}: tensor {}: {}", display(source.weights().path()), display(changed.name), reason));
  };
  Tensor tensor;
  if (const auto found = tensors.find(changed.name); found != tensors.end()) {
    tensor.shape = found->second.shape;
  } else if (const auto shape = addable(source.plan(), changed.name); shape && own) {
    tensor.shape = *shape;
  } else {
    refuse("is changed and not in the file");
  }
  const auto bytes = std::as_bytes(std::span(changed.values));
  tensor.type = TensorType::f32;
  tensor.data = bytes.data();
  tensor.bytes = bytes.size();
  // A convolution's kernel may come as a matrix.
  if (tensor.elements() != static_cast<std::int64_t>(changed.values.size()) ||
      first_of(tensor.shape) != first_of(changed.shape))
    refuse(fmt::format("is [{}], and its change [{}]", fmt::join(tensor.shape, ", "), fmt::join(changed.shape, ", ")));
  tensors.erase(changed.name + ".scale");
  tensors[changed.name] = std::move(tensor);
}

// The source's config.json, as far as it is true of what was made from it.
nlohmann::ordered_json changed_config(const fs::path& directory, const ModelCard& card, const TensorMap& tensors) {
  const MappedFile file(directory / "config.json");
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  auto config = nlohmann::ordered_json::parse(text, text + file.bytes().size());
  config["name"] = card.title;
  if (tensors.contains("logit_scale.audio")) config.erase("logit_scale");
  if (config.contains("levels"))
    config["levels"]["how"] = fmt::format("those of {}: {}", card.from, config["levels"]["how"].get<std::string>());
  return config;
}

}  // namespace

ConvertedModel write_model(const ModelSource& source, std::span<const ChangedTensor> changed, const ModelCard& card,
                           const fs::path& directory, bool replace) {
  const fs::path& path = source.info().directory;
  const bool own = is_own(path);
  TensorMap tensors = readable(source.weights());
  for (const ChangedTensor& tensor : changed) change(tensors, source, tensor, own);

  ModelDirectory out(directory, replace);
  add_card(out, card.title, std::array{CardSource{card.from, path}}, card.command, card.facts);
  if (own) {
    add_tokenizer(out, path);
    out.add_tensors("model.safetensors", tensors);
    out.add_copy(path / "preprocessor_config.json");
    out.add_json("config.json", changed_config(path, card, tensors));
  } else {
    ClapContent content = content_of(open_clap_files(path));
    content.tensors = std::move(tensors);
    add_clap(out, content);
  }
  return {out.appear(), open_model(out.path())->fingerprint()};
}

}  // namespace hearken::model
