// Weights by name, as an executor that keeps its own copies asks for them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace hearken::model {

/// Float32, whatever they are stored as. Const members may be called from many threads. Throws what Tensors throws.
class WeightSource {
 public:
  virtual ~WeightSource() = default;
  virtual bool contains(std::string_view name) const = 0;
  virtual std::vector<std::int64_t> shape(std::string_view name) const = 0;
  virtual std::vector<float> floats(std::string_view name) const = 0;
};

class ModelSource;

/// The weights of an opened model, which must outlive them, by the towers' names. Where the logit scale is a number of
/// config.json and no tensor, "logit_scale.audio" is its logarithm.
std::unique_ptr<WeightSource> weights_of(const ModelSource& source);

}  // namespace hearken::model
