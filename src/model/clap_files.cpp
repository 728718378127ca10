// What the files of a CLAP model say about it.
#include <algorithm>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "hearken/hub.h"
#include "model/checkpoint/format.h"
#include "model/clap.h"
#include "model/config.h"
#include "model/hub/model_files.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

// Far above any published model and low enough that a hostile file cannot ask for much.
constexpr int kMaxWidth = 8192, kMaxStages = 4, kMaxBlocks = 128, kMaxVocabulary = 1 << 21;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// An extent of a tensor's shape, within bounds.
int extent(const Tensors& file, const std::string& name, std::size_t axis, int highest) {
  const Tensor& tensor = file.at(name);
  if (axis >= tensor.shape.size()) throw file.broken(name, "has too few dimensions");
  if (tensor.shape[axis] < 1 || tensor.shape[axis] > highest)
    throw file.broken(
        name, "has an extent of " + std::to_string(tensor.shape[axis]) + ", not 1 to " + std::to_string(highest));
  return static_cast<int>(tensor.shape[axis]);
}

// How many of prefix0suffix, prefix1suffix, … there are.
int count_of(const Tensors& file, const std::string& prefix, const std::string& suffix, int highest) {
  int count = 0;
  while (file.contains(prefix + std::to_string(count) + suffix)) ++count;
  if (count < 1 || count > highest)
    throw file.broken(prefix + "0" + suffix,
                      "is one of " + std::to_string(count) + ", not of 1 to " + std::to_string(highest));
  return count;
}

HtsatConfig audio_shapes(const Tensors& file) {
  HtsatConfig c;
  c.width = extent(file, "audio.patch.weight", 0, kMaxWidth >> kMaxStages);
  c.fused = file.contains("audio.fusion.local_patch.weight");
  const int stages = count_of(file, "audio.stages.", ".blocks.0.norm1.weight", kMaxStages);
  for (int s = 0; s < stages; ++s) {
    const std::string blocks = "audio.stages." + std::to_string(s) + ".blocks.";
    c.depth.push_back(count_of(file, blocks, ".norm1.weight", kMaxBlocks));
    c.heads.push_back(extent(file, blocks + "0.attention.bias", 1, kMaxWidth));
    const int width = c.stage_width(static_cast<std::size_t>(s));
    if (width % c.heads.back() != 0)
      throw file.broken(blocks + "0.attention.bias", "is for " + std::to_string(c.heads.back()) +
                                                         " heads, which do not divide " + std::to_string(width));
  }
  c.mlp_ratio = std::max(1, extent(file, "audio.stages.0.blocks.0.mlp.fc1.weight", 0, kMaxWidth) / c.width);
  return c;
}

BertConfig text_shapes(const Tensors& file) {
  BertConfig c;
  c.vocabulary = extent(file, "text.embeddings.word", 0, kMaxVocabulary);
  c.width = extent(file, "text.embeddings.word", 1, kMaxWidth);
  c.positions = extent(file, "text.embeddings.position", 0, 1 << 16);
  c.types = extent(file, "text.embeddings.token_type", 0, 16);
  c.depth = count_of(file, "text.blocks.", ".attention.query.weight", kMaxBlocks);
  c.hidden = extent(file, "text.blocks.0.mlp.fc1.weight", 0, 8 * kMaxWidth);
  if (c.positions < 4) throw file.broken("text.embeddings.position", "leaves no room for a text");
  return c;
}

