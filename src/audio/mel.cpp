// Log-mel spectrograms on libavutil's real FFT.
#include "audio/mel.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <utility>

#include "hearken/error.h"

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/tx.h>
}

namespace hearken::audio {
namespace {

// In float the transform's own rounding shows in bins 75 dB and more below the loudest of their frame (1e-3 dB and up);
// in double the result is the exact one to the last bit of its float output, for about a millisecond per 10 s window.
using Real = double;
using Complex = AVComplexDouble;
constexpr AVTXType kTransform = AV_TX_DOUBLE_RDFT;

struct Free {
  void operator()(void* memory) const noexcept { av_free(memory); }
};

// Memory as aligned as the transform's vector instructions ask.
template <class T>
std::unique_ptr<T[], Free> aligned(std::size_t count) {
  std::unique_ptr<T[], Free> memory(static_cast<T*>(av_malloc(count * sizeof(T))));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// A forward real transform. A context holds scratch of its own, so each call of compute() makes one; the tables behind
// it are libavutil's and shared, which leaves a few microseconds.
class RealFft {
 public:
  explicit RealFft(int n)
      : time(aligned<Real>(static_cast<std::size_t>(n))),
        frequency(aligned<Complex>(static_cast<std::size_t>(n / 2 + 1))),
        last_(static_cast<std::size_t>(n / 2)) {
    const Real scale = 1;
    if (av_tx_init(&context_, &function_, kTransform, 0, n, &scale, 0) < 0) {
      throw Error(ErrorCode::internal, "mel: libavutil offers no real FFT of " + std::to_string(n) + " points");
    }
  }
  ~RealFft() { av_tx_uninit(&context_); }
  RealFft(const RealFft&) = delete;
  RealFft& operator=(const RealFft&) = delete;

  void run() {
    function_(context_, frequency.get(), time.get(), sizeof(Real));
    frequency[last_].im = 0;  // which libavutil 57 leaves unwritten
  }

  std::unique_ptr<Real[], Free> time;          // [n], may be overwritten by run()
  std::unique_ptr<Complex[], Free> frequency;  // [n / 2 + 1]

 private:
  std::size_t last_;
  AVTXContext* context_ = nullptr;
  av_tx_fn function_ = nullptr;
};

// A row of the filter matrix without the zeros around it.
struct Filter {
  std::size_t first_bin;
  std::size_t bins;
  std::size_t weights;  // where its weights start in Impl::weights
};

}  // namespace

struct MelFrontEnd::Impl {
  MelConfig config;
  std::vector<Filter> filters;  // [mel_bins]
  std::vector<float> weights;
};

MelFrontEnd::MelFrontEnd(MelConfig config) {
  const auto fail = [](const std::string& what) { throw Error(ErrorCode::corrupt, "mel front end: " + what); };
  if (config.n_fft < 16 || config.n_fft > 65536 || (config.n_fft & (config.n_fft - 1)) != 0) {
    fail("n_fft is " + std::to_string(config.n_fft) + ", not a power of two from 16 to 65536");
  }
  if (config.hop < 1) fail("hop is " + std::to_string(config.hop));
  if (config.mel_bins < 1) fail("mel_bins is " + std::to_string(config.mel_bins));
  const auto n_fft = static_cast<std::size_t>(config.n_fft), mel_bins = static_cast<std::size_t>(config.mel_bins);
  const std::size_t bins = n_fft / 2 + 1;
  if (config.window.size() != n_fft) {
    fail("the window has " + std::to_string(config.window.size()) + " values, not " + std::to_string(n_fft));
  }
  if (config.filters.size() != mel_bins * bins) {
    fail("the filters have " + std::to_string(config.filters.size()) + " values, not " + std::to_string(mel_bins) +
         "*" + std::to_string(bins));
  }
  if (!(config.power_floor > 0)) fail("the power floor is not positive");

  auto impl = std::make_unique<Impl>();
  for (std::size_t m = 0; m < mel_bins; ++m) {
    const float* row = config.filters.data() + m * bins;
    const float* end = row + bins;
    const auto non_zero = [](float w) { return w != 0; };
    const float* first = std::find_if(row, end, non_zero);
    while (end != first && *(end - 1) == 0) --end;
    impl->filters.push_back(
        {static_cast<std::size_t>(first - row), static_cast<std::size_t>(end - first), impl->weights.size()});
    impl->weights.insert(impl->weights.end(), first, end);
  }
  impl->config = std::move(config);
  impl_ = std::move(impl);
}

MelFrontEnd::~MelFrontEnd() = default;
MelFrontEnd::MelFrontEnd(MelFrontEnd&&) noexcept = default;

std::size_t MelFrontEnd::frames(std::size_t samples) const noexcept {
  return 1 + samples / static_cast<std::size_t>(impl_->config.hop);
}

int MelFrontEnd::mel_bins() const noexcept { return impl_->config.mel_bins; }

void MelFrontEnd::compute(std::span<const float> samples, std::span<float> out) const {
  const MelConfig& config = impl_->config;
  const auto n_fft = static_cast<std::size_t>(config.n_fft), hop = static_cast<std::size_t>(config.hop);
  const std::size_t half = n_fft / 2, bins = half + 1, count = frames(samples.size());
  if (samples.size() <= half || out.size() != impl_->filters.size() * count) {
    throw Error(ErrorCode::invalid_argument, "mel front end: " + std::to_string(samples.size()) +
                                                 " samples do not fill " + std::to_string(out.size()) + " values");
  }

  RealFft fft(config.n_fft);
  std::vector<float> edge(n_fft), power(bins);
  for (std::size_t t = 0; t < count; ++t) {
    // The frame's centre is sample t·hop; it reads [centre - half, centre + half), mirrored at both ends.
    const std::size_t centre = t * hop;
    const float* frame;
    if (centre >= half && centre + half <= samples.size()) {
      frame = samples.data() + (centre - half);
    } else {
      for (std::size_t i = 0; i < n_fft; ++i) {
        const std::size_t from = centre + i;  // half too many, which keeps it unsigned
        std::size_t at = from < half ? half - from : from - half;
        if (at >= samples.size()) at = 2 * (samples.size() - 1) - at;
        edge[i] = samples[at];
      }
      frame = edge.data();
    }
    const float* window = config.window.data();
    Real* time = fft.time.get();
    for (std::size_t i = 0; i < n_fft; ++i) time[i] = static_cast<Real>(frame[i]) * static_cast<Real>(window[i]);
    fft.run();
    const Complex* spectrum = fft.frequency.get();
    for (std::size_t k = 0; k < bins; ++k) {
      power[k] = static_cast<float>(spectrum[k].re * spectrum[k].re + spectrum[k].im * spectrum[k].im);
    }
    for (std::size_t m = 0; m < impl_->filters.size(); ++m) {
      const Filter& filter = impl_->filters[m];
      const float* weights = impl_->weights.data() + filter.weights;
      const float* in = power.data() + filter.first_bin;
      float sum = 0;
      for (std::size_t k = 0; k < filter.bins; ++k) sum += weights[k] * in[k];
      out[m * count + t] = sum;
    }
  }
  const float decibels = 10.0F / std::log(10.0F);
  for (float& value : out) value = decibels * std::log(std::max(value, config.power_floor));
}

}  // namespace hearken::audio
