// The plan in words.
#include "model/layouts/hearken_config.h"

#include "model/layouts/hearken_clap.h"
#include "model/layouts/transformers_config.h"
#include "model/towers/tower_fields.h"

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

// Writes a field.
class WriteField {
 public:
  explicit WriteField(Json& to) : to_(to) {}
  void operator()(const char* name, int value, int, int) const { to_[name] = value; }
  void operator()(const char* name, float value) const { to_[name] = shortest(value); }

 private:
  Json& to_;
};

Json ced_json(const CedConfig& c) {
  Json out{{"model_type", "ced"}};
  each_ced_field(c, WriteField(out));
  return out;
}

Json minilm_json(const BertConfig& c) {
  Json out{{"model_type", "bert"}};
  each_minilm_field(c, WriteField(out));
  out["pooling"] = "mean";
  return out;
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
