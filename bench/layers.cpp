// hearken_layers MODEL [fp32|bf16|int8 [THREADS]]: where a window's time in HTSAT goes, layer by layer, and what the
// layer's matrix products alone take in the same run. For docs/SPEED.md's roofline.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/threads/threads.h"
#include "model/layouts/clap.h"
#include "model/precision.h"
#include "model/towers/htsat.h"
#include "nn/cpu/bare_products.h"
#include "nn/cpu/cpu.h"

namespace hearken {
namespace {

struct Layer {
  std::vector<double> milliseconds;  // a round each
  std::vector<nn::Cpu::ProductShape> shapes;
};

/// The executor with a clock at each of the tower's layers; a layer is named by what it is and its rows and columns.
class Clocked : public nn::Cpu {
 public:
  using Cpu::Cpu;
  std::map<std::string, Layer> layers;

  Tensor linear(Tensor x, const Linear& w, nn::Activation activation = nn::Activation::none) {
    return clock("product", x, [&] { return Cpu::linear(x, w, activation); });
  }
  Tensor layer_norm(Tensor x, const Norm& norm) {
    return clock("norm", x, [&] { return Cpu::layer_norm(x, norm); });
  }
  Tensor patch_rows(Tensor x, int rows, int cols) {
    return clock("patches", x, [&] { return Cpu::patch_rows(x, rows, cols); });
  }
  Tensor spectrogram_image(Tensor x, int size) {
    return clock("picture", x, [&] { return Cpu::spectrogram_image(x, size); });
  }
  Tensor merge_patches(Tensor x, nn::Grid grid, const Norm& norm, const Linear& w) {
    return clock("merge", x, [&] { return Cpu::merge_patches(x, grid, norm, w); });
  }
  void add_window_attention(Tensor x, nn::Grid grid, const Norm& norm, const Linear& qkv, const WindowBias& bias,
                            bool rolled, const Linear& projection) {
    clock("attention", x, [&] {
      Cpu::add_window_attention(x, grid, norm, qkv, bias, rolled, projection);
      return x;
    });
  }
  void add_mlp(Tensor x, const Norm& norm, const Linear& fc1, const Linear& fc2) {
    clock("mlp", x, [&] {
      Cpu::add_mlp(x, norm, fc1, fc2);
      return x;
    });
  }
  void begin_round() {
    for (auto& [name, layer] : layers) {
      layer.milliseconds.push_back(0);
      layer.shapes.clear();
    }
  }

 private:
  template <class Work>
  Tensor clock(const char* what, Tensor x, Work work) {
    Layer& layer = layers[fmt::format("{:>5} × {:<5} {}", x.rows, x.cols, what)];
    if (layer.milliseconds.empty()) layer.milliseconds.push_back(0);
    products = &layer.shapes;
    const double start = monotonic_seconds();
    const Tensor y = work();
    layer.milliseconds.back() += 1e3 * (monotonic_seconds() - start);
    return y;
  }
};

int run(const std::string& path, const std::string& precision, int threads) {
  constexpr int kRounds = 15, kFrames = 1001;
  const auto files = model::open_clap_files(path);
  const auto type = model::product_type(parse_precision(precision));
  const auto tower = model::load_htsat<Clocked>({files.weights, type}, files.description.audio);
  std::vector<float> mel(64 * kFrames);
  for (std::size_t i = 0; i < mel.size(); ++i) mel[i] = static_cast<float>(i * 7919 % 1000) / 10.0F - 90.0F;

  Clocked cpu(threads);
  const auto window = [&] {
    const Clocked::Scope scope(cpu);
    const std::vector<model::Spectrograms<Clocked>> one{{cpu.input({mel.data(), 64, kFrames}, 1)}};
    model::htsat_states(cpu, tower, std::span<const model::Spectrograms<Clocked>>(one));
  };
  window();
  std::map<std::string, std::vector<double>> alone;
  std::map<std::string, nn::BareProducts> bare;
  for (const auto& [name, layer] : cpu.layers)
    if (!layer.shapes.empty()) bare.try_emplace(name, layer.shapes);
  for (int round = 0; round < kRounds; ++round) {
    cpu.begin_round();
    window();
    for (const auto& [name, products] : bare) {
      const double start = monotonic_seconds();
      products.run(threads);
      alone[name].push_back(1e3 * (monotonic_seconds() - start));
    }
  }
  const auto median = [](std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  };
  fmt::print("| layer | ms | products alone | ratio | GFLOP/s |\n|---|---|---|---|---|\n");
  double total = 0, products = 0;
  for (auto& [name, layer] : cpu.layers) {
    layer.milliseconds.erase(layer.milliseconds.begin());  // the first window
    const double own = median(layer.milliseconds);
    total += own;
    if (layer.shapes.empty()) {
      fmt::print("| {} | {:.2f} | – | – | – |\n", name, own);
      continue;
    }
    double flops = 0;
    for (const auto& shape : layer.shapes) flops += 2.0 * shape.rows * shape.in * shape.out;
    products += median(alone[name]);
    fmt::print("| {} | {:.2f} | {:.2f} | {:.2f} | {:.0f} |\n", name, own, median(alone[name]),
               own / median(alone[name]), flops / own / 1e6);
  }
  fmt::print("| all | {:.2f} | {:.2f} | {:.2f} | |\n", total, products, total / products);
  return 0;
}

}  // namespace
}  // namespace hearken

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: hearken_layers MODEL [fp32|bf16|int8 [THREADS]]\n");
    return 2;
  }
  try {
    return hearken::run(argv[1], argc > 2 ? argv[2] : "fp32", argc > 3 ? std::stoi(argv[3]) : 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
