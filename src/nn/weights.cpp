// Widening stored weights to float32.
#include "nn/weights.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace hearken::nn {
namespace {

float from_f16(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 31U, mantissa = half & 0x3FFU;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
  if (exponent == 0) {  // zero and subnormals: mantissa · 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

std::uint16_t load_u16(const std::byte* p) {
  std::uint16_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

}  // namespace

void WeightView::read_row(int r, float* out) const {
  const auto n = static_cast<std::size_t>(cols);
  const std::size_t first = static_cast<std::size_t>(r) * n;
  switch (type) {
    case WeightType::f32: std::memcpy(out, data + 4 * first, 4 * n); break;
    case WeightType::f16:
      for (std::size_t c = 0; c < n; ++c) out[c] = from_f16(load_u16(data + 2 * (first + c)));
      break;
    case WeightType::bf16:
      for (std::size_t c = 0; c < n; ++c)
        out[c] = std::bit_cast<float>(static_cast<std::uint32_t>(load_u16(data + 2 * (first + c))) << 16);
      break;
    case WeightType::i8: {
      const auto* q = reinterpret_cast<const std::int8_t*>(data) + first;
      if (scales.size() == 1) {
        for (std::size_t c = 0; c < n; ++c) out[c] = static_cast<float>(q[c]) * scales[0];
        break;
      }
      const std::size_t groups = scales.size() / static_cast<std::size_t>(rows), width = n / groups;
      const float* row_scales = scales.data() + static_cast<std::size_t>(r) * groups;
      for (std::size_t g = 0; g < groups; ++g)
        for (std::size_t c = g * width; c < (g + 1) * width; ++c) out[c] = static_cast<float>(q[c]) * row_scales[g];
      break;
    }
  }
}

const float* WeightView::floats_in_place() const noexcept {
  const bool aligned = reinterpret_cast<std::uintptr_t>(data) % alignof(float) == 0;
  return type == WeightType::f32 && aligned ? reinterpret_cast<const float*>(data) : nullptr;
}

void WeightView::append_to(std::vector<float>& out) const {
  const std::size_t n = static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols), before = out.size();
  if (const float* in_place = floats_in_place()) {
    out.insert(out.end(), in_place, in_place + n);
    return;
  }
  out.resize(before + n);
  for (int r = 0; r < rows; ++r)
    read_row(r, out.data() + before + static_cast<std::size_t>(r) * static_cast<std::size_t>(cols));
}

std::vector<float> WeightView::floats() const {
  std::vector<float> out;
  append_to(out);
  return out;
}

}  // namespace hearken::nn
