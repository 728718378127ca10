// What is decoded becomes mono at 8 kHz, and that landmarks.
#include "audio/measure/fingerprint.h"

#include <algorithm>
#include <optional>

#include "audio/convert/resampler.h"
#include "audio/measure/landmarks.h"

namespace hearken::audio {

struct Fingerprinter::Impl {
  std::optional<Resampler> resampler;
  int rate_hz = 0;  // of what was heard last
  LandmarkFinder finder;
  std::vector<float> mono, ready;

  void pass_on() {
    finder.consume(ready);
    ready.clear();
  }
};

Fingerprinter::Fingerprinter() : impl_(std::make_unique<Impl>()) {}
Fingerprinter::~Fingerprinter() = default;
Fingerprinter::Fingerprinter(Fingerprinter&&) noexcept = default;
Fingerprinter& Fingerprinter::operator=(Fingerprinter&&) noexcept = default;

void Fingerprinter::consume(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  Impl& impl = *impl_;
  if (sample_rate_hz != impl.rate_hz) {
    if (impl.resampler) impl.resampler->finish(impl.ready);
    impl.resampler.emplace(sample_rate_hz, kLandmarkRateHz);
    impl.rate_hz = sample_rate_hz;
  }
  const auto width = static_cast<std::size_t>(channels);
  impl.mono.resize(interleaved.size() / width);
  if (width == 1) {
    std::copy(interleaved.begin(), interleaved.end(), impl.mono.begin());
  } else if (width == 2) {
    for (std::size_t i = 0; i < impl.mono.size(); ++i)
      impl.mono[i] = (interleaved[2 * i] + interleaved[2 * i + 1]) * 0.5F;
  } else {
    for (std::size_t i = 0; i < impl.mono.size(); ++i) {
      float sum = 0;
      for (std::size_t c = 0; c < width; ++c) sum += interleaved[i * width + c];
      impl.mono[i] = sum / static_cast<float>(channels);
    }
  }
  impl.resampler->push(impl.mono, impl.ready);
  impl.pass_on();
}

std::vector<std::byte> Fingerprinter::finish() {
  Impl& impl = *impl_;
  if (impl.resampler) impl.resampler->finish(impl.ready);
  impl.pass_on();
  return pack(impl.finder.finish());
}

}  // namespace hearken::audio
