// Low-rank additions to products: which products get one, and what it begins with.
//
// Source: Hu et al., "LoRA: Low-rank adaptation of large language models" (ICLR 2022), and its reference code.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string_view>

#include "nn/torch/torch.h"
#include "train/engine.h"

namespace hearken::train {

/// Whether a tensor of that name is the weight of one of attention's or an MLP's products.
bool takes_addition(std::string_view name);

/// down [rank, in] uniform in ±1/√in, as the reference code has it; up [out, rank] zero: the sum begins as the weight.
/// `down` is a function of the seed, the weight's name and the shape alone, whatever libtorch's version or device.
void attach(nn::Torch::LowRank& addition, const at::Tensor& weight, const LoraOptions& options, std::uint64_t seed,
            std::string_view name);

/// The rows [first, first + rows) of weight + scale · up·down.
at::Tensor merged(const at::Tensor& weight, const nn::Torch::LowRank& addition, std::int64_t first, std::int64_t rows);

}  // namespace hearken::train
