// The optimizer: AdamW with decoupled decay, and gradients clipped by their common norm.
//
// Source: Loshchilov & Hutter, "Decoupled weight decay regularization" (ICLR 2019), algorithm 2, as torch.optim.AdamW
// computes it; clipping as torch.nn.utils.clip_grad_norm_.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hearken::train {

struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-6;
  double weight_decay = 0.01;
  double clip_norm = 1;  // 0: not clipped
};

/// Rows of a leaf that are trained, and what the optimizer remembers of them.
struct Trained {
  std::string name;
  at::Tensor leaf;  // float32, contiguous
  std::int64_t first_row = 0, rows = 0;
  bool decayed = false;
  at::Tensor mean, variance;  // of the gradient and of its square, as running means; of value()'s shape

  Trained(std::string called, const at::Tensor& of, std::int64_t first, std::int64_t count, bool decay)
      : name(std::move(called)),
        leaf(of),
        first_row(first),
        rows(count),
        decayed(decay),
        mean(at::zeros_like(value())),
        variance(at::zeros_like(value())) {}

  at::Tensor value() const { return leaf.detach().narrow(0, first_row, rows); }
  /// Undefined when no gradient has reached the leaf.
  at::Tensor gradient() const { return leaf.grad().defined() ? leaf.grad().narrow(0, first_row, rows) : at::Tensor(); }
};

/// The Euclidean norm of all gradients together. The order of its sums depends on the shapes alone, not on threads.
double gradient_norm(const std::vector<Trained>& all);

/// One step, the `step`-th (from 1), of tensors that have a gradient; `norm` is gradient_norm(all). Not recorded by
/// autograd. On the CPU one pass over memory.
void adamw_step(std::vector<Trained>& all, const AdamWOptions& options, double learning_rate, double norm,
                std::int64_t step);

}  // namespace hearken::train
