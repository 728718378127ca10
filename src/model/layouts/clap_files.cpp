// What the files of a CLAP model say about it.
#include <algorithm>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "hearken/hub.h"
#include "model/checkpoint/format.h"
#include "model/config.h"
#include "model/layouts/clap.h"
#include "model/towers/tower_config.h"
#include "model/towers/tower_shapes.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDimension = 8192;

ClapDescription describe(const Tensors& weights) {
  ClapDescription d;
  d.audio = htsat_shapes(weights);
  d.text = bert_shapes(weights);
  d.dimension = extent(weights, "audio.projection.fc2.weight", 0, kMaxDimension);
  d.features.fused = d.audio.fused;
  if (d.audio.fused)
    d.fusion_reduction = d.audio.width / extent(weights, "audio.fusion.local.in.bias", 0, d.audio.width);
  return d;
}

// laion_clap's own: training/data.py, hook.py, model_configs/HTSAT-*.json; RoBERTa-base has heads of 64.
void complete_as_laion(ClapDescription& d) {
  constexpr int kTokens = 77, kHeadWidth = 64;
  d.text.heads = std::max(1, d.text.width / kHeadWidth);
  d.text.norm_epsilon = 1e-5F;
  d.text.max_tokens = std::min(kTokens, d.text.positions - 2);
  d.features.int16_round_trip = true;
  d.features.fuse_short = false;
}

// Keys left out have the values of transformers, configuration_clap.py and feature_extraction_clap.py.
void complete_from_files(ClapDescription& d, const fs::path& directory, const Config& config) {
  complete_htsat(d.audio, config.section("audio_config"));
  complete_roberta(d.text, config.section("text_config"));
  d.text.max_tokens = d.text.positions - 2;
  if (const fs::path file = directory / "tokenizer_config.json"; path_exists(file))
    d.text.max_tokens = static_cast<int>(
        std::clamp(Config::read(file).number("model_max_length", d.text.max_tokens), 2.0, 1.0 * d.text.max_tokens));
  d.features = clap_feature_config(Config::read(directory / "preprocessor_config.json"), d.audio.fused);
}

ClapFiles open_directory(const fs::path& directory) {
  const Config config = Config::read(directory / "config.json");
  Tensors weights = read_checkpoint(weights_in(directory));
  if (layout_of(weights) != CheckpointLayout::hugging_face)
    throw Error(ErrorCode::unsupported,
                display(weights.path()) + ": a LAION checkpoint; give its path, not its folder's");
  weights = with_tower_names(std::move(weights), CheckpointLayout::hugging_face);
  ClapDescription description = describe(weights);
  complete_from_files(description, directory, config);
  auto tokenizer = tokenizer_in(directory);
  if (!tokenizer)
    throw Error(ErrorCode::not_found,
                display(directory) + ": holds neither tokenizer.json nor vocab.json and merges.txt");
  return {directory, CheckpointLayout::hugging_face, std::move(weights), std::move(description), std::move(*tokenizer)};
}

ClapFiles open_file(const fs::path& path) {
  Tensors weights = read_checkpoint(path);
  if (layout_of(weights) != CheckpointLayout::laion)
    throw Error(ErrorCode::unsupported,
                display(path) +
                    ": the weights of a Hugging Face model; give the path of its folder, which has its "
                    "config.json and tokenizer");
  weights = with_tower_names(std::move(weights), CheckpointLayout::laion);
  ClapDescription description = describe(weights);
  complete_as_laion(description);
  auto tokenizer = tokenizer_in(path.parent_path());
  if (const auto cached = find_roberta_tokenizer(); !tokenizer && cached) tokenizer = tokenizer_in(*cached);
  if (!tokenizer)
    throw Error(ErrorCode::not_found,
                display(path) +
                    ": LAION's checkpoints carry no tokenizer; put roberta-base's "
                    "tokenizer.json beside it, or run: hearken model pull FacebookAI/roberta-base:tokenizer.json");
  return {path, CheckpointLayout::laion, std::move(weights), std::move(description), std::move(*tokenizer)};
}

}  // namespace

ClapFiles open_clap_files(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? open_directory(path) : open_file(path);
}

}  // namespace hearken::model
