// One file's windows to vectors: one thread decodes, all embed.
#include <algorithm>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "audio/decode.h"
#include "audio/windows.h"
#include "core/bounded_queue.h"
#include "core/paths.h"
#include "core/threads.h"
#include "hearken/model.h"

namespace hearken {

FileEmbedding embed_file(const Model& model, const std::filesystem::path& path, const Windowing& windowing,
                         EmbeddingForm form, int threads) {
  const std::size_t window = model.window_samples(windowing.window_seconds);
  const std::size_t width = model.audio_width(form), features = model.feature_count(window);
  const double rate = model.info().sample_rate_hz;
  const auto stream = audio::open_samples(path, model.info().sample_rate_hz);
  audio::WindowCutter cutter(*stream, window, model.hop_samples(windowing.hop_seconds));

  FileEmbedding out;
  out.window_seconds = static_cast<double>(window) / rate;
  out.width = width;
  std::mutex mutex;  // guards out and failure
  std::exception_ptr failure;
  const int workers = thread_count(threads);
  BoundedQueue<audio::Window> queue(static_cast<std::size_t>(workers));
  const auto keep_first_failure = [&] {
    std::lock_guard lock(mutex);
    if (!failure) failure = std::current_exception();
  };
  const auto embed = [&] {
    std::vector<float> mel(features), vector(width);
    try {
      while (auto next = queue.pop()) {
        model.audio_features(next->samples, mel);
        model.embed_features(mel, vector, form);
        std::lock_guard lock(mutex);
        if (out.starts_seconds.size() <= next->index) {
          out.starts_seconds.resize(next->index + 1);
          out.vectors.resize((next->index + 1) * width);
        }
        out.starts_seconds[next->index] = static_cast<double>(next->start_sample) / rate;
        std::copy(vector.begin(), vector.end(), out.vectors.begin() + static_cast<std::ptrdiff_t>(next->index * width));
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
      while (auto next = cutter.next())
        if (!queue.push(std::move(*next))) break;
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
