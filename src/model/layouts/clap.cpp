// CLAP as a model.
#include "model/layouts/clap.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/files/mapped_file.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "model/layouts/audio_encoders.h"
#include "model/layouts/text_encoders.h"
#include "model/towers/architecture.h"

namespace hearken::model {
namespace {

// What a fused model takes at once; its spectrogram alone is then 8 MB.
constexpr double kLongestFusedWindowSeconds = 300;

// All that decides a vector, whatever file it was in: every tensor, the tokenizer, the preprocessing.
std::string fingerprint_of(const ClapFiles& files) {
  std::vector<std::pair<const std::string*, const Tensor*>> tensors;
  for (const auto& [name, tensor] : files.weights.all())
    if (tensor.unreadable.empty()) tensors.emplace_back(&name, &tensor);
  std::vector<std::string> digests(tensors.size());
  parallel_for(tensors.size(), [&](std::size_t t) {
    Hasher hasher;
    hasher.update(std::span(tensors[t].second->data, tensors[t].second->bytes));
    digests[t] = to_hex(hasher.digest());
    files.weights.release_pages(*tensors[t].first);
  });
  Hasher hasher;
  for (std::size_t t = 0; t < tensors.size(); ++t)
    hasher.update(fmt::format("{} {} [{}] {}\n", *tensors[t].first, static_cast<int>(tensors[t].second->type),
                              fmt::join(tensors[t].second->shape, ","), digests[t]));
  hasher.update(MappedFile(files.tokenizer.vocabulary).bytes());
  if (files.tokenizer.merges) hasher.update(MappedFile(*files.tokenizer.merges).bytes());
  const ClapDescription& d = files.description;
  hasher.update(fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}", d.features.sample_rate_hz, d.features.n_fft,
                            d.features.hop, d.features.mel_bins, d.features.lowest_hz, d.features.highest_hz,
                            d.features.view_samples, d.features.int16_round_trip, d.features.fuse_short,
                            d.audio.norm_epsilon, d.text.heads, d.text.max_tokens, d.text.norm_epsilon));
  return to_hex(hasher.digest());
}

class ClapSource final : public ModelSource {
 public:
  explicit ClapSource(ClapFiles files) : files_(std::move(files)) {
    const ClapDescription& d = files_.description;
    info_.directory = files_.path;
    info_.dimension = d.dimension;
    info_.audio_pooled_dimension = d.audio.pooled_width();
    info_.text_pooled_dimension = d.text.width;
    info_.sample_rate_hz = d.features.sample_rate_hz;
    info_.max_window_seconds = max_window_seconds(d.features);
    info_.logit_scale = std::exp(static_cast<double>(files_.weights.floats("logit_scale.audio", 1, 1)[0]));
    plan_ = {.audio = d.audio,
             .audio_head = {.projection = true},
             .text = d.text,
             .roberta = true,
             .text_head = {.projection = true},
             .dimension = d.dimension};
    info_.architecture = architecture_of(plan_);
    info_.levels = {0.30, 0.30, 0.15, "the thresholds that go with LAION's models"};
    info_.parameters = parameters_of(files_.weights.all());
  }

  const Tensors& weights() const noexcept override { return files_.weights; }

  std::string fingerprint() const override { return fingerprint_of(files_); }

  std::unique_ptr<AudioEncoder> load_audio(nn::ProductType type) const override {
    return make_htsat_encoder(files_.weights, plan_, files_.description.features, type);
  }
  std::unique_ptr<TextEncoder> load_text(nn::ProductType type) const override {
    return make_roberta_encoder(files_.weights, plan_, files_.tokenizer, type);
  }

 private:
  ClapFiles files_;
};

}  // namespace

double max_window_seconds(const ClapFeatureConfig& features) {
  return features.fused ? kLongestFusedWindowSeconds : 1.0 * features.view_samples / features.sample_rate_hz;
}

std::unique_ptr<ModelSource> open_clap(ClapFiles files) { return std::make_unique<ClapSource>(std::move(files)); }

}  // namespace hearken::model
