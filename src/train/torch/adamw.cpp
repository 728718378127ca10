// The optimizer: AdamW with decoupled decay, and gradients clipped by their common norm.
#include "train/torch/adamw.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace hearken::train {
namespace {

constexpr std::int64_t kPiece = 1 << 15;  // numbers: a piece's four arrays fit the second cache

// The arrays of one tensor, or of a piece of it.
struct Arrays {
  float* value;
  const float* gradient;
  float* mean;
  float* variance;
  std::int64_t size;
  bool decayed;

  Arrays piece(std::int64_t begin) const {
    return {value + begin, gradient + begin, mean + begin, variance + begin, std::min(kPiece, size - begin), decayed};
  }
};

struct Factors {
  float clip;  // what gradients are multiplied by
  float keep;  // of a decayed weight
  float beta1, beta2;
  float rate;      // learning rate / (1 - beta1^step)
  float variance;  // 1 / sqrt(1 - beta2^step)
  float epsilon;
};

bool on_cpu(const std::vector<Trained>& all) {
  return std::all_of(all.begin(), all.end(), [](const Trained& t) { return t.leaf.is_cpu(); });
}

// In lanes, so that the compiler may add several numbers at once without changing any order of additions.
double sum_of_squares(const float* x, std::int64_t size) {
  constexpr std::int64_t kLanes = 16;
  double lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes)
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      const double value = x[i + lane];
      lanes[lane] += value * value;
    }
  for (; i < size; ++i) lanes[0] += double{x[i]} * x[i];
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

void step_piece(const Arrays& a, const Factors& f) {
  float* __restrict value = a.value;
  const float* __restrict gradient = a.gradient;
  float* __restrict mean = a.mean;
  float* __restrict variance = a.variance;
  const float keep = a.decayed ? f.keep : 1.0F;
  for (std::int64_t i = 0; i < a.size; ++i) {
    const float g = gradient[i] * f.clip;
    const float m = mean[i] + (g - mean[i]) * (1 - f.beta1);
    const float v = variance[i] * f.beta2 + g * g * (1 - f.beta2);
    mean[i] = m;
    variance[i] = v;
    value[i] = value[i] * keep - f.rate * m / (std::sqrt(v) * f.variance + f.epsilon);
  }
}

// each(tensor index, begin) for pieces of tensors of those sizes, on all threads.
template <class Each>
void for_pieces(std::span<const std::int64_t> sizes, Each each) {
  std::vector<std::pair<std::size_t, std::int64_t>> pieces;
  for (std::size_t t = 0; t < sizes.size(); ++t)
    for (std::int64_t begin = 0; begin < sizes[t]; begin += kPiece) pieces.emplace_back(t, begin);
  at::parallel_for(0, static_cast<std::int64_t>(pieces.size()), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      each(static_cast<std::size_t>(i), pieces[static_cast<std::size_t>(i)].first,
           pieces[static_cast<std::size_t>(i)].second);
  });
}

void step_on_cpu(std::vector<Trained>& all, const Factors& factors) {
  std::vector<Arrays> arrays;
  std::vector<std::int64_t> sizes;
  std::vector<at::Tensor> gradients;  // kept alive, should one have to be copied to lie in order
  for (Trained& t : all) {
    if (!t.gradient().defined()) continue;
    gradients.push_back(t.gradient().contiguous());
    arrays.push_back({t.value().data_ptr<float>(), gradients.back().data_ptr<float>(), t.mean.data_ptr<float>(),
                      t.variance.data_ptr<float>(), t.value().numel(), t.decayed});
    sizes.push_back(arrays.back().size);
  }
  for_pieces(sizes, [&](std::size_t, std::size_t tensor, std::int64_t begin) {
    step_piece(arrays[tensor].piece(begin), factors);
  });
}

// The same formula in libtorch's own operations over lists of tensors, which a device runs in few launches.
void step_elsewhere(std::vector<Trained>& all, const Factors& f) {
  std::vector<at::Tensor> values, decayed, gradients, means, variances;
  for (Trained& t : all) {
    if (!t.gradient().defined()) continue;
    values.push_back(t.value());
    if (t.decayed) decayed.push_back(t.value());
    gradients.push_back(t.gradient());
    means.push_back(t.mean);
    variances.push_back(t.variance);
  }
  if (values.empty()) return;
  gradients = at::_foreach_mul(gradients, f.clip);
  if (!decayed.empty()) at::_foreach_mul_(decayed, f.keep);
  at::_foreach_mul_(means, f.beta1);
  at::_foreach_add_(means, gradients, 1 - f.beta1);
  at::_foreach_mul_(variances, f.beta2);
  at::_foreach_addcmul_(variances, gradients, gradients, 1 - f.beta2);
  auto deviations = at::_foreach_sqrt(variances);
  at::_foreach_mul_(deviations, f.variance);
  at::_foreach_add_(deviations, f.epsilon);
  at::_foreach_addcdiv_(values, means, deviations, -f.rate);
}

}  // namespace

double gradient_norm(const std::vector<Trained>& all) {
  const c10::NoGradGuard no_gradients;
  std::vector<at::Tensor> gradients;
  for (const Trained& t : all)
    if (t.gradient().defined()) gradients.push_back(t.gradient().contiguous());
  if (gradients.empty()) return 0;
  if (!on_cpu(all)) {
    std::vector<at::Tensor> norms = at::_foreach_norm(gradients, 2);
    return at::stack(norms).to(at::kDouble).norm().item<double>();
  }
  std::vector<std::int64_t> sizes;
  std::size_t pieces = 0;
  for (const at::Tensor& g : gradients) {
    sizes.push_back(g.numel());
    pieces += static_cast<std::size_t>((g.numel() + kPiece - 1) / kPiece);
  }
  std::vector<double> sums(pieces);
  for_pieces(sizes, [&](std::size_t piece, std::size_t tensor, std::int64_t begin) {
    sums[piece] = sum_of_squares(gradients[tensor].data_ptr<float>() + begin, std::min(kPiece, sizes[tensor] - begin));
  });
  double sum = 0;
  for (const double s : sums) sum += s;
  return std::sqrt(sum);
}

void adamw_step(std::vector<Trained>& all, const AdamWOptions& o, double learning_rate, double norm,
                std::int64_t step) {
  const c10::NoGradGuard no_gradients;
  const auto steps = static_cast<double>(step);
  const double clip = o.clip_norm > 0 ? std::min(1.0, o.clip_norm / (norm + 1e-6)) : 1.0;
  const Factors factors{.clip = static_cast<float>(clip),
                        .keep = static_cast<float>(1 - learning_rate * o.weight_decay),
                        .beta1 = static_cast<float>(o.beta1),
                        .beta2 = static_cast<float>(o.beta2),
                        .rate = static_cast<float>(learning_rate / (1 - std::pow(o.beta1, steps))),
                        .variance = static_cast<float>(1 / std::sqrt(1 - std::pow(o.beta2, steps))),
                        .epsilon = static_cast<float>(o.epsilon)};
  on_cpu(all) ? step_on_cpu(all, factors) : step_elsewhere(all, factors);
}

}  // namespace hearken::train
