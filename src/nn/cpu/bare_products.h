// The yardstick: a tower's matrix products and nothing else, as oneDNN does them.
#pragma once

#include <memory>
#include <span>

#include "nn/cpu/cpu.h"

namespace hearken::nn {

/// Products of the given shapes, each with weights of its own in the layout oneDNN likes best; no bias, no activation.
class BareProducts {
 public:
  explicit BareProducts(std::span<const Cpu::ProductShape> shapes);
  ~BareProducts();
  BareProducts(const BareProducts&) = delete;
  BareProducts& operator=(const BareProducts&) = delete;

  /// All of them once, one after the other, each shared by `threads` threads as oneDNN sees fit.
  void run(int threads) const;

 private:
  struct Product;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::nn
