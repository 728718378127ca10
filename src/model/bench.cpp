// bench_model: rounds over tower, front end, text and bare products.
#include "hearken/bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/threads/threads.h"
#include "hearken/error.h"
#include "model/layouts/encoders.h"
#include "model/layouts/locate.h"
#include "model/precision.h"
#include "nn/cpu/bare_products.h"
#include "nn/cpu/cpu.h"

namespace hearken {
namespace {

constexpr int kRounds = 9, kRoundsOfMany = 3;
constexpr double kSeconds = 10;

template <class What>
double milliseconds(What what) {
  const double start = monotonic_seconds();
  what();
  return 1e3 * (monotonic_seconds() - start);
}

// The second of two runs: the first warms the caches and lets the threads of what was timed before fall asleep.
template <class What>
double warm_milliseconds(What what) {
  what();
  return milliseconds(what);
}

Times times(std::vector<double> rounds) {
  std::sort(rounds.begin(), rounds.end());
  return {rounds[rounds.size() / 2], rounds[0]};
}

double peak_rss_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

ModelBench bench_model(std::string_view name, Precision precision, int windows, int threads) {
  if (windows < 1) throw Error(ErrorCode::invalid_argument, "windows: " + std::to_string(windows) + ", not 1 or more");
  ModelBench out;
  out.windows = windows;
  out.threads = thread_count(threads);
  const nn::ProductType type = model::product_type(precision);
  out.precision = model::precision_of(type);
  std::unique_ptr<model::ModelSource> source;
  std::unique_ptr<model::AudioEncoder> audio;
  std::unique_ptr<model::TextEncoder> text;
  out.load_ms = milliseconds([&] {
    source = model::open_model(model::locate(name).path);
    audio = source->load_audio(type);
  });
  out.text_load_ms = milliseconds([&] { text = source->load_text(type); });

  const ModelInfo& info = source->info();
  const auto count = static_cast<std::size_t>(windows), width = static_cast<std::size_t>(info.dimension);
  std::vector<float> sound(static_cast<std::size_t>(std::min(kSeconds, info.max_window_seconds) * info.sample_rate_hz));
  const std::size_t features = audio->feature_count(sound.size());
  std::vector<float> mel(features * count), vectors(width * count);
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0.0F, 0.1F);
  for (std::size_t w = 0; w < count; ++w) {
    for (float& sample : sound) sample = noise(random);
    audio->features(sound, std::span(mel).subspan(w * features, features));
  }
  nn::Cpu cpu(out.threads);
  const auto window = [&] { audio->embed(cpu, mel, windows, EmbeddingForm::unit, vectors); };
  const auto front_end = [&] { audio->features(sound, std::span(mel).first(features)); };
  const auto words = [&] {
    const auto tokens = text->tokens("a dog barking in the distance");
    text->embed(cpu, std::span(&tokens, 1), EmbeddingForm::unit, std::span(vectors).first(width));
  };

  std::vector<nn::Cpu::ProductShape> shapes;
  cpu.products = &shapes;
  window();
  cpu.products = nullptr;
  words();
  out.peak_rss_mb = peak_rss_mb();
  const nn::BareProducts products(shapes);
  const auto bare = [&] { products.run(out.threads); };
  std::vector<double> of_window, of_mel, of_text, of_products;
  for (int round = 0; round < (windows == 1 ? kRounds : kRoundsOfMany); ++round) {
    of_window.push_back(warm_milliseconds(window) / windows);
    of_products.push_back(warm_milliseconds(bare));
    of_mel.push_back(warm_milliseconds(front_end));
    of_text.push_back(warm_milliseconds(words));
  }
  out.window_ms = times(of_window);
  out.mel_ms = times(of_mel).median;
  out.text_ms = times(of_text);
  out.products_ms = times(of_products);
  out.ratio_to_products = out.window_ms.median / out.products_ms.median;
  return out;
}

}  // namespace hearken
