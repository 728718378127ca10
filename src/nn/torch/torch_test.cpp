// The vocabulary on libtorch: its gradients against differences, its bits from run to run, CUDA against the CPU.
#include "nn/torch/torch.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "nn/torch/errors.h"
#include "nn/torch/testing.h"

namespace hearken::nn {
namespace {

// Leaves of random numbers, remembered in the order they were made.
struct Leaves {
  at::Device device;
  std::vector<at::Tensor> made = {};

  at::Tensor leaf(at::IntArrayRef shape) {
    std::int64_t n = 1;
    for (const auto size : shape) n *= size;
    auto values = noise(static_cast<std::size_t>(n), static_cast<unsigned>(made.size()) + 1);
    made.push_back(at::from_blob(values.data(), shape, at::kFloat).clone().to(device).requires_grad_(true));
    return made.back();
  }
  Torch::Linear linear(int out, int in, bool biased) {
    Torch::Linear w{.weight = leaf({out, in}), .bias = {}};
    if (biased) w.bias = leaf({out});
    return w;
  }
  Torch::Norm norm(int n) { return {leaf({n}), leaf({n}), 1e-5F}; }
  Torch::Affine affine(int n) { return {leaf({n}), leaf({n}), {}, {}}; }
  Torch::Table table(int rows, int cols) { return leaf({rows, cols}); }
  Torch::WindowBias window_bias(int window, int heads) {
    const int offsets = 2 * window - 1;
    return {leaf({offsets * offsets, heads}), window};
  }
};

Torch::Tensor handle(const at::Tensor& x, const TestInput& shape) {
  return {std::make_shared<at::Tensor>(x), shape.rows, shape.cols, shape.batch};
}

at::Tensor fixed_noise(at::IntArrayRef shape, unsigned seed, at::Device device) {
  std::int64_t n = 1;
  for (const auto size : shape) n *= size;
  auto values = noise(static_cast<std::size_t>(n), seed);
  return at::from_blob(values.data(), shape, at::kFloat).clone().to(device);
}

// The sum of an operation's results, weighted at random.
template <class Operation>
at::Tensor weighted_sum(const Operation& operation, const at::Tensor& x, const TestInput& shape) {
  const auto y = *operation(handle(x, shape)).value;
  return (y * fixed_noise(y.sizes(), 77, y.device())).to(at::kDouble).sum();
}

// Along a random direction through the input and all weights at once, which a wrong gradient of any of them shows.
TEST(Torch, GradientsAreWhatDifferencesSay) {
  Leaves leaves{at::kCPU};
  const auto layers = make_test_layers<Torch>(leaves);
  Torch b(at::kCPU);
  for_each_operation(b, layers, [&](const char* name, const TestInput& shape, const auto& operation) {
    auto x = fixed_noise({shape.rows, shape.cols}, 5, at::kCPU).requires_grad_(true);
    std::vector<at::Tensor> inputs = leaves.made, directions;
    inputs.push_back(x);
    weighted_sum(operation, x, shape).backward();
    double expected = 0, steepness = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      directions.push_back(fixed_noise(inputs[i].sizes(), 100 + static_cast<unsigned>(i), at::kCPU));
      if (!inputs[i].grad().defined()) continue;
      const auto gradient = inputs[i].grad().to(at::kDouble);
      expected += (gradient * directions[i]).sum().template item<double>();
      steepness += gradient.square().sum().template item<double>();
      inputs[i].mutable_grad() = at::Tensor();
    }
    const at::NoGradGuard no_gradients;
    const auto moved = [&](double by) {
      for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].add_(directions[i], by);
      const double sum = weighted_sum(operation, x, shape).template item<double>();
      for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].sub_(directions[i], by);
      return sum;
    };
    constexpr double kStep = 1e-3;
    const double difference = (moved(kStep) - moved(-kStep)) / (2 * kStep);
    EXPECT_NEAR(difference, expected, 3e-3 * std::sqrt(steepness)) << name;
    EXPECT_GT(steepness, 0) << name;
  });
}

TEST(Torch, LowRankAdditionsAddTheirProduct) {
  Leaves leaves{at::kCPU};
  auto w = leaves.linear(6, 8, true);
  const auto addition = std::make_shared<Torch::LowRank>();
  w.addition = addition;
  Torch b(at::kCPU);
  const auto x = handle(fixed_noise({5, 8}, 1, at::kCPU), {5, 8, 1});
  const auto before = *b.linear(x, w).value;
  *addition = {leaves.leaf({2, 8}), leaves.leaf({6, 2}), 0.5};
  const auto joined = at::linear(*x.value, w.weight + 0.5 * at::mm(addition->up, addition->down), w.bias);
  EXPECT_TRUE(at::allclose(*b.linear(x, w).value, joined, 1e-5, 1e-5));
  EXPECT_FALSE(at::allclose(before, joined, 1e-2, 1e-2));
}

