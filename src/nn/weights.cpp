// Widening stored weights to float32.
#include "nn/weights.h"

#include <cstdint>
#include <cstring>

#include "nn/cpu/kernels.h"

namespace hearken::nn {
void WeightView::read_row(int r, float* out) const {
  const std::size_t first = static_cast<std::size_t>(r) * static_cast<std::size_t>(cols);
  const auto halves = [&] { return reinterpret_cast<const std::uint16_t*>(data + 2 * first); };
  switch (type) {
    case WeightType::f32: std::memcpy(out, data + 4 * first, 4 * static_cast<std::size_t>(cols)); break;
    case WeightType::f16: kernels::from_f16(halves(), cols, out); break;
    case WeightType::bf16: kernels::from_bf16(halves(), cols, out); break;
    case WeightType::i8: {
      const auto* q = reinterpret_cast<const std::int8_t*>(data) + first;
      const int groups = scales.size() == 1 ? 1 : static_cast<int>(scales.size()) / rows, width = cols / groups;
      const float* scale = scales.data() + (scales.size() == 1 ? 0 : r * groups);
      for (int c = 0; c < cols; c += width) kernels::from_int8(q + c, width, *scale++, out + c);
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
