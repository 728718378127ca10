// A file's (or any stream's) windows to vectors: one thread decodes and runs the front end, all threads together embed
// what is there.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audio/decode/decode.h"
#include "audio/measure/silence.h"
#include "audio/windows.h"
#include "core/paths.h"
#include "core/threads/bounded_queue.h"
#include "core/threads/threads.h"
#include "hearken/model.h"
#include "model/embed_stream.h"
#include "model/towers/windows_at_once.h"

namespace hearken {
namespace model {
namespace {

struct WindowFeatures {
  double start_seconds = 0;
  std::vector<float> features;  // [feature_count]
  bool silent = false;
};

// However the embedding ends, the decoder does not wait for room.
struct Closed {
  BoundedQueue<WindowFeatures>& queue;
  ~Closed() { queue.close(); }
};

}  // namespace

double embed_each(const Model& model, audio::SampleStream& stream, const std::string& name, const Windowing& windowing,
                  EmbeddingForm form, int threads, const std::function<void(const EmbeddedWindows&)>& take) {
  const std::size_t window = model.window_samples(windowing.window_seconds);
  const std::size_t width = model.audio_width(form), size = model.feature_count(window);
  const double rate = model.info().sample_rate_hz;
  audio::WindowCutter cutter(stream, window, model.hop_samples(windowing.hop_seconds));

  const int workers = thread_count(threads);
  const std::size_t at_once = kWindowsAtOnce * static_cast<std::size_t>(workers);
  BoundedQueue<WindowFeatures> queue(at_once);
  std::exception_ptr failure;  // of the decoder
  bool any = false;
  {
    std::jthread decoder([&] {
      try {
        while (auto next = cutter.next()) {
          WindowFeatures one{static_cast<double>(next->start_sample) / rate, std::vector<float>(size),
                             audio::is_silent(next->samples, model.info().sample_rate_hz)};
          model.audio_features(next->samples, one.features);
          next->samples = {};  // the queue may be full for long
          if (!queue.push(std::move(one))) break;
        }
      } catch (...) {
        failure = std::current_exception();
      }
      queue.close();
    });
    const Closed closed{queue};
    std::vector<float> features, vectors;
    std::vector<double> starts;
    const auto silent = std::make_unique<bool[]>(at_once);
    for (;;) {
      const auto batch = queue.pop(at_once, 1);
      if (batch.empty()) break;
      features.clear();
      starts.clear();
      for (const WindowFeatures& one : batch) {
        features.insert(features.end(), one.features.begin(), one.features.end());
        silent[starts.size()] = one.silent;
        starts.push_back(one.start_seconds);
      }
      vectors.resize(batch.size() * width);
      model.embed_features(features, vectors, form, workers);
      take({starts, vectors, {silent.get(), batch.size()}});
      any = true;
    }
  }
  if (failure) std::rethrow_exception(failure);
  if (!any) throw Error(ErrorCode::corrupt, display(name) + ": holds no sound");
  return static_cast<double>(cutter.samples_read()) / rate;
}

FileEmbedding embed_stream(const Model& model, audio::SampleStream& stream, const std::string& name,
                           const Windowing& windowing, EmbeddingForm form, int threads) {
  FileEmbedding out;
  out.width = model.audio_width(form);
  out.window_seconds =
      static_cast<double>(model.window_samples(windowing.window_seconds)) / model.info().sample_rate_hz;
  out.duration_seconds = embed_each(model, stream, name, windowing, form, threads, [&](const EmbeddedWindows& some) {
    out.starts_seconds.insert(out.starts_seconds.end(), some.starts_seconds.begin(), some.starts_seconds.end());
    out.vectors.insert(out.vectors.end(), some.vectors.begin(), some.vectors.end());
    out.silent.insert(out.silent.end(), some.silent.begin(), some.silent.end());
  });
  if (std::find(out.silent.begin(), out.silent.end(), true) == out.silent.end()) out.silent.clear();
  out.warning = stream.warning();
  return out;
}

}  // namespace model

FileEmbedding embed_file(const Model& model, const std::filesystem::path& path, const Windowing& windowing,
                         EmbeddingForm form, int threads) {
  model.window_samples(windowing.window_seconds);  // what is wrong with the windows comes before the file is looked at
  model.hop_samples(windowing.hop_seconds);
  const auto stream = audio::open_samples(path, model.info().sample_rate_hz);
  return model::embed_stream(model, *stream, path.native(), windowing, form, threads);
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
