// The optimizer against its formula, written out in double precision, on every device there is.
#include "train/torch/adamw.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "hearken/error.h"
#include "nn/torch/errors.h"

namespace hearken::train {
namespace {

at::Tensor numbers(std::int64_t size, double step) {
  return (at::arange(size, at::kDouble) * step).sin().to(at::kFloat);
}

std::vector<double> doubles(const at::Tensor& x) {
  const auto host = x.detach().cpu().to(at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

class AdamW : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    try {
      device_ = nn::open_device(GetParam());
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }

  // A large matrix, a vector, and the last rows of a matrix; gradients of step `step`.
  std::vector<Trained> tensors() const {
    const auto leaf = [&](const at::Tensor& x) { return x.to(device_).set_requires_grad(true); };
    std::vector<Trained> out;
    out.emplace_back("large", leaf(numbers(70001, 0.37).view({70001, 1})), 0, 70001, true);
    out.emplace_back("vector", leaf(numbers(3, 1.1)), 0, 3, false);
    out.emplace_back("rows", leaf(numbers(12, 0.7).view({4, 3})), 2, 2, true);
    return out;
  }
  static void give_gradients(std::vector<Trained>& all, int step) {
    for (Trained& t : all)
      t.leaf.mutable_grad() = numbers(t.leaf.numel(), 0.11 * step).view(t.leaf.sizes()).to(t.leaf.device()) * 0.01;
  }

  at::Device device_ = at::kCPU;
};

TEST_P(AdamW, TakesTheFormulasSteps) {
  const AdamWOptions o{.beta1 = 0.9, .beta2 = 0.98, .epsilon = 1e-6, .weight_decay = 0.1, .clip_norm = 0.5};
  constexpr double kRate = 0.01;
  auto all = tensors();
  const auto untouched = doubles(all[2].leaf.narrow(0, 0, 2));
  std::vector<std::vector<double>> values, means, variances;
  for (const Trained& t : all) {
    values.push_back(doubles(t.value()));
    means.emplace_back(values.back().size());
    variances.emplace_back(values.back().size());
  }
  for (int step = 1; step <= 3; ++step) {
    give_gradients(all, step);
    double squares = 0;
    for (const Trained& t : all)
      for (const double g : doubles(t.gradient())) squares += g * g;
    const double norm = gradient_norm(all);
    EXPECT_NEAR(norm / std::sqrt(squares), 1, 1e-6);
    const double clip = std::min(1.0, o.clip_norm / (std::sqrt(squares) + 1e-6));
    EXPECT_LT(clip, 1);
    for (std::size_t t = 0; t < all.size(); ++t) {
      const auto gradient = doubles(all[t].gradient());
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const double g = gradient[i] * clip;
        double& m = means[t][i];
        double& v = variances[t][i];
        m = o.beta1 * m + (1 - o.beta1) * g;
        v = o.beta2 * v + (1 - o.beta2) * g * g;
        if (all[t].decayed) values[t][i] -= kRate * o.weight_decay * values[t][i];
        values[t][i] -=
            kRate * m / (1 - std::pow(o.beta1, step)) / (std::sqrt(v / (1 - std::pow(o.beta2, step))) + o.epsilon);
      }
    }
    adamw_step(all, o, kRate, norm, step);
  }
  for (std::size_t t = 0; t < all.size(); ++t) {
    const auto got = doubles(all[t].value());
    for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], values[t][i], 3e-6) << all[t].name << " " << i;
  }
  EXPECT_EQ(doubles(all[2].leaf.narrow(0, 0, 2)), untouched);
}

TEST_P(AdamW, LeavesWhatNoGradientReached) {
  auto all = tensors();
  give_gradients(all, 1);
  all[1].leaf.mutable_grad().reset();
  const auto before = doubles(all[1].leaf);
  adamw_step(all, {}, 0.1, gradient_norm(all), 1);
  EXPECT_EQ(doubles(all[1].leaf), before);
  EXPECT_EQ(doubles(all[1].variance), std::vector<double>(3));
}

TEST_P(AdamW, DoesNotDependOnThreads) {
  const int threads = at::get_num_threads();
  std::vector<std::vector<double>> found;
  for (const int n : {1, 3}) {
    at::set_num_threads(n);
    auto all = tensors();
    give_gradients(all, 1);
    const double norm = gradient_norm(all);
    adamw_step(all, {}, 0.1, norm, 1);
    found.push_back(doubles(all[0].value()));
    found.back().push_back(norm);
  }
  at::set_num_threads(threads);
  EXPECT_EQ(found[0], found[1]);
}

INSTANTIATE_TEST_SUITE_P(Devices, AdamW, testing::Values("cpu", "cuda"), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearken::train