ClapDescription describe(const Tensors& weights) {
  ClapDescription d;
  d.audio = audio_shapes(weights);
  d.text = text_shapes(weights);
  d.dimension = extent(weights, "audio.projection.fc2.weight", 0, kMaxWidth);
  d.features.fused = d.audio.fused;
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
  const Config audio = config.section("audio_config"), text = config.section("text_config");
  audio.expect("spec_size", HtsatConfig::kPicture);
  audio.expect("patch_size", HtsatConfig::kPatch);
  audio.expect("window_size", HtsatConfig::kWindow);
  audio.expect("num_mel_bins", HtsatConfig::kMelBins);
  audio.expect("patch_embed_input_channels", 1);
  audio.expect("hidden_act", "gelu");
  audio.expect("flatten_patch_embeds", true);
  audio.expect("enable_patch_layer_norm", true);
  audio.expect("qkv_bias", true);
  audio.expect("projection_hidden_act", "relu");
  if (d.audio.fused) audio.expect("fusion_type", "aff_2d");
  if (audio.boolean("enable_fusion", false) != d.audio.fused)
    audio.fail("enable_fusion", d.audio.fused ? "true, as the weights have feature fusion"
                                              : "false, as the weights have no feature fusion");
  d.audio.norm_epsilon = static_cast<float>(audio.number("layer_norm_eps", 1e-5));

  text.expect("hidden_act", "gelu");
  text.expect("projection_hidden_act", "relu");
  text.expect("position_embedding_type", "absolute");
  text.expect("pad_token_id", kRobertaPadding);
  d.text.heads = text.integer("num_attention_heads", 1, kMaxWidth, 12);
  if (d.text.width % d.text.heads != 0) text.refuse("num_attention_heads", std::to_string(d.text.heads));
  d.text.norm_epsilon = static_cast<float>(text.number("layer_norm_eps", 1e-12));
  d.text.max_tokens = d.text.positions - 2;
  if (const fs::path file = directory / "tokenizer_config.json"; is_there(file))
    d.text.max_tokens = static_cast<int>(
        std::clamp(Config::read(file).number("model_max_length", d.text.max_tokens), 2.0, 1.0 * d.text.max_tokens));

  const Config c = Config::read(directory / "preprocessor_config.json");
  c.expect("feature_size", HtsatConfig::kMelBins);
  c.expect("padding", "repeatpad");
  c.expect("truncation", d.audio.fused ? "fusion" : "rand_trunc");
  ClapFeatureConfig& f = d.features;
  f.sample_rate_hz = c.integer("sampling_rate", 1000, 192000, f.sample_rate_hz);
  f.n_fft = c.integer("fft_window_size", 16, 1 << 16, f.n_fft);
  f.hop = c.integer("hop_length", 1, f.n_fft, f.hop);
  f.lowest_hz = c.number("frequency_min", 0);
  f.highest_hz = c.number("frequency_max", 14000);
  if (!(f.lowest_hz >= 0 && f.lowest_hz < f.highest_hz && f.highest_hz <= f.sample_rate_hz / 2.0))
    c.refuse("frequency_max", std::to_string(f.highest_hz));
  f.view_samples = c.integer("max_length_s", 1, 60, 10) * f.sample_rate_hz;
  if (f.view_samples / f.hop + 1 > HtsatConfig::kPicture * HtsatConfig::kPicture / HtsatConfig::kMelBins)
    c.refuse("hop_length", std::to_string(f.hop));
  // Our own keys, written when a LAION checkpoint is converted.
  f.int16_round_trip = c.boolean("int16_round_trip", false);
  f.fuse_short = c.boolean("fuse_short", true);
}

std::optional<TokenizerFiles> tokenizer_in(const fs::path& directory) {
  const auto files = hub::files_of_tokenizer([&](std::string_view file) { return is_there(directory / file); });
  if (files.empty()) return std::nullopt;
  if (files.size() == 1) return TokenizerFiles{directory / files[0], {}};
  return TokenizerFiles{directory / files[0], directory / files[1]};
}

fs::path weights_in(const fs::path& directory) {
  for (const char* name : {"model.safetensors", "pytorch_model.bin"})
    if (is_there(directory / name)) return directory / name;
  throw Error(
      ErrorCode::not_found,
      display(directory) + ": holds neither model.safetensors nor pytorch_model.bin" +
          (is_there(directory / "model.safetensors.index.json") ? " (weights in several files are not read)" : ""));
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

text::ByteBpe TokenizerFiles::load() const {
  return merges ? text::ByteBpe::load(vocabulary, *merges) : text::ByteBpe::load(vocabulary);
}

ClapFiles open_clap_files(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? open_directory(path) : open_file(path);
}

}  // namespace hearken::model
