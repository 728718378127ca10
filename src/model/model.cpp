// Model: a directory's two encoders behind the public interface, each read when first used.
#include "hearken/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/enum_names.h"
#include "core/files/mapped_file.h"
#include "core/hash.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "model/layouts/encoders.h"
#include "model/layouts/locate.h"
#include "model/levels.h"
#include "model/precision.h"
#include "model/towers/device_towers.h"
#include "nn/cpu/cpu.h"
#include "nn/cpu/products.h"

namespace hearken {
namespace {

// Raised when the way from file to vector changes results beyond rounding: decoding, resampling, front end or towers.
constexpr int kPipelineVersion = 1;
// Of texts that pass the tower together: enough that its weights are read once for many.
constexpr std::size_t kTokensAtOnce = 256;
constexpr double kMinWindowSeconds = 0.5;
constexpr double kMinHopSeconds = 0.1;

}  // namespace

constexpr std::string_view kAnswerNames[] = {"none", "doubtful", "clear"};
std::string_view to_string(Answer answer) noexcept { return name_in(kAnswerNames, answer); }

Answer answer_of(double best_likelihood) noexcept {
  return best_likelihood >= kClearLikelihood    ? Answer::clear
         : best_likelihood >= kAnswerLikelihood ? Answer::doubtful
                                                : Answer::none;
}

constexpr std::string_view kLevelNames[] = {"LOW", "MODERATE", "HIGH"};
std::string_view to_string(Level level) noexcept { return name_in(kLevelNames, level); }

struct Model::Impl {
  std::unique_ptr<model::ModelSource> source;
  ModelInfo info;
  nn::ProductType type = nn::ProductType::f32;
  std::unique_ptr<model::DeviceTowers> device;  // null: the CPU
  mutable std::mutex device_mutex;

  const model::AudioEncoder& audio() const {
    std::call_once(audio_once, [&] { audio_encoder = source->load_audio(type); });
    return *audio_encoder;
  }
  const model::TextEncoder& text() const {
    std::call_once(text_once, [&] { text_encoder = source->load_text(type); });
    return *text_encoder;
  }

  const std::string& fingerprint() const {
    std::call_once(fingerprint_once, [&] { weights_fingerprint = source->fingerprint(); });
    return weights_fingerprint;
  }

  /// Calls use(cpu) with an execution context that no other call has, of that many threads.
  template <class Use>
  void with_context(int requested, Use use) const {
    const int threads = thread_count(requested);
    std::unique_ptr<nn::Cpu> cpu;
    {
      std::lock_guard lock(contexts_mutex);
      const auto found = std::find_if(contexts.begin(), contexts.end(),
                                      [&](const auto& context) { return context->threads() == threads; });
      if (found != contexts.end()) {
        cpu = std::move(*found);
        contexts.erase(found);
      }
    }
    if (!cpu) cpu = std::make_unique<nn::Cpu>(threads);
    use(*cpu);
    std::lock_guard lock(contexts_mutex);
    contexts.push_back(std::move(cpu));
  }

  std::size_t text_width(EmbeddingForm form) const {
    return static_cast<std::size_t>(form == EmbeddingForm::pooled ? info.text_pooled_dimension : info.dimension);
  }

  std::vector<float> embed_texts(std::span<const std::string> texts, EmbeddingForm form, int threads) const {
    const std::size_t width = text_width(form), tokens_at_once = device || !nn::rows_stand_alone() ? 1 : kTokensAtOnce;
    const model::TextEncoder& encoder = text();
    std::vector<float> out(texts.size() * width);
    const auto each_pass = [&](auto embed) {
      for (std::size_t first = 0; first < texts.size();) {
        std::vector<std::vector<std::int32_t>> pass;
        for (std::size_t tokens = 0; first + pass.size() < texts.size() && tokens < tokens_at_once;) {
          pass.push_back(encoder.tokens(texts[first + pass.size()]));
          tokens += pass.back().size();
        }
        embed(pass, std::span(out).subspan(first * width, pass.size() * width));
        first += pass.size();
      }
    };
    if (device) {
      const std::lock_guard lock(device_mutex);
      each_pass([&](const auto& pass, std::span<float> rows) { device->embed_texts(pass, form, rows); });
    } else {
      with_context(threads, [&](nn::Cpu& cpu) {
        each_pass([&](const auto& pass, std::span<float> rows) { encoder.embed(cpu, pass, form, rows); });
      });
    }
    return out;
  }

