// Low-rank additions to products: which products get one, and what it begins with.
#include "train/torch/lora.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

#include "core/split_mix.h"

namespace hearken::train {
namespace {

// The n-th number of a seed, from 0.
std::uint64_t number(std::uint64_t seed, std::uint64_t n) { return split_mix(seed + (n + 1) * kSplitMixStep); }

std::uint64_t seed_of(std::uint64_t seed, std::string_view name) {
  for (const char c : name) seed = number(seed, static_cast<unsigned char>(c));
  return seed;
}

}  // namespace

bool takes_addition(std::string_view name) {
  return name.ends_with(".weight") && ((name.find(".attention.") != std::string_view::npos &&
                                        name.find(".attention.norm.") == std::string_view::npos) ||
                                       name.find(".mlp.fc") != std::string_view::npos);
}

void attach(nn::Torch::LowRank& addition, const at::Tensor& weight, const LoraOptions& options, std::uint64_t seed,
            std::string_view name) {
  const std::int64_t in = weight.size(1);
  auto down = at::empty({options.rank, in}, at::kFloat);
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  const std::uint64_t own = seed_of(seed, name);
  float* const values = down.data_ptr<float>();
  for (std::int64_t i = 0; i < down.numel(); ++i) {
    const double unit = static_cast<double>(number(own, static_cast<std::uint64_t>(i)) >> 11) * 0x1p-53;
    values[i] = static_cast<float>((2 * unit - 1) * bound);
  }
  addition.down = down.to(weight.device()).set_requires_grad(true);
  addition.up =
      at::zeros({weight.size(0), options.rank}, weight.options().requires_grad(false)).set_requires_grad(true);
  addition.scale = options.alpha / options.rank;
}

at::Tensor merged(const at::Tensor& weight, const nn::Torch::LowRank& addition, std::int64_t first, std::int64_t rows) {
  const at::NoGradGuard no_gradients;
  const at::Tensor base = weight.narrow(0, first, rows);
  if (!addition.down.defined()) return base;
  return base + at::matmul(addition.up.narrow(0, first, rows), addition.down) * addition.scale;
}

}  // namespace hearken::train
