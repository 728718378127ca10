// One channel from one rate to another, in pieces, by soxr's high-quality recipe.
#pragma once

#include <memory>
#include <span>
#include <vector>

namespace hearken::audio {

/// n samples in give round(n * out_rate / in_rate) out, the same bits however the input is cut into pieces. Equal rates
/// copy. One thread at a time.
class Resampler {
 public:
  Resampler(int in_rate_hz, int out_rate_hz);  // throws Error(internal) when soxr refuses the pair of rates
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  /// Appends what is ready to `out`.
  void push(std::span<const float> samples, std::vector<float>& out);
  /// Appends the rest; nothing may be pushed after it.
  void finish(std::vector<float>& out);

 private:
  struct Soxr;
  std::unique_ptr<Soxr> soxr_;  // null when the rates are equal
};

}  // namespace hearken::audio