 private:
  mutable std::once_flag audio_once, text_once, fingerprint_once;
  mutable std::string weights_fingerprint;
  mutable std::unique_ptr<model::AudioEncoder> audio_encoder;
  mutable std::unique_ptr<model::TextEncoder> text_encoder;
  mutable std::mutex contexts_mutex;
  mutable std::vector<std::unique_ptr<nn::Cpu>> contexts;
};

Model::Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Model Model::load(std::string_view name, Precision precision, std::string_view device) {
  const bool elsewhere = device != "cpu";
  if (elsewhere && precision != Precision::automatic && precision != Precision::fp32)
    throw Error(ErrorCode::unsupported,
                fmt::format("precision {} on {}: only fp32 is computed there", to_string(precision), device));
  const nn::ProductType type = elsewhere ? nn::ProductType::f32 : model::product_type(precision);
  auto impl = std::make_shared<Impl>();
  const model::Located located = model::locate(name);
  impl->source = model::open_model(located.path);
  impl->type = type;
  impl->info = impl->source->info();
  impl->info.name = located.name;
  impl->info.precision = model::precision_of(type);
  impl->info.device = device;
  if (elsewhere)
    impl->device = model::open_on_device(impl->source->plan(), *model::weights_of(*impl->source), impl->info.device);
  return Model(std::move(impl));
}

const ModelInfo& Model::info() const noexcept { return impl_->info; }

Level Model::level(double score) const noexcept {
  const Levels& levels = impl_->info.levels;
  return score >= levels.high ? Level::high : score >= levels.moderate ? Level::moderate : Level::low;
}

double Model::likelihood(double score) const noexcept { return model::likelihood_at(impl_->info.levels, score); }

const std::string& Model::weights_fingerprint() const { return impl_->fingerprint(); }

std::string Model::fingerprint(const Windowing& windowing) const {
  Hasher hasher;
  hasher.update("hearken pipeline " + std::to_string(kPipelineVersion) + ' ' + weights_fingerprint());
  // In samples, so that what cuts alike is alike.
  const std::int64_t samples[] = {static_cast<std::int64_t>(window_samples(windowing.window_seconds)),
                                  static_cast<std::int64_t>(hop_samples(windowing.hop_seconds))};
  hasher.update(std::as_bytes(std::span(samples)));
  return to_hex(hasher.digest());
}

std::size_t Model::audio_width(EmbeddingForm form) const {
  const ModelInfo& info = impl_->info;
  return static_cast<std::size_t>(form == EmbeddingForm::pooled ? info.audio_pooled_dimension : info.dimension);
}

std::size_t Model::text_width(EmbeddingForm form) const { return impl_->text_width(form); }

void Model::prepare_text() const { impl_->text(); }

std::vector<float> Model::embed_texts(std::span<const std::string> texts, EmbeddingForm form, int threads) const {
  std::vector<float> vectors = impl_->embed_texts(texts, form, threads);
  check_mapped_files();
  return vectors;
}

std::size_t Model::window_samples(double window_seconds) const {
  const ModelInfo& info = impl_->info;
  if (!(window_seconds >= kMinWindowSeconds && window_seconds <= info.max_window_seconds))
    throw Error(ErrorCode::invalid_argument, fmt::format("window of {} s: {} takes {} to {} s", window_seconds,
                                                         info.name, kMinWindowSeconds, info.max_window_seconds));
  return static_cast<std::size_t>(std::lround(window_seconds * info.sample_rate_hz));
}

std::size_t Model::hop_samples(double hop_seconds) const {
  if (!(hop_seconds >= kMinHopSeconds && hop_seconds <= 3600))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("hop of {} s: expected {} to 3600 s", hop_seconds, kMinHopSeconds));
  return static_cast<std::size_t>(std::lround(hop_seconds * impl_->info.sample_rate_hz));
}

std::size_t Model::feature_count(std::size_t samples) const { return impl_->audio().feature_count(samples); }

void Model::audio_features(std::span<const float> samples, std::span<float> features) const {
  impl_->audio().features(samples, features);
}

void Model::embed_features(std::span<const float> features, std::span<float> vectors, EmbeddingForm form,
                           int threads) const {
  const std::size_t width = audio_width(form), windows = vectors.size() / width;
  if (windows == 0 || vectors.size() % width != 0 || features.size() % windows != 0)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("room for vectors of {} floats in all, which have {} each", vectors.size(), width));
  if (impl_->device) {
    const std::lock_guard lock(impl_->device_mutex);
    return impl_->device->embed_audio(features, static_cast<int>(windows), form, vectors);
  }
  const model::AudioEncoder& audio = impl_->audio();
  impl_->with_context(threads,
                      [&](nn::Cpu& cpu) { audio.embed(cpu, features, static_cast<int>(windows), form, vectors); });
  check_mapped_files();
}

}  // namespace hearken
