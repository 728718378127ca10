// Every operation of the vocabulary on libtorch against the CPU's executor.
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "nn/cpu/cpu.h"
#include "nn/torch/testing.h"
#include "nn/torch/torch.h"

namespace hearken::nn {
namespace {

// The same numbers for both backends: the n-th layer's are drawn with seed n.
struct Numbers {
  std::deque<std::vector<float>> made = {};
  std::vector<float>& next(int rows, int cols) {
    made.push_back(
        noise(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols), static_cast<unsigned>(made.size()) + 1));
    return made.back();
  }
};

struct CpuLayers : Numbers {
  Cpu::Linear linear(int out, int in, bool biased) {
    const auto& weight = next(out, in);
    return Cpu::make_linear({weight.data(), out, in}, biased ? next(out, 1) : std::vector<float>(), ProductType::f32);
  }
  Cpu::Norm norm(int n) {
    const auto& gamma = next(n, 1);
    return Cpu::make_norm(gamma, next(n, 1), 1e-5F);
  }
  Cpu::Affine affine(int n) {
    const auto& scale = next(n, 1);
    return Cpu::make_affine(scale, next(n, 1));
  }
  WeightView view(int rows, int cols) {
    return {WeightType::f32, reinterpret_cast<const std::byte*>(next(rows, cols).data()), rows, cols, {}};
  }
  Cpu::Table table(int rows, int cols) { return view(rows, cols); }
  Cpu::WindowBias window_bias(int window, int heads) {
    const int offsets = 2 * window - 1;
    return Cpu::make_window_bias(view(offsets * offsets, heads), window);
  }
};

struct TorchLayers : Numbers {
  at::Tensor tensor(at::IntArrayRef shape, int rows, int cols) {
    return at::from_blob(next(rows, cols).data(), shape, at::kFloat).clone();
  }
  Torch::Linear linear(int out, int in, bool biased) {
    Torch::Linear w{.weight = tensor({out, in}, out, in), .bias = {}};
    if (biased) w.bias = tensor({out}, out, 1);
    return w;
  }
  Torch::Norm norm(int n) {
    const auto gamma = tensor({n}, n, 1);
    return {gamma, tensor({n}, n, 1), 1e-5F};
  }
  Torch::Affine affine(int n) {
    const auto scale = tensor({n}, n, 1);
    return {scale, tensor({n}, n, 1), {}, {}};
  }
  Torch::Table table(int rows, int cols) { return tensor({rows, cols}, rows, cols); }
  Torch::WindowBias window_bias(int window, int heads) {
    const int offsets = 2 * window - 1;
    return {tensor({offsets * offsets, heads}, offsets * offsets, heads), window};
  }
};

struct Result {
  int rows = 0, cols = 0, batch = 0;
  std::vector<float> values;
};

template <class B, class Make, class Values>
std::map<std::string, Result> results(B& b, Make make, Values values) {
  const auto layers = make_test_layers<B>(make);
  std::map<std::string, Result> out;
  for_each_operation(b, layers, [&](const char* name, const TestInput& shape, const auto& operation) {
    const typename B::Scope scope(b);
    const auto x = noise(shape.size(), 99);
    const auto y = operation(b.input({x.data(), shape.rows, shape.cols}, shape.batch));
    out[name] = {y.rows, y.cols, y.batch, values(y)};
  });
  return out;
}

TEST(TorchVocabulary, ComputesWhatTheCpuExecutorDoes) {
  const at::NoGradGuard no_gradients;
  Cpu cpu;
  Torch torch(at::kCPU);
  const auto wanted =
      results(cpu, CpuLayers(), [](const Cpu::Tensor& y) { return std::vector<float>(y.data, y.data + y.size()); });
  const auto got = results(torch, TorchLayers(), [](const Torch::Tensor& y) {
    const auto dense = y.value->contiguous();
    return std::vector<float>(dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel());
  });
  ASSERT_EQ(got.size(), wanted.size());
  for (const auto& [name, y] : wanted) {
    const Result& z = got.at(name);
    EXPECT_EQ(z.rows, y.rows) << name;
    EXPECT_EQ(z.cols, y.cols) << name;
    EXPECT_EQ(z.batch, y.batch) << name;
    ASSERT_EQ(z.values.size(), y.values.size()) << name;
    float largest = 0, difference = 0;
    for (std::size_t i = 0; i < y.values.size(); ++i) {
      largest = std::max(largest, std::abs(y.values[i]));
      difference = std::max(difference, std::abs(y.values[i] - z.values[i]));
    }
    EXPECT_LE(difference, 2e-6F * largest) << name;
    EXPECT_GT(largest, 0) << name;
  }
}

}  // namespace
}  // namespace hearken::nn