TEST(Torch, FrozenNormIsWorkedIntoTheProduct) {
  Leaves leaves{at::kCPU};
  auto w = leaves.linear(6, 8, true);
  const auto plain = w;
  const auto norm = std::make_shared<Torch::FrozenNorm>();
  *norm = {leaves.leaf({6}), leaves.leaf({6}), leaves.leaf({6}), leaves.leaf({6}).abs() + 0.5};
  w.norm = norm;
  Torch b(at::kCPU);
  const auto x = handle(fixed_noise({5, 8}, 1, at::kCPU), {5, 8, 1});
  const auto wanted = (*b.linear(x, plain).value - norm->mean) / norm->deviation * norm->weight + norm->bias;
  EXPECT_TRUE(at::allclose(*b.linear(x, w).value, wanted, 1e-5, 1e-5));
}

TEST(Torch, ProductsInBfloat16AreOfTheRoundedNumbers) {
  Leaves leaves{at::kCPU};
  const auto w = leaves.linear(16, 32, false);
  Torch b(at::kCPU, true);
  const auto x = fixed_noise({7, 32}, 1, at::kCPU);
  const auto rounded = [](const at::Tensor& t) { return t.to(at::kBFloat16).to(at::kFloat); };
  const auto wanted = at::mm(rounded(x), rounded(w.weight).t());
  const auto got = *b.linear(handle(x, {7, 32, 1}), w).value;
  EXPECT_EQ(got.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::allclose(got, wanted, 1e-2, 1e-2));
  EXPECT_FALSE(at::allclose(got, at::mm(x, w.weight.t()), 1e-5, 1e-5));
}

// What an operation made, and the gradients of its input and of all weights.
template <class Operation>
std::vector<at::Tensor> with_gradients(const Operation& operation, const TestInput& shape, Leaves& leaves) {
  auto x = fixed_noise({shape.rows, shape.cols}, 5, leaves.device).requires_grad_(true);
  const auto y = *operation(handle(x, shape)).value;
  (y * fixed_noise(y.sizes(), 77, leaves.device)).sum().backward();
  std::vector<at::Tensor> out = {y.detach().cpu()};
  auto inputs = leaves.made;
  inputs.push_back(x);
  for (auto& input : inputs) {
    if (input.grad().defined()) out.push_back(input.grad().cpu());
    input.mutable_grad() = at::Tensor();
  }
  return out;
}

using Results = std::vector<std::pair<std::string, std::vector<at::Tensor>>>;

Results all_results(at::Device device) {
  Leaves leaves{device};
  const auto layers = make_test_layers<Torch>(leaves);
  Torch b(device);
  Results out;
  for_each_operation(b, layers, [&](const char* name, const TestInput& shape, const auto& operation) {
    out.emplace_back(name, with_gradients(operation, shape, leaves));
  });
  return out;
}

void expect_same_bits(const Results& first, const Results& second) {
  for (std::size_t i = 0; i < first.size(); ++i)
    for (std::size_t k = 0; k < first[i].second.size(); ++k)
      EXPECT_TRUE(at::equal(first[i].second[k], second[i].second[k])) << first[i].first << ", " << k;
}

TEST(Torch, TheSameCallsGiveTheSameBits) { expect_same_bits(all_results(at::kCPU), all_results(at::kCPU)); }

TEST(TorchOnCuda, AgreesWithTheCpuAndWithItself) {
  if (!at::globalContext().hasCUDA()) GTEST_SKIP() << "no CUDA device";
  const at::Device device = open_device("cuda");
  const auto got = all_results(device), wanted = all_results(at::kCPU);
  expect_same_bits(got, all_results(device));
  for (std::size_t i = 0; i < got.size(); ++i)
    for (std::size_t k = 0; k < got[i].second.size(); ++k) {
      const auto& expected = wanted[i].second[k];
      const double largest = expected.abs().max().item<double>();
      EXPECT_LE((got[i].second[k] - expected).abs().max().item<double>(), 2e-5 * largest + 1e-6)
          << got[i].first << ", " << k;
    }
}

TEST(TorchDevices, AreSaidToBeMissing) {
  EXPECT_TRUE(open_device("cpu").is_cpu());
  const auto code_of = [](const char* name) {
    try {
      open_device(name);
    } catch (const Error& e) {
      return e.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of("gpu"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of("cuda:x"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of("cuda:-1"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of("cuda:120"), ErrorCode::unsupported);
}

TEST(TorchErrors, AreOneLine) {
  const auto failure = [](auto call) {
    try {
      guarded("a place", call);
    } catch (const Error& e) {
      return std::string(to_string(e.code())) + " " + e.what();
    }
    return std::string();
  };
  const auto shapes = failure([] { at::mm(at::zeros({2, 3}), at::zeros({2, 3})); });
  EXPECT_TRUE(shapes.starts_with("internal a place: libtorch failed: ")) << shapes;
  EXPECT_EQ(shapes.find('\n'), std::string::npos);
  const auto memory = failure([] { at::empty({std::int64_t{1} << 60}); });
  EXPECT_TRUE(memory.starts_with("io a place: memory ran out: ")) << memory;
  EXPECT_EQ(failure([]() -> int { throw Error(ErrorCode::corrupt, "as it was"); }), "corrupt as it was");
}

}  // namespace
}  // namespace hearken::nn
