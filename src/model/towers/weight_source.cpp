// Weights out of a model's files.
#include "model/towers/weight_source.h"

#include <cmath>

#include "model/layouts/encoders.h"

namespace hearken::model {
namespace {

class ModelWeights final : public WeightSource {
 public:
  explicit ModelWeights(const ModelSource& source) : source_(source) {}

  bool contains(std::string_view name) const override { return name == kScale || source_.weights().contains(name); }

  std::vector<std::int64_t> shape(std::string_view name) const override {
    return only_configured(name) ? std::vector<std::int64_t>() : source_.weights().at(name).shape;
  }

  std::vector<float> floats(std::string_view name) const override {
    if (only_configured(name)) return {static_cast<float>(std::log(source_.info().logit_scale))};
    std::vector<float> values = source_.weights().floats(name);
    source_.weights().release_pages(name);
    return values;
  }

 private:
  static constexpr std::string_view kScale = "logit_scale.audio";

  bool only_configured(std::string_view name) const { return name == kScale && !source_.weights().contains(kScale); }

  const ModelSource& source_;
};

}  // namespace

std::unique_ptr<WeightSource> weights_of(const ModelSource& source) { return std::make_unique<ModelWeights>(source); }

}  // namespace hearken::model
