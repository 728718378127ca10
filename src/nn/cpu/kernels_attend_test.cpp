// Attention of one head, against a reference in float64.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "nn/cpu/test_operands.h"

namespace hearken::nn::kernels {
namespace {

struct HeadShape {
  int tokens, width;
  bool bias, mask;
};

// One head whose rows are `stride` apart, and each operand's last row ends where memory ends.
class HeadCase {
 public:
  HeadCase(HeadShape shape, int stride, unsigned seed)
      : shape_(shape),
        q_(span(shape, stride)),
        k_(span(shape, stride)),
        v_(span(shape, stride)),
        out_(span(shape, stride)),
        pairs_(noise_of(shape.tokens * shape.tokens, seed + 3)),
        mask_(std::vector<float>(static_cast<std::size_t>(shape.tokens) * static_cast<std::size_t>(shape.tokens))),
        scratch_(attend_scratch(shape.tokens, shape.width)) {
    const auto w = static_cast<std::size_t>(shape.width);
    for (const auto& [row, offset] : {std::pair(&q_, 0U), std::pair(&k_, 1U), std::pair(&v_, 2U)}) {
      const auto values = noise_of(shape.tokens * shape.width, seed + offset);
      for (std::size_t i = 0; i < values.size(); ++i)
        (*row)[i / w * static_cast<std::size_t>(stride) + i % w] = values[i];
    }
    for (std::size_t i = 0; i < mask_.size(); ++i) mask_[i] = i * 7 % 3 == 0 ? -100.0F : 0.0F;
    std::fill_n(out_.data(), span(shape, stride), kUntouched);
    std::fill_n(scratch_.data(), attend_scratch(shape.tokens, shape.width), kNan);  // whatever was there before
    head_ = {q_.data(),
             k_.data(),
             v_.data(),
             stride,
             shape.tokens,
             shape.width,
             1.0F / std::sqrt(static_cast<float>(shape.width)),
             shape.bias ? pairs_.data() : nullptr,
             shape.mask ? mask_.data() : nullptr,
             out_.data(),
             stride};
  }

  float* q(int token) { return q_.data() + token * head_.stride; }
  float* k(int token) { return k_.data() + token * head_.stride; }

  // [tokens, width], dense
  std::vector<float> run() {
    attend(head_, scratch_.data());
    std::vector<float> dense;
    const std::vector<float> out = out_.copy();
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % static_cast<std::size_t>(head_.stride) < static_cast<std::size_t>(head_.width))
        dense.push_back(out[i]);
      else
        EXPECT_EQ(out[i], kUntouched) << "between the rows";
    }
    return dense;
  }

  std::vector<double> reference() const {
    const int tokens = head_.tokens, width = head_.width;
    std::vector<double> out, weights(static_cast<std::size_t>(tokens));
    for (int i = 0; i < tokens; ++i) {
      double most = -1e300, sum = 0;
      for (int j = 0; j < tokens; ++j) {
        double score = 0;
        for (int c = 0; c < width; ++c)
          score += static_cast<double>(head_.q[i * head_.stride + c]) * head_.k[j * head_.stride + c];
        score *= head_.scale;
        if (head_.bias != nullptr) score += head_.bias[i * tokens + j];
        if (head_.mask != nullptr) score += head_.mask[i * tokens + j];
        weights[static_cast<std::size_t>(j)] = score;
        most = std::max(most, score);
      }
      for (double& weight : weights) sum += weight = std::exp(weight - most);
      for (int c = 0; c < width; ++c) {
        double mixed = 0;
        for (int j = 0; j < tokens; ++j) mixed += weights[static_cast<std::size_t>(j)] * head_.v[j * head_.stride + c];
        out.push_back(mixed / sum);
      }
    }
    return out;
  }

 private:
  static constexpr float kUntouched = 12345.0F;
  static std::size_t span(HeadShape shape, int stride) {
    return static_cast<std::size_t>(shape.tokens - 1) * static_cast<std::size_t>(stride) +
           static_cast<std::size_t>(shape.width);
  }

  HeadShape shape_;
  Row<float> q_, k_, v_, out_, pairs_, mask_, scratch_;
  Head head_;
};

TEST(Attend, IsTheFormula) {
  constexpr HeadShape kShapes[] = {{64, 32, true, false},   {64, 32, true, true},  {64, 24, true, true},
                                   {248, 64, false, false}, {5, 32, false, false}, {77, 64, false, true},
                                   {512, 64, false, false}, {1, 1, true, true},    {1, 64, false, false},
                                   {2, 3, true, false},     {3, 17, true, true},   {7, 48, false, true},
                                   {8, 16, true, false},    {9, 5, false, false},  {33, 31, true, true}};
  on_every_target([&] {
    for (const HeadShape& shape : kShapes) {
      HeadCase head(shape, 3 * shape.width + 1, 5);
      const std::vector<double> want = head.reference();
      const std::vector<float> got = head.run();
      ASSERT_EQ(got.size(), want.size());
      for (std::size_t i = 0; i < want.size(); ++i)
        ASSERT_NEAR(got[i], want[i], 3e-6) << i << " of " << shape.tokens << " × " << shape.width;
      EXPECT_TRUE(same_bits(head.run(), got)) << "a second time";
    }
  });
}

TEST(Attend, DoesNotSeeTheStrideNorOtherQueries) {
  on_every_target([] {
    for (const HeadShape shape : {HeadShape{64, 32, true, true}, HeadShape{13, 20, true, false}}) {
      HeadCase dense(shape, shape.width, 5), apart(shape, 3 * shape.width + 5, 5);
      const std::vector<float> want = dense.run();
      EXPECT_TRUE(same_bits(apart.run(), want));
      for (int changed = 0; changed < shape.tokens; changed += 4) {
        const float before = *dense.q(changed);
        *dense.q(changed) += 1;
        const std::vector<float> got = dense.run();
        *dense.q(changed) = before;
        for (int token = 0; token < shape.tokens; ++token) {
          const auto at = static_cast<std::size_t>(token * shape.width), n = static_cast<std::size_t>(shape.width);
          EXPECT_EQ(std::memcmp(&got[at], &want[at], n * sizeof(float)) == 0, token != changed) << token;
        }
      }
    }
  });
}

TEST(Attend, SurvivesLargeScores) {
  on_every_target([] {
    HeadCase head({20, 24, true, true}, 24, 5);
    for (int c = 0; c < 24; ++c) head.q(3)[c] *= 1000;
    const std::vector<double> want = head.reference();
    const std::vector<float> got = head.run();
    for (std::size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got[i], want[i], i / 24 == 3 ? 1e-3 : 3e-6) << i;
  });
}

TEST(Attend, KeepsANanToWhatItReaches) {
  on_every_target([] {
    HeadCase head({20, 24, true, true}, 24, 5);
    const std::vector<float> want = head.run();
    *head.q(3) = kLoadedNan;
    const std::vector<float> got = head.run();
    for (std::size_t i = 0; i < want.size(); ++i) {
      if (i / 24 == 3)
        EXPECT_TRUE(std::isnan(got[i])) << i;
      else
        EXPECT_EQ(got[i], want[i]) << i;
    }
    *head.k(19) = kInfinity;
    EXPECT_EQ(head.run().size(), want.size());
  });
}

}  // namespace
}  // namespace hearken::nn::kernels
