// HTSAT and CED as encoders.
#include "model/layouts/audio_encoders.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "model/towers/ced.h"
#include "model/towers/heads.h"
#include "model/towers/htsat.h"

namespace hearken::model {
namespace {

using nn::Cpu;

class HtsatEncoder final : public AudioEncoder {
 public:
  HtsatEncoder(const TowerReader<Cpu>& read, const TowerPlan& plan, const ClapFeatureConfig& features)
      : features_(features),
        tower_(load_htsat<Cpu>(read, std::get<HtsatConfig>(plan.audio))),
        head_(AudioHead<Cpu>::load(read, plan, tower_.config.pooled_width())) {}

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
    const auto no_classes = [](Cpu::Tensor x) { return x; };  // such a head is none of a plan with this tower
    write_form(
        pooled, form, out, [&](Cpu::Tensor x) { return head_(cpu, x, no_classes); },
        [&](Cpu::Tensor x) { head_.to_unit(cpu, x); });
  }

 private:
  std::size_t one() const {
    return static_cast<std::size_t>(features_.mel_bins()) * static_cast<std::size_t>(features_.frames());
  }

  ClapFeatures features_;
  Htsat<Cpu> tower_;
  AudioHead<Cpu> head_;
};

class CedEncoder final : public AudioEncoder {
 public:
  CedEncoder(const TowerReader<Cpu>& read, const TowerPlan& plan, audio::MelFrontEnd front_end)
      : front_end_(std::move(front_end)),
        tower_(load_ced<Cpu>(read, std::get<CedConfig>(plan.audio))),
        head_(AudioHead<Cpu>::load(read, plan, tower_.config.width)) {}

  std::size_t feature_count(std::size_t samples) const override {
    return front_end_.frames(samples) * static_cast<std::size_t>(front_end_.mel_bins());
  }

  void features(std::span<const float> samples, std::span<float> out) const override {
    front_end_.compute(samples, out);
  }

  void embed(Cpu& cpu, std::span<const float> features, int windows, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    const int bins = front_end_.mel_bins(), frames = static_cast<int>(features.size()) / (bins * windows);
    const int patches = frames / tower_.config.patch;
    if (features.size() % static_cast<std::size_t>(bins * windows) != 0 || patches < 1 ||
        patches > tower_.config.time_positions)
      throw Error(ErrorCode::invalid_argument,
                  "a window of " + std::to_string(frames) + " frames does not fit the model's audio tower");
    const auto pooled = ced_states(cpu, tower_, cpu.input({features.data(), windows * bins, frames}, windows));
    const auto log_odds = [&](Cpu::Tensor x) { return ced_log_odds(cpu, tower_, x); };
    write_form(
        pooled, form, out, [&](Cpu::Tensor x) { return head_(cpu, x, log_odds); },
        [&](Cpu::Tensor x) { head_.to_unit(cpu, x); });
  }

 private:
  audio::MelFrontEnd front_end_;
  Ced<Cpu> tower_;
  AudioHead<Cpu> head_;
};

}  // namespace

std::unique_ptr<AudioEncoder> make_htsat_encoder(const Tensors& weights, const TowerPlan& plan,
                                                 const ClapFeatureConfig& features, nn::ProductType type) {
  return std::make_unique<HtsatEncoder>(TowerReader<Cpu>{weights, type}, plan, features);
}

std::unique_ptr<AudioEncoder> make_ced_encoder(const Tensors& weights, const TowerPlan& plan,
                                               audio::MelFrontEnd front_end, nn::ProductType type) {
  return std::make_unique<CedEncoder>(TowerReader<Cpu>{weights, type}, plan, std::move(front_end));
}

}  // namespace hearken::model
