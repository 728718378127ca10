// A training step of Hearken's, as bench/train_step.py drives it: hearken_train_step MODEL DEVICE THREADS.
//
// Each line that comes is one step (forward, backward, update) and is answered with its seconds, its seconds on all
// threads together, and the loss; at the end comes the memory that the model and its training took, in MB.
#include <time.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "core/threads/threads.h"
#include "model/layouts/encoders.h"
#include "nn/torch_module.h"
#include "train/engine.h"

namespace {

using namespace hearken;
using namespace hearken::train;

double megabytes(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(what)) return std::stod(line.substr(what.size() + 1)) / 1024;
  return 0;
}

double cpu_seconds() {
  timespec t;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "hearken_train_step MODEL DEVICE THREADS\n", 2;
  nn::torch_symbol("hearken_torch_version");  // libtorch itself is not what is measured
  const double before = megabytes("VmRSS:");
  constexpr int kItems = 16;
  EngineOptions options;
  options.device = argv[2];
  options.threads = std::stoi(argv[3]);
  std::unique_ptr<Engine> engine;
  {
    const auto source = model::open_model(argv[1]);
    engine = make_engine(source->plan(), *weights_of(*source), options);
  }

  // The batch of train_step.py: noise for sounds; texts of eight to twenty-two tokens.
  std::vector<std::vector<std::int32_t>> texts(kItems);
  for (std::int32_t i = 0; i < kItems; ++i)
    for (std::int32_t k = 0; k < 8 + i * 7 % 15; ++k) texts[static_cast<std::size_t>(i)].push_back(100 + 37 * i + k);
  std::mt19937 random(1);
  std::normal_distribution<float> decibels(-30, 20);
  std::vector<float> features(kItems * 64 * 1001), targets(kItems * kItems);
  for (float& x : features) x = decibels(random);
  for (std::size_t i = 0; i < kItems; ++i) targets[i * kItems + i] = 1;
  const std::vector<std::uint8_t> left_out(targets.size());

  for (std::string line; std::getline(std::cin, line);) {
    const double began = monotonic_seconds(), cpu = cpu_seconds();
    const double loss = engine->accumulate({kItems, features, texts, targets, left_out}, 1);
    engine->update(1e-5);
    std::cout << monotonic_seconds() - began << " " << cpu_seconds() - cpu << " " << loss << std::endl;
  }
  std::cout << megabytes("VmHWM:") - before << std::endl;
}
