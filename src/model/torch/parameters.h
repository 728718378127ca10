// The leaves of a model on libtorch: what a tower's reader asked for, by the tower's names.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/towers/weight_source.h"
#include "nn/torch/torch.h"

namespace hearken::model {

/// A leaf. Its value is read and, under a no-gradient guard, written in place; requires_grad_(false) freezes it.
struct Parameter {
  /// A tensor of the checkpoint: rows [first_row, first_row + rows) of the value, in another shape perhaps.
  struct Part {
    std::string name;
    std::vector<std::int64_t> shape;
    std::int64_t first_row = 0, rows = 0;

    at::Tensor of(const at::Tensor& whole) const { return whole.narrow(0, first_row, rows).view(shape); }
  };

  at::Tensor value;  // [rows, cols] or [n], float32, contiguous, on the parameters' device, requires_grad
  std::vector<Part> parts;
  std::shared_ptr<nn::Torch::LowRank> addition;  // of a product that may be given one, else null
};

/// Made on first request from the weights of a checkpoint. Requests may come from many threads; all else from one.
class Parameters {
 public:
  /// `source` must outlive the requests.
  Parameters(const WeightSource& source, at::Device device) : source_(source), device_(device) {}

  /// The tensor of that name, [n]. Throws Error(corrupt) when it has another number of elements.
  Parameter& vector(const std::string& name, int n);

  /// As a matrix; trailing dimensions are flattened into the columns.
  Parameter& matrix(const std::string& name, int rows, int cols);

  /// Matrices of `rows` rows (or, with cols 0, vectors) below each other, as one leaf called `name`.
  Parameter& joint(const std::string& name, const std::vector<std::string>& parts, int rows, int cols);

  /// What is never trained: a tensor of that name on the device.
  at::Tensor constant(const std::string& name, int n) const;
  std::vector<float> floats(const std::string& name, int rows, int cols) const;

  bool stored(std::string_view name) const { return source_.contains(name); }
  at::Device device() const noexcept { return device_; }

  /// All that were asked for, by name: a joint one by its own, such as "text.blocks.0.attention.qkv.weight".
  std::map<std::string, Parameter, std::less<>>& all() noexcept { return all_; }
  const std::map<std::string, Parameter, std::less<>>& all() const noexcept { return all_; }

 private:
  template <class Make>
  Parameter& find_or_make(const std::string& name, Make make);

  const WeightSource& source_;
  at::Device device_;
  std::mutex mutex_;
  std::map<std::string, Parameter, std::less<>> all_;
};

}  // namespace hearken::model
