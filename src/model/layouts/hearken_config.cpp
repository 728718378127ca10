// The plan in words.
#include "model/layouts/hearken_config.h"

#include "model/layouts/hearken_clap.h"
#include "model/layouts/transformers_config.h"

namespace hearken::model {
namespace {

using Json = nlohmann::ordered_json;

Json audio_head_json(const HeadPlan& plan) {
  if (!plan.classes) return {{"type", "projection"}};
  Json head{{"type", "class_evidence"}, {"clip", shortest(plan.clip)}, {"longest", shortest(plan.longest)}};
  if (plan.projection) head["projection"] = true;
  return head;
}

Json text_head_json(const HeadPlan& plan) {
  if (!plan.classes) return {{"type", "projection"}};
  Json head{{"type", "phrase_softmax"},
            {"beta", shortest(plan.beta)},
            {"centre", shortest(plan.centre)},
            {"phrases", plan.phrases},
            {"known_from", shortest(plan.known_from)},
            {"known_to", shortest(plan.known_to)}};
  if (plan.projection) head["projection"] = true;
  return head;
}

Json ced_json(const CedConfig& c) {
  return {{"model_type", "ced"},
          {"depth", c.depth},
          {"hidden_size", c.width},
          {"num_attention_heads", c.heads},
          {"intermediate_size", c.hidden},
          {"patch_size", c.patch},
          {"time_positions", c.time_positions},
          {"layer_norm_eps", shortest(c.norm_epsilon)},
          {"head_norm_eps", shortest(c.head_norm_epsilon)},
          {"batch_norm_eps", shortest(c.batch_norm_epsilon)},
          {"num_labels", c.classes}};
}

Json minilm_json(const BertConfig& c) {
  return {{"model_type", "bert"},
          {"num_hidden_layers", c.depth},
          {"hidden_size", c.width},
          {"num_attention_heads", c.heads},
          {"intermediate_size", c.hidden},
          {"vocab_size", c.vocabulary},
          {"max_position_embeddings", c.positions},
          {"type_vocab_size", c.types},
          {"layer_norm_eps", shortest(c.norm_epsilon)},
          {"max_tokens", c.max_tokens},
          {"pooling", "mean"}};
}

Json roberta_json(const BertConfig& c, int dimension) {
  Json out = roberta_config_json(c, dimension);
  out["model_type"] = "roberta";
  out["max_tokens"] = c.max_tokens;
  return out;
}

}  // namespace

Json hearken_config_json(const TowerPlan& plan, const std::string& name, int fusion_reduction) {
  const auto* htsat = std::get_if<HtsatConfig>(&plan.audio);
  Json audio = htsat != nullptr ? htsat_config_json(*htsat, fusion_reduction, plan.dimension)
                                : ced_json(std::get<CedConfig>(plan.audio));
  Json text = plan.roberta ? roberta_json(plan.text, plan.dimension) : minilm_json(plan.text);
  audio["head"] = audio_head_json(plan.audio_head);
  text["head"] = text_head_json(plan.text_head);
  return {{"model_type", kHearkenClap},
          {"name", name},
          {"projection_dim", plan.dimension},
          {"audio_config", std::move(audio)},
          {"text_config", std::move(text)}};
}

}  // namespace hearken::model
