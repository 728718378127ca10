// What training makes smaller: how far a batch's similarities are from what belongs together.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

namespace hearken::train {

/// What is right in a batch of n sounds and n texts, on the device of the logits.
struct Pairing {
  at::Tensor targets;     // [n, n] float32: the share of text j in what is heard in i
  at::Tensor left_out;    // [n, n] bool: pairs that are neither right nor wrong; never one with a target above zero
  at::Tensor contrasted;  // [2, n] float32: 1 for sounds (first row) and texts (second) that have another to be told
                          // from, 0 for those of which all other pairs are left out
  int alone = 0;          // how many zeros `contrasted` has
};

/// From a batch's matrices [items, items], row-major; a pair with a target above zero is not left out.
/// Throws Error(invalid_argument) when a target is outside [0, 1] or a row or column does not sum to 1 (within 1e-3).
Pairing pair_up(std::span<const float> targets, std::span<const std::uint8_t> left_out, int items, at::Device device);

/// Symmetric cross entropy of logits [n, n], a sound a row: -Σ target · log softmax, of each sound over the texts
/// (`by_audio`) and of each text over the sounds (`by_text`, a sound a row likewise), the mean over those that are
/// contrasted, and the mean of the two directions. 0 when nothing is. Source: Radford et al. 2021, figure 3; with two
/// scales laion_clap, loss.py, ClipLoss. (transformers' ClapModel averages the texts' direction with itself.)
at::Tensor infonce(const at::Tensor& by_audio, const at::Tensor& by_text, const Pairing& pairing);

/// Each pair for itself: -(target · log σ(logit) + (1 - target) · log σ(-logit)), summed, over n. Source: Zhai et al.
/// 2023, algorithm 1.
at::Tensor sigmoid_loss(const at::Tensor& logits, const Pairing& pairing);

/// The bias with which sigmoid_loss(logits + bias) begins: the one at which the pairs' probabilities sum to their
/// targets, so that the loss has no gradient in it. Zhai et al. begin at -10 with a scale of 10 because their towers
/// know nothing; a model that was trained has its own scale, and its similarities their own middle.
double calibrated_bias(const at::Tensor& logits, const Pairing& pairing);

}  // namespace hearken::train
