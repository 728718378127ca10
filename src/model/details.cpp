// What a model is made of, from its files.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "core/enum_names.h"
#include "core/text.h"
#include "hearken/model_tools.h"
#include "model/config.h"
#include "model/layouts/clap.h"
#include "model/layouts/hearken_clap.h"
#include "model/layouts/locate.h"
#include "model/making/model_card.h"
#include "model/towers/tower_config.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using namespace model;

std::vector<std::string> types_of(const Tensors& weights) {
  std::map<TensorType, std::size_t> bytes;
  for (const auto& [name, tensor] : weights.all()) bytes[tensor.type] += tensor.bytes;
  std::vector<std::pair<std::size_t, std::string>> types;
  for (const auto& [type, size] : bytes)
    if (type != TensorType::i64)
      types.emplace_back(size, lower_ascii(name_in(kTensorTypeNames, type)));  // counters of batches
  std::sort(types.rbegin(), types.rend());
  std::vector<std::string> out;
  for (auto& [size, type] : types) out.push_back(std::move(type));
  return out;
}

void add_file(ModelDetails& out, const fs::path& path) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (!error) out.files.push_back({path, bytes});
}

constexpr const char* kByteBpe = "byte-level BPE";

void describe_features(ModelPreprocessing& p, const ClapFeatureConfig& f) {
  p.fft_samples = f.n_fft;
  p.hop_samples = f.hop;
  p.mel_bins = f.mel_bins;
  p.lowest_hz = f.lowest_hz;
  p.highest_hz = f.highest_hz;
  p.mel_scale = f.fused ? "htk" : "slaney";
  p.view_seconds = 1.0 * f.view_samples / f.sample_rate_hz;
  p.int16_round_trip = f.int16_round_trip;
  p.fusion = f.fused;
  p.fuse_short = f.fused && f.fuse_short;
}

void describe_clap(ModelDetails& out, const fs::path& path) {
  const ClapFiles files = open_clap_files(path);
  const bool laion = files.layout == CheckpointLayout::laion;
  out.layout = laion ? "laion" : "hugging_face";
  out.weight_types = types_of(files.weights);
  add_file(out, files.weights.path());
  add_file(out, files.tokenizer.vocabulary);
  if (files.tokenizer.merges) add_file(out, *files.tokenizer.merges);
  if (!laion)
    for (const char* name : {"config.json", "preprocessor_config.json", "tokenizer_config.json"})
      add_file(out, path / name);

  describe_features(out.preprocessing, files.description.features);
  out.preprocessing.text_tokens = files.description.text.max_tokens;
  out.preprocessing.tokenizer = kByteBpe;
}

void describe_own(ModelDetails& out, const fs::path& path) {
  const auto source = open_model(path);
  const TowerPlan& plan = source->plan();
  out.layout = "hearken";
  out.weight_types = types_of(source->weights());
  for (const char* name :
       {"model.safetensors", "tokenizer.json", "vocab.json", "merges.txt", "config.json", "preprocessor_config.json"})
    add_file(out, path / name);
  const Config c = Config::read(path / "preprocessor_config.json");
  ModelPreprocessing& p = out.preprocessing;
  p.text_tokens = plan.text.max_tokens;
  p.tokenizer = plan.roberta ? kByteBpe : "WordPiece";
  if (const auto* htsat = std::get_if<HtsatConfig>(&plan.audio)) {
    describe_features(p, clap_feature_config(c, htsat->fused));
    return;
  }
  p.fft_samples = c.integer("n_fft", 16, 1 << 16);
  p.hop_samples = c.integer("hop_length", 1, p.fft_samples);
  p.mel_bins = c.integer("feature_size", 1, 1024);
  p.mel_scale = "stored";
  p.view_seconds = c.number("max_length_s");
}

}  // namespace

ModelDetails model_details(std::string_view name) {
  ModelDetails out;
  const Model model = Model::load(name);
  out.info = model.info();
  out.weights_fingerprint = model.weights_fingerprint();
  for (const Precision precision : {Precision::fp32, Precision::bf16, Precision::int8}) {
    try {
      if (precision != out.info.precision) Model::load(name, precision);
      out.precisions.push_back(precision);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unsupported) throw;
    }
  }
  const fs::path path = locate(name).path;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    out.card = card_title(path);
    if (Config::read(path / "config.json").text("model_type") == kHearkenClap) {
      describe_own(out, path);
      return out;
    }
  }
  describe_clap(out, path);
  return out;
}

}  // namespace hearken
