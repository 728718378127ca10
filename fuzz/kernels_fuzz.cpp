// The vector kernels on every instruction set this CPU has, against plain loops in float64 or, where bits are promised,
// against the same arithmetic one number at a time.
//
// Byte 0 says which kernel, byte 1 its variant, bytes 2 and 3 the sizes; the rest are the values, over and over.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/cpu/every_target.h"
#include "nn/cpu/kernels.h"
#include "target.h"

// Rows of up to 600 floats, heads of up to 70 × 70, a few of each, whatever the input's size.
const HeapBound kHeapBound{0, 1 << 20};

namespace {

using namespace hearken::nn;
constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();

// Values from the input: mostly of the size that networks have, now and then one of the ends of the line.
class Values {
 public:
  Values(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  std::uint32_t bits() {
    std::uint32_t v = 0;
    for (int i = 0; i < 3; ++i) v = v << 8U | (size_ == 0 ? 0U : data_[at_++ % size_]);
    // The same input gives other numbers each time round.
    state_ = state_ * 1664525U + 1013904223U + v;
    return state_ ^ v << 9U;
  }
  // In (-limit, limit)
  float finite(float limit) { return (static_cast<float>(bits() >> 8U) / 8388608.0F - 1.0F) * limit; }
  float any() {
    constexpr float kSpecials[] = {0.0F,       -0.0F,       kInfinity, -kInfinity, kNan,       -kNan,   1e-45F, -1e-45F,
                                   1.175e-38F, -1.175e-38F, 3.402e38F, -3.402e38F, 6.5703125F, -100.0F, 0.5F,   -0.5F};
    const std::uint32_t kind = bits() >> 24U;
    if (kind < 16) return kSpecials[kind];
    return kind < 48 ? std::bit_cast<float>(bits()) : finite(kind < 200 ? 4.0F : 100.0F);
  }
  template <class Make>
  std::vector<float> row(std::size_t n, Make make) {
    std::vector<float> out(n);
    for (float& v : out) v = make();
    return out;
  }
  std::vector<float> row_of_any(std::size_t n) {
    return row(n, [this] { return any(); });
  }
  std::vector<float> row_within(std::size_t n, float limit) {
    return row(n, [this, limit] { return finite(limit); });
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
  std::uint32_t state_ = 1;
};

[[noreturn]] void differ(const char* kernel, std::size_t at, double got, double want) {
  std::fprintf(stderr, "%s at %zu: %.9g, not %.9g\n", kernel, at, got, want);
  std::abort();
}

// NaN where NaN is wanted, the same infinity, else within the tolerance.
void expect_near(const char* kernel, std::size_t at, float got, double want, double tolerance) {
  const bool good = std::isnan(want)                       ? std::isnan(got)
                    : std::isinf(static_cast<float>(want)) ? got == static_cast<float>(want)
                                                           : std::abs(got - want) <= tolerance;
  if (!good) differ(kernel, at, got, want);
}

void expect_bits(const char* kernel, std::size_t at, std::uint32_t got, std::uint32_t want) {
  if (got != want) differ(kernel, at, got, want);
}

template <class Body>
void on_every_target(Body body) {
  for (const std::int64_t target : hearken::every_target()) {
    const hearken::OnTarget on(target);
    body();
  }
}

void try_layer_norm(std::size_t n, Values values) {
  const auto x = values.row_within(n, 50), gamma = values.row_within(n, 2), beta = values.row_within(n, 2);
  double mean = 0, variance = 0;
  for (const float v : x) mean += v / static_cast<double>(n);
  for (const float v : x) variance += (v - mean) * (v - mean) / static_cast<double>(n);
  on_every_target([&] {
    std::vector<float> y(n);
    kernels::layer_norm(x.data(), static_cast<int>(n), gamma.data(), beta.data(), 1e-5F, y.data());
    for (std::size_t i = 0; i < n; ++i) {
      const double inverse = 1 / std::sqrt(variance + 1e-5);
      // What the mean loses by being a float32 is as large as the numbers, and grows by the division.
      expect_near("layer_norm", i, y[i], (x[i] - mean) * inverse * gamma[i] + beta[i], 1e-5 + 5e-5 * inverse);
    }
  });
}

void try_add_bias(std::size_t n, unsigned variant, Values values) {
  const auto sums = values.row_of_any(n), bias = values.row_of_any(n);
  const bool biased = (variant & 4U) != 0;
  const auto activation = static_cast<Activation>(variant & 3U);
  on_every_target([&] {
    std::vector<float> y = sums;
    kernels::add_bias(y.data(), biased ? bias.data() : nullptr, static_cast<int>(n), activation, y.data());
    for (std::size_t i = 0; i < n; ++i) {
      const float x = biased ? sums[i] + bias[i] : sums[i];
      const double large = std::max(1.0F, std::abs(x));
      switch (activation) {
        case Activation::none: expect_near("add_bias", i, y[i], x, 0); break;
        case Activation::gelu:
          expect_near("gelu", i, y[i], x == -kInfinity ? 0 : x * std::erfc(-x / std::sqrt(2.0)) / 2, 1.5e-7 * large);
          break;
        case Activation::relu: expect_near("relu", i, y[i], std::isnan(x) ? x : std::max(x, 0.0F), 0); break;
        case Activation::tanh: expect_near("tanh", i, y[i], std::tanh(static_cast<double>(x)), 1e-6); break;
      }
    }
  });
}

void try_accumulate(std::size_t n, bool biased, Values values) {
  const auto sums = values.row_of_any(n), bias = values.row_of_any(n), start = values.row_of_any(n);
  on_every_target([&] {
    std::vector<float> y = start;
    kernels::accumulate(sums.data(), biased ? bias.data() : nullptr, static_cast<int>(n), y.data());
    for (std::size_t i = 0; i < n; ++i) {
      const float more = biased ? sums[i] + bias[i] : sums[i];
      expect_near("accumulate", i, y[i], start[i] + more, 0);
    }
  });
}

void try_to_bf16(std::size_t n, Values values) {
  const auto x = values.row_of_any(n);
  on_every_target([&] {
    std::vector<std::uint16_t> y(n);
    kernels::to_bf16(x.data(), static_cast<int>(n), y.data());
    for (std::size_t i = 0; i < n; ++i) {
      const auto bits = std::bit_cast<std::uint32_t>(x[i]);
      const std::uint32_t rest = bits & 0xFFFFU, kept = bits >> 16U;
      const std::uint32_t up = rest > 0x8000U || (rest == 0x8000U && (kept & 1U) == 1) ? 1 : 0;
      expect_bits("to_bf16", i, y[i], std::isnan(x[i]) ? kept | 0x40U : kept + up);
    }
  });
}

void try_quantize(std::size_t n, unsigned variant, Values values) {
  // Sizes from denormal numbers to the largest, and rows of anything.
  const float limit = std::ldexp(1.0F, static_cast<int>(variant) - 128);
  const auto x = variant == 0 ? values.row_of_any(n) : values.row_within(n, limit);
  bool finite = true;
  float most = 0;
  for (const float v : x) {
    finite = finite && std::isfinite(v);
    most = std::max(most, std::abs(v));
  }
  on_every_target([&] {
    std::vector<std::uint8_t> y(n);
    const float scale = kernels::quantize(x.data(), static_cast<int>(n), y.data());
    if (!finite) return expect_near("quantize's scale", 0, scale, kNan, 0);
    const bool zeros = most < 0x1p-100F;
    expect_near("quantize's scale", 0, scale, zeros ? 0 : most / 127.0F, 0);
    const float inverse = zeros ? 0 : 127.0F / most;
    for (std::size_t i = 0; i < n; ++i) {
      const float levels = x[i] * inverse;
      expect_bits("quantize", i, y[i], static_cast<std::uint32_t>(128 + static_cast<int>(std::nearbyint(levels))));
    }
  });
}

void try_dequantize(std::size_t n, Values values) {
  const auto col_scale = values.row_within(n, 3);
  const float row_scale = values.finite(3);
  std::vector<std::int32_t> sums, col_sums;
  for (std::size_t i = 0; i < n; ++i) {
    col_sums.push_back(static_cast<std::int32_t>(values.bits() >> 11U) - (1 << 20));  // of 8192 weights
    sums.push_back(128 * col_sums.back() + (static_cast<std::int32_t>(values.bits() >> 2U) - (1 << 29)));
  }
  on_every_target([&] {
    std::vector<float> y(n);
    kernels::dequantize(sums.data(), row_scale, col_scale.data(), col_sums.data(), static_cast<int>(n), y.data());
    for (std::size_t i = 0; i < n; ++i) {
      const float scale = row_scale * col_scale[i];
      const float want = scale * static_cast<float>(sums[i] - 128 * col_sums[i]);
      expect_bits("dequantize", i, std::bit_cast<std::uint32_t>(y[i]), std::bit_cast<std::uint32_t>(want));
    }
  });
}

void try_attend(std::size_t tokens, std::size_t width, unsigned variant, Values values) {
  const std::size_t stride = width + variant / 16;
  const float large = (variant & 4U) != 0 ? 30.0F : 2.0F;
  auto q = values.row_within((tokens - 1) * stride + width, large), k = values.row_within(q.size(), large),
       v = values.row_within(q.size(), 2);
  const auto bias = values.row_within(tokens * tokens, 5);
  std::vector<float> mask(tokens * tokens);
  for (float& m : mask) m = (values.bits() >> 30U) == 0 ? -100.0F : 0.0F;
  if ((variant & 8U) != 0)
    for (auto* const row : {&q, &k, &v})
      if (const float other = values.any(); !std::isfinite(other)) (*row)[values.bits() % row->size()] = other;
  const bool biased = (variant & 1U) != 0, masked = (variant & 2U) != 0;
  const float scale = 1.0F / std::sqrt(static_cast<float>(width));

  std::vector<double> want(tokens * width), slack(tokens), weights(tokens);
  for (std::size_t i = 0; i < tokens; ++i) {
    double most = -1e300, sum = 0, magnitude = 0;
    for (std::size_t j = 0; j < tokens; ++j) {
      double score = 0, size = 0;
      for (std::size_t c = 0; c < width; ++c) {
        const double product = static_cast<double>(q[i * stride + c]) * k[j * stride + c];
        score += product;
        size += std::abs(product);
      }
      score = score * scale + (biased ? bias[i * tokens + j] : 0.0F) + (masked ? mask[i * tokens + j] : 0.0F);
      weights[j] = score;
      most = std::max(most, score);
      magnitude = std::max(magnitude, size * scale + 105);
    }
    for (double& weight : weights) sum += weight = std::exp(weight - most);
    // A score is off by its size's float32 rounding, several times; so is the logarithm of each weight.
    slack[i] = 2e-6 + magnitude * 2e-6;
    for (std::size_t c = 0; c < width; ++c) {
      double mixed = 0;
      for (std::size_t j = 0; j < tokens; ++j) mixed += weights[j] / sum * v[j * stride + c];
      want[i * width + c] = mixed;
    }
  }
  on_every_target([&] {
    std::vector<float> out(q.size());
    const std::size_t floats = kernels::attend_scratch(static_cast<int>(tokens), static_cast<int>(width));
    auto* const scratch = static_cast<float*>(std::aligned_alloc(64, (floats * sizeof(float) + 63) / 64 * 64));
    kernels::attend({q.data(), k.data(), v.data(), static_cast<std::ptrdiff_t>(stride), static_cast<int>(tokens),
                     static_cast<int>(width), scale, biased ? bias.data() : nullptr, masked ? mask.data() : nullptr,
                     out.data(), static_cast<std::ptrdiff_t>(stride)},
                    scratch);
    std::free(scratch);
    if ((variant & 8U) != 0) return;  // infinities and NaNs may do what they like but write elsewhere
    for (std::size_t i = 0; i < tokens; ++i)
      for (std::size_t c = 0; c < width; ++c)
        expect_near("attend", i * width + c, out[i * stride + c], want[i * width + c], slack[i]);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const Values values(data + 4, size - 4);
  const unsigned variant = data[1];
  const std::size_t n = 1 + (static_cast<std::size_t>(data[2]) | static_cast<std::size_t>(data[3]) << 8U) % 600;
  switch (data[0] % 7) {
    case 0: try_layer_norm(n, values); break;
    case 1: try_add_bias(n, variant, values); break;
    case 2: try_accumulate(n, (variant & 1U) != 0, values); break;
    case 3: try_to_bf16(n, values); break;
    case 4: try_quantize(n, variant, values); break;
    case 5: try_dequantize(n, values); break;
    default: try_attend(1U + data[2] % 70U, 1U + data[3] % 70U, variant, values); break;
  }
  return 0;
}
