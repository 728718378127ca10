// One file's windows to vectors: one thread decodes and runs the front end, all embed.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "audio/decode.h"
#include "audio/windows.h"
#include "core/bounded_queue.h"
#include "core/paths.h"
#include "core/threads.h"
#include "hearken/model.h"
#include "model/windows_at_once.h"

namespace hearken {
namespace {

struct WindowFeatures {
  std::size_t index = 0;
  double start_seconds = 0;
  std::vector<float> features;  // [feature_count]
};

}  // namespace

FileEmbedding embed_file(const Model& model, const std::filesystem::path& path, const Windowing& windowing,
                         EmbeddingForm form, int threads) {
  const std::size_t window = model.window_samples(windowing.window_seconds);
  const std::size_t width = model.audio_width(form), size = model.feature_count(window);
  const double rate = model.info().sample_rate_hz;
  const auto stream = audio::open_samples(path, model.info().sample_rate_hz);
  audio::WindowCutter cutter(*stream, window, model.hop_samples(windowing.hop_seconds));

  FileEmbedding out;
  out.window_seconds = static_cast<double>(window) / rate;
  out.width = width;
  std::mutex mutex;  // guards out and failure
  std::exception_ptr failure;
  const int workers = thread_count(threads);
  BoundedQueue<WindowFeatures> queue(static_cast<std::size_t>(workers) * model::kWindowsAtOnce);
  const auto keep_first_failure = [&] {
    std::lock_guard lock(mutex);
    if (!failure) failure = std::current_exception();
  };
  const auto embed = [&] {
    try {
      for (;;) {
        const auto batch = queue.pop(model::kWindowsAtOnce, static_cast<std::size_t>(workers));
        if (batch.empty()) break;
        std::vector<float> features, vectors(batch.size() * width);
        features.reserve(batch.size() * size);
        for (const WindowFeatures& one : batch)
          features.insert(features.end(), one.features.begin(), one.features.end());
        for (std::size_t i = 0; i < batch.size(); ++i)
          model.embed_features(std::span(features).subspan(i * size, size),
                               std::span(vectors).subspan(i * width, width), form);
        std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < batch.size(); ++i) {
          const std::size_t index = batch[i].index;
          if (out.starts_seconds.size() <= index) {
            out.starts_seconds.resize(index + 1);
            out.vectors.resize((index + 1) * width);
          }
          out.starts_seconds[index] = batch[i].start_seconds;
          std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                      out.vectors.begin() + static_cast<std::ptrdiff_t>(index * width));
        }
      }
    } catch (...) {
      keep_first_failure();
      queue.close();
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int i = 0; i < workers; ++i) pool.emplace_back(embed);
    try {
      while (auto next = cutter.next()) {
        WindowFeatures one{next->index, static_cast<double>(next->start_sample) / rate, std::vector<float>(size)};
        model.audio_features(next->samples, one.features);
        next->samples = {};  // the queue may be full for long
        if (!queue.push(std::move(one))) break;
      }
    } catch (...) {
      keep_first_failure();
    }
    queue.close();
  }
  if (failure) std::rethrow_exception(failure);
  if (out.starts_seconds.empty()) throw Error(ErrorCode::corrupt, display(path) + ": holds no sound");
  out.duration_seconds = static_cast<double>(cutter.samples_read()) / rate;
  out.warning = stream->warning();
  return out;
}

std::vector<float> mean_vector(std::span<const float> rows, std::size_t width, EmbeddingForm form) {
  std::vector<double> sum(width, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) sum[i % width] += rows[i];
  double scale = static_cast<double>(width) / static_cast<double>(rows.size());
  if (form == EmbeddingForm::unit) {
    double square = 0;
    for (const double s : sum) square += s * s;
    scale = square > 0 ? 1.0 / std::sqrt(square) : 0.0;
  }
  std::vector<float> out(width);
  std::transform(sum.begin(), sum.end(), out.begin(), [&](double s) { return static_cast<float>(s * scale); });
  return out;
}

}  // namespace hearken
