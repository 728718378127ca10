// CLAP's encoders.
#include "model/clap.h"

#include <fmt/format.h>

#include <cmath>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "core/hash.h"
#include "core/mapped_file.h"
#include "core/paths.h"
#include "core/threads.h"

namespace hearken::model {
namespace {

using nn::Cpu;

// What a fused model takes at once; its spectrogram alone is then 8 MB.
constexpr double kLongestFusedWindowSeconds = 300;

class HtsatEncoder final : public AudioEncoder {
 public:
  HtsatEncoder(const ClapFiles& files, nn::ProductType type)
      : features_(files.description.features),
        tower_(load_htsat<Cpu>({files.weights, type}, files.description.audio)),
        projection_(ClapProjection<Cpu>::load({files.weights, type}, "audio.projection", files.description.dimension,
                                              tower_.config.pooled_width())) {}

  std::size_t feature_count(std::size_t samples) const override {
    return one() * static_cast<std::size_t>(features_.spectrograms(samples));
  }

  void features(std::span<const float> samples, std::span<float> out) const override {
    features_.compute(samples, out);
  }

  void embed(Cpu& cpu, std::span<const float> features, int windows, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    std::vector<Spectrograms<Cpu>> mels(static_cast<std::size_t>(windows));
    const std::size_t of_window = features.size() / mels.size();
    if (of_window != one() && (of_window != 4 * one() || !tower_.config.fused))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("features of {} floats a window, which do not fit the model's audio tower", of_window));
    for (std::size_t at = 0; at < features.size(); at += one())
      mels[at / of_window].push_back(cpu.input({features.data() + at, features_.mel_bins(), features_.frames()}, 1));
    const auto pooled = htsat_states(cpu, tower_, std::span<const Spectrograms<Cpu>>(mels));
    write_form(cpu, pooled, form, out, [&](Cpu::Tensor x) { return projection_(cpu, x); });
  }

 private:
  std::size_t one() const {
    return static_cast<std::size_t>(features_.mel_bins()) * static_cast<std::size_t>(features_.frames());
  }

  ClapFeatures features_;
  Htsat<Cpu> tower_;
  ClapProjection<Cpu> projection_;
};

class RobertaEncoder final : public TextEncoder {
 public:
  RobertaEncoder(const ClapFiles& files, nn::ProductType type)
      : reading_(std::async(std::launch::async, [&files] { return files.tokenizer.load(); })),
        tower_(load_roberta<Cpu>({files.weights, type}, files.description.text)),
        projection_(ClapProjection<Cpu>::load({files.weights, type}, "text.projection", files.description.dimension,
                                              tower_.bert.config.width)),
        tokenizer_(reading_.get()) {
    if (tokenizer_.id_limit() > static_cast<std::size_t>(tower_.bert.config.vocabulary))
      throw Error(ErrorCode::corrupt, fmt::format("{}: has tokens up to {}, and the text tower only {}",
                                                  display(files.tokenizer.vocabulary), tokenizer_.id_limit() - 1,
                                                  tower_.bert.config.vocabulary));
  }

  std::vector<std::int32_t> tokens(std::string_view text) const override {
    return tokenizer_.encode(text, static_cast<std::size_t>(tower_.bert.config.max_tokens));
  }

  void embed(Cpu& cpu, std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    const auto pooled = roberta_states(cpu, tower_, texts);
    write_form(cpu, pooled, form, out, [&](Cpu::Tensor x) { return projection_(cpu, x); });
  }

 private:
  std::future<text::ByteBpe> reading_;  // while the tower is packed
  Roberta<Cpu> tower_;
  ClapProjection<Cpu> projection_;
  text::ByteBpe tokenizer_;
};

std::string architecture_of(const ClapDescription& d) {
  const std::string htsat = d.audio.width == 96    ? "HTSAT-tiny"
                            : d.audio.width == 128 ? "HTSAT-base"
                                                   : fmt::format("HTSAT (width {})", d.audio.width);
  const std::string roberta = d.text.width == 768 && d.text.depth == 12
                                  ? "RoBERTa-base"
                                  : fmt::format("RoBERTa ({} blocks of {})", d.text.depth, d.text.width);
  return htsat + (d.audio.fused ? " with feature fusion, " : ", ") + roberta;
}

// All that decides a vector, whatever file it was in: every tensor, the tokenizer, the preprocessing.
std::string fingerprint_of(const ClapFiles& files) {
  std::vector<std::pair<const std::string*, const Tensor*>> tensors;
  for (const auto& [name, tensor] : files.weights.all())
    if (tensor.unreadable.empty()) tensors.emplace_back(&name, &tensor);
  std::vector<std::string> digests(tensors.size());
  parallel_for(tensors.size(), [&](std::size_t t) {
    Hasher hasher;
    hasher.update(std::span(tensors[t].second->data, tensors[t].second->bytes));
    digests[t] = hex(hasher.digest());
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
  return hex(hasher.digest());
}

class ClapSource final : public ModelSource {
 public:
  explicit ClapSource(ClapFiles files) : files_(std::move(files)) {
    const ClapDescription& d = files_.description;
    info_.directory = files_.path;
    info_.architecture = architecture_of(d);
    info_.dimension = d.dimension;
    info_.audio_pooled_dimension = d.audio.pooled_width();
    info_.text_pooled_dimension = d.text.width;
    info_.sample_rate_hz = d.features.sample_rate_hz;
    info_.max_window_seconds =
        d.audio.fused ? kLongestFusedWindowSeconds : 1.0 * d.features.view_samples / d.features.sample_rate_hz;
    info_.logit_scale = std::exp(static_cast<double>(files_.weights.floats("logit_scale.audio", 1, 1)[0]));
    plan_ = {.audio = d.audio,
             .audio_head = {.projection = true},
             .text = d.text,
             .roberta = true,
             .text_head = {.projection = true},
             .dimension = d.dimension};
    info_.levels = {0.30, 0.15, "the thresholds that go with LAION's models"};
    for (const auto& [name, tensor] : files_.weights.all())
      if (name.find(".running_") == std::string::npos) info_.parameters += tensor.elements();
  }

  const Tensors& weights() const noexcept override { return files_.weights; }

  std::string fingerprint() const override { return fingerprint_of(files_); }

  std::unique_ptr<AudioEncoder> load_audio(nn::ProductType type) const override {
    return std::make_unique<HtsatEncoder>(files_, type);
  }
  std::unique_ptr<TextEncoder> load_text(nn::ProductType type) const override {
    return std::make_unique<RobertaEncoder>(files_, type);
  }

 private:
  ClapFiles files_;
};

}  // namespace

std::unique_ptr<ModelSource> open_clap(ClapFiles files) { return std::make_unique<ClapSource>(std::move(files)); }

}  // namespace hearken::model
