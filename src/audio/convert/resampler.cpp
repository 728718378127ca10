// The resampler of the reference implementations, through libsoxr.
#include "audio/convert/resampler.h"

#include <soxr.h>

#include <cstddef>
#include <string>

#include "hearken/error.h"

namespace hearken::audio {

struct Resampler::Soxr {
  soxr_t handle = nullptr;
  double ratio = 1;  // output samples per input sample
  ~Soxr() { soxr_delete(handle); }
};

Resampler::Resampler(int in_rate_hz, int out_rate_hz) {
  if (in_rate_hz == out_rate_hz) return;
  soxr_ = std::make_unique<Soxr>();
  soxr_->ratio = static_cast<double>(out_rate_hz) / in_rate_hz;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  soxr_->handle = soxr_create(in_rate_hz, out_rate_hz, 1, &error, &io, &quality, &runtime);
  if (soxr_->handle == nullptr) {
    throw Error(ErrorCode::internal,
                "cannot resample from " + std::to_string(in_rate_hz) + " Hz to " + std::to_string(out_rate_hz) + " Hz",
                error != nullptr ? error : "");
  }
}

Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

void Resampler::push(std::span<const float> samples, std::vector<float>& out) {
  if (soxr_ == nullptr) {
    out.insert(out.end(), samples.begin(), samples.end());
    return;
  }
  // soxr takes all of its input when there is room for all of its output.
  while (!samples.empty()) {
    const std::size_t before = out.size();
    const auto room = static_cast<std::size_t>(static_cast<double>(samples.size()) * soxr_->ratio) + 4096;
    out.resize(before + room);
    std::size_t taken = 0, made = 0;
    const soxr_error_t error =
        soxr_process(soxr_->handle, samples.data(), samples.size(), &taken, out.data() + before, room, &made);
    out.resize(before + made);
    if (error != nullptr) throw Error(ErrorCode::internal, "resampling failed", error);
    samples = samples.subspan(taken);
  }
}

void Resampler::finish(std::vector<float>& out) {
  if (soxr_ == nullptr) return;
  for (;;) {
    constexpr std::size_t kRoom = 4096;
    const std::size_t before = out.size();
    out.resize(before + kRoom);
    std::size_t made = 0;
    const soxr_error_t error = soxr_process(soxr_->handle, nullptr, 0, nullptr, out.data() + before, kRoom, &made);
    out.resize(before + made);
    if (error != nullptr) throw Error(ErrorCode::internal, "resampling failed", error);
    if (made < kRoom) return;
  }
}

}  // namespace hearken::audio
