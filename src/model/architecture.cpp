// Names of the published sizes, and the size itself of any other.
#include "model/architecture.h"

#include <fmt/format.h>

namespace hearken::model {
namespace {

std::string name_of(const HtsatConfig& c) {
  const std::string name = c.width == 96    ? "HTSAT-tiny"
                           : c.width == 128 ? "HTSAT-base"
                                            : fmt::format("HTSAT (width {})", c.width);
  return name + (c.fused ? " with feature fusion" : "");
}

std::string name_of(const CedConfig&) { return "CED"; }

std::string text_name(const BertConfig& c, bool roberta) {
  if (roberta && c.width == 768 && c.depth == 12) return "RoBERTa-base";
  if (!roberta && c.width == 384) return "MiniLM";
  return fmt::format("{} ({} blocks of {})", roberta ? "RoBERTa" : "BERT", c.depth, c.width);
}

}  // namespace

std::string architecture_of(const TowerPlan& plan) {
  return std::visit([](const auto& config) { return name_of(config); }, plan.audio) + ", " +
         text_name(plan.text, plan.roberta);
}

std::int64_t parameters_of(const Tensors& weights) {
  std::int64_t out = 0;
  for (const auto& [name, tensor] : weights.all())
    if (!name.ends_with(".scale") && name.find(".running_") == std::string::npos) out += tensor.elements();
  return out;
}

}  // namespace hearken::model
