// Names of the published sizes, and the size itself of any other.
#include "model/towers/architecture.h"

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

}  // namespace

std::string audio_architecture(const TowerPlan& plan) {
  return std::visit([](const auto& config) { return name_of(config); }, plan.audio);
}

std::string text_architecture(const TowerPlan& plan) {
  const BertConfig& c = plan.text;
  if (plan.roberta && c.width == 768 && c.depth == 12) return "RoBERTa-base";
  if (!plan.roberta && c.width == 384) return "MiniLM";
  return fmt::format("{} ({} blocks of {})", plan.roberta ? "RoBERTa" : "BERT", c.depth, c.width);
}

std::string architecture_of(const TowerPlan& plan) { return audio_architecture(plan) + ", " + text_architecture(plan); }

}  // namespace hearken::model
