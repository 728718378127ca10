// A checkpoint's tensors as a source of weights.
#pragma once

#include <string_view>
#include <vector>

#include "model/checkpoint/tensors.h"
#include "model/towers/weight_source.h"

namespace hearken {

class StoredWeights final : public model::WeightSource {
 public:
  explicit StoredWeights(const model::Tensors& file) : file_(file) {}
  bool contains(std::string_view name) const override { return file_.contains(name); }
  std::vector<std::int64_t> shape(std::string_view name) const override { return file_.at(name).shape; }
  std::vector<float> floats(std::string_view name) const override {
    auto values = file_.floats(name);
    file_.release_pages(name);
    return values;
  }

 private:
  const model::Tensors& file_;
};

}  // namespace hearken
