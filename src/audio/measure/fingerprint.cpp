// What is decoded becomes mono at 8 kHz, and that landmarks.
#include "audio/measure/fingerprint.h"

#include <algorithm>
#include <variant>

#include "audio/convert/decimator.h"
#include "audio/convert/resampler.h"
#include "audio/measure/landmarks.h"

namespace hearken::audio {

namespace {

struct Nothing {
  void push(std::span<const float>, std::vector<float>&) {}
  void finish(std::vector<float>&) {}
};

// Landmarks lie below 0.91 of half their rate, where the decimator does as well as the resampler.
using Converter = std::variant<Nothing, Decimator, Resampler>;

}  // namespace

struct Fingerprinter::Impl {
  Converter converter;
  int rate_hz = 0;  // of what was heard last
  LandmarkFinder finder;
  std::vector<float> mono, ready;

  void restart(int sample_rate_hz) {
    rate_hz = sample_rate_hz;
    end();
    if (Decimator::can(rate_hz, kLandmarkRateHz))
      converter.emplace<Decimator>(rate_hz, kLandmarkRateHz);
    else
      converter.emplace<Resampler>(rate_hz, kLandmarkRateHz);
  }

  void end() {
    std::visit([&](auto& from) { from.finish(ready); }, converter);
  }

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
  if (sample_rate_hz != impl.rate_hz) impl.restart(sample_rate_hz);
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
  std::visit([&](auto& to) { to.push(impl.mono, impl.ready); }, impl.converter);
  impl.pass_on();
}

std::vector<std::byte> Fingerprinter::finish() {
  Impl& impl = *impl_;
  impl.end();
  impl.pass_on();
  return pack(impl.finder.finish());
}

}  // namespace hearken::audio
