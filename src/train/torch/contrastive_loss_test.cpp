// The losses against their formulas, written out in double precision.
#include "train/torch/contrastive_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "hearken/error.h"

namespace hearken::train {
namespace {

constexpr int kPairsOfLoss = 3;
const std::vector<float> kLogits{2, -1, 0.5, 3, 1, -2, 0.25, 4, 1.5};
const std::vector<float> kIdentity{1, 0, 0, 0, 1, 0, 0, 0, 1};

at::Tensor matrix(const std::vector<float>& values) {
  return at::from_blob(const_cast<float*>(values.data()), {kPairsOfLoss, kPairsOfLoss}, at::kFloat).clone();
}

// Mean over the rows that have more than one pair left of -Σ target · (logit - log Σ exp logit), in one direction.
double entropy(const std::vector<float>& targets, const std::vector<std::uint8_t>& left_out, bool of_texts) {
  double sum = 0;
  int rows = 0;
  for (std::size_t i = 0; i < kPairsOfLoss; ++i) {
    double total = 0, own = 0;
    int left = 0;
    const auto at = [&](std::size_t j) { return of_texts ? j * kPairsOfLoss + i : i * kPairsOfLoss + j; };
    for (std::size_t j = 0; j < kPairsOfLoss; ++j)
      if (left_out[at(j)] == 0) total += std::exp(double{kLogits[at(j)]}), ++left;
    for (std::size_t j = 0; j < kPairsOfLoss; ++j)
      if (left_out[at(j)] == 0) own -= targets[at(j)] * (kLogits[at(j)] - std::log(total));
    if (left < 2) continue;
    sum += own;
    ++rows;
  }
  return sum / rows;
}

double infonce_of(const std::vector<float>& targets, const std::vector<std::uint8_t>& left_out) {
  const Pairing pairing = pair_up(targets, left_out, kPairsOfLoss, at::kCPU);
  return infonce(matrix(kLogits), matrix(kLogits), pairing).item<double>();
}

double expected(const std::vector<float>& targets, const std::vector<std::uint8_t>& left_out) {
  return (entropy(targets, left_out, false) + entropy(targets, left_out, true)) / 2;
}

TEST(ContrastiveLoss, InfoNceIsTheMeanOfBothDirections) {
  const std::vector<std::uint8_t> none(9);
  EXPECT_NEAR(infonce_of(kIdentity, none), expected(kIdentity, none), 1e-6);
}

TEST(ContrastiveLoss, SharesOfMixedSoundsAreTargets) {
  const std::vector<float> mixed{0.7F, 0.3F, 0, 0.3F, 0.7F, 0, 0, 0, 1};
  const std::vector<std::uint8_t> none(9);
  EXPECT_NEAR(infonce_of(mixed, none), expected(mixed, none), 1e-6);
}

TEST(ContrastiveLoss, PairsLeftOutAreNoNegatives) {
  const std::vector<std::uint8_t> equal{0, 1, 0, 1, 0, 0, 0, 0, 0};  // items 0 and 1 have one caption
  EXPECT_NEAR(infonce_of(kIdentity, equal), expected(kIdentity, equal), 1e-6);

  at::Tensor logits = matrix(kLogits).set_requires_grad(true);
  infonce(logits, logits, pair_up(kIdentity, equal, kPairsOfLoss, at::kCPU)).backward();
  EXPECT_EQ(logits.grad()[0][1].item<float>(), 0);
  EXPECT_EQ(logits.grad()[1][0].item<float>(), 0);
  EXPECT_NE(logits.grad()[0][2].item<float>(), 0);
}

TEST(ContrastiveLoss, WhatHasNothingToBeToldFromTeachesNothing) {
  const std::vector<std::uint8_t> first_alone{0, 1, 1, 1, 0, 0, 1, 0, 0};
  const Pairing pairing = pair_up(kIdentity, first_alone, kPairsOfLoss, at::kCPU);
  EXPECT_EQ(pairing.alone, 2);  // the first sound and the first text
  EXPECT_NEAR(infonce_of(kIdentity, first_alone), expected(kIdentity, first_alone), 1e-6);

  const std::vector<std::uint8_t> all{0, 1, 1, 1, 0, 1, 1, 1, 0};
  at::Tensor logits = matrix(kLogits).set_requires_grad(true);
  const auto loss = infonce(logits, logits, pair_up(kIdentity, all, kPairsOfLoss, at::kCPU));
  loss.backward();
  EXPECT_EQ(loss.item<double>(), 0);
  EXPECT_EQ(logits.grad().abs().max().item<float>(), 0);
}

TEST(ContrastiveLoss, APairWithATargetIsNotLeftOut) {
  const std::vector<float> mixed{0.7F, 0.3F, 0, 0.3F, 0.7F, 0, 0, 0, 1};
  const std::vector<std::uint8_t> equal{0, 1, 0, 1, 0, 0, 0, 0, 0}, none(9);
  EXPECT_EQ(infonce_of(mixed, equal), infonce_of(mixed, none));
}

TEST(ContrastiveLoss, SigmoidLooksAtEachPairForItself) {
  const std::vector<std::uint8_t> equal{0, 1, 0, 1, 0, 0, 0, 0, 0};
  double sum = 0;
  for (std::size_t i = 0; i < kLogits.size(); ++i)
    if (equal[i] == 0) sum += std::log1p(std::exp(kIdentity[i] > 0 ? -kLogits[i] : kLogits[i]));
  const Pairing pairing = pair_up(kIdentity, equal, kPairsOfLoss, at::kCPU);
  EXPECT_NEAR(sigmoid_loss(matrix(kLogits), pairing).item<double>(), sum / kPairsOfLoss, 1e-6);
}

TEST(ContrastiveLoss, TheCalibratedBiasHasNoGradient) {
  const std::vector<std::uint8_t> equal{0, 1, 0, 1, 0, 0, 0, 0, 0};
  const Pairing pairing = pair_up(kIdentity, equal, kPairsOfLoss, at::kCPU);
  at::Tensor bias = at::full({1}, calibrated_bias(matrix(kLogits) * 10, pairing)).set_requires_grad(true);
  sigmoid_loss(matrix(kLogits) * 10 + bias, pairing).backward();
  EXPECT_NEAR(bias.grad().item<double>(), 0, 1e-5);
  EXPECT_LT(bias.item<double>(), 0);  // most pairs are wrong ones
}

TEST(ContrastiveLoss, RefusesWhatIsNoBatch) {
  const auto refuses = [](const std::vector<float>& targets, const std::vector<std::uint8_t>& left_out, int items) {
    try {
      pair_up(targets, left_out, items, at::kCPU);
    } catch (const Error& e) {
      return e.code() == ErrorCode::invalid_argument;
    }
    return false;
  };
  const std::vector<std::uint8_t> none(9);
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(refuses({1}, {0}, 1));
  EXPECT_TRUE(refuses(kIdentity, none, 4));
  EXPECT_TRUE(refuses(kIdentity, {0, 0}, kPairsOfLoss));
  EXPECT_TRUE(refuses({1, 0, 0, 0, 1, 0, 0, 0, 0.5F}, none, kPairsOfLoss));
  EXPECT_TRUE(refuses({1, 0, 0, 1, 0, 0, 0, 0, 1}, none, kPairsOfLoss));  // rows do, columns do not
  EXPECT_TRUE(refuses({kNan, 0, 0, 0, 1, 0, 0, 0, 1}, none, kPairsOfLoss));
}

}  // namespace
}  // namespace hearken::train
