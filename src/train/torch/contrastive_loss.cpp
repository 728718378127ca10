// What training makes smaller: how far a batch's similarities are from what belongs together.
#include "train/torch/contrastive_loss.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "hearken/error.h"

namespace hearken::train {
namespace {

void check_sums(std::span<const float> targets, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0, column = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const float share = targets[i * n + j];
      if (!(share >= 0 && share <= 1))
        throw Error(ErrorCode::invalid_argument, "batch: target [" + std::to_string(i) + ", " + std::to_string(j) +
                                                     "] is not a share between 0 and 1");
      row += share;
      column += targets[j * n + i];
    }
    if (std::abs(row - 1) > 1e-3 || !(std::abs(column - 1) <= 1e-3))
      throw Error(ErrorCode::invalid_argument, "batch: the targets of item " + std::to_string(i) + " do not sum to 1");
  }
}

// Cross entropy of each row, the mean over those that are contrasted.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& left_out,
                         const at::Tensor& contrasted) {
  const auto logs = logits.masked_fill(left_out, -std::numeric_limits<float>::infinity()).log_softmax(1);
  const auto rows = -(targets * logs.masked_fill(left_out, 0)).sum(1);
  return (rows * contrasted).sum() / contrasted.sum().clamp_min(1);
}

}  // namespace

Pairing pair_up(std::span<const float> targets, std::span<const std::uint8_t> left_out, int items, at::Device device) {
  const auto n = static_cast<std::size_t>(items);
  if (items < 2) throw Error(ErrorCode::invalid_argument, "batch: fewer than two pairs have nothing to be told from");
  if (targets.size() != n * n || left_out.size() != n * n)
    throw Error(ErrorCode::invalid_argument, "batch: targets or left-out pairs are not a matrix of its items");
  check_sums(targets, n);

  auto out = at::empty({items, items}, at::kBool);
  auto contrasted = at::zeros({2, items}, at::kFloat);
  bool* const mask = out.data_ptr<bool>();
  std::vector<int> of_sound(n), of_text(n);  // how many pairs are left
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      mask[i * n + j] = left_out[i * n + j] != 0 && targets[i * n + j] == 0;
      if (mask[i * n + j]) continue;
      ++of_sound[i];
      ++of_text[j];
    }
  Pairing pairing;
  float* const counted = contrasted.data_ptr<float>();
  for (std::size_t i = 0; i < n; ++i) {
    counted[i] = of_sound[i] > 1 ? 1 : 0;
    counted[n + i] = of_text[i] > 1 ? 1 : 0;
    pairing.alone += (of_sound[i] > 1 ? 0 : 1) + (of_text[i] > 1 ? 0 : 1);
  }
  auto shares = at::empty({items, items}, at::kFloat);
  std::copy(targets.begin(), targets.end(), shares.data_ptr<float>());
  pairing.targets = shares.to(device);
  pairing.left_out = out.to(device);
  pairing.contrasted = contrasted.to(device);
  return pairing;
}

at::Tensor infonce(const at::Tensor& by_audio, const at::Tensor& by_text, const Pairing& pairing) {
  const auto sounds = cross_entropy(by_audio, pairing.targets, pairing.left_out, pairing.contrasted[0]);
  const auto texts = cross_entropy(by_text.t(), pairing.targets.t(), pairing.left_out.t(), pairing.contrasted[1]);
  return (sounds + texts) / 2;
}

at::Tensor sigmoid_loss(const at::Tensor& logits, const Pairing& pairing) {
  const auto pairs = at::binary_cross_entropy_with_logits(logits, pairing.targets, {}, {}, at::Reduction::None);
  return pairs.masked_fill(pairing.left_out, 0).sum() / logits.size(0);
}

double calibrated_bias(const at::Tensor& logits, const Pairing& pairing) {
  const auto kept = logits.detach().masked_select(pairing.left_out.logical_not()).to(at::kDouble).cpu();
  const double wanted = pairing.targets.to(at::kDouble).sum().item<double>();
  if (!kept.isfinite().all().item<bool>() || wanted >= static_cast<double>(kept.numel())) return 0;
  // The sum of the probabilities rises with the bias, from 0 to the number of pairs.
  double low = -1e4, high = 1e4;
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    (at::sigmoid(kept + middle).sum().item<double>() < wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace hearken::train
