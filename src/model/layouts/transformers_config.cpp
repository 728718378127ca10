// The three files.
#include "model/layouts/transformers_config.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace hearken::model {
namespace {

using Json = nlohmann::ordered_json;

Json whole_if_possible(double value) {
  if (value == std::floor(value)) return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace

Json shortest(float value) { return Json::parse(fmt::format("{}", value)); }

Json htsat_config_json(const HtsatConfig& a, int fusion_reduction, int dimension) {
  Json c{{"model_type", "clap_audio_model"},
         {"spec_size", HtsatConfig::kPicture},
         {"num_mel_bins", HtsatConfig::kMelBins},
         {"patch_size", HtsatConfig::kPatch},
         {"patch_stride", {HtsatConfig::kPatch, HtsatConfig::kPatch}},
         {"patch_embed_input_channels", 1},
         {"patch_embeds_hidden_size", a.width},
         {"window_size", HtsatConfig::kWindow},
         {"depths", a.depth},
         {"num_hidden_layers", a.depth.size()},
         {"num_attention_heads", a.heads},
         {"hidden_size", a.pooled_width()},
         {"mlp_ratio", a.mlp_ratio},
         {"qkv_bias", true},
         {"hidden_act", "gelu"},
         {"layer_norm_eps", shortest(a.norm_epsilon)},
         {"enable_patch_layer_norm", true},
         {"flatten_patch_embeds", true},
         {"enable_fusion", a.fused},
         {"enable_patch_fusion", a.fused},
         {"fusion_type", nullptr},
         {"projection_dim", dimension},
         {"projection_hidden_act", "relu"}};
  if (a.fused) {
    c["fusion_type"] = "aff_2d";
    c["aff_block_r"] = fusion_reduction;
  }
  return c;
}

Json roberta_config_json(const BertConfig& t, int dimension) {
  return {{"model_type", "clap_text_model"},
          {"vocab_size", t.vocabulary},
          {"hidden_size", t.width},
          {"num_hidden_layers", t.depth},
          {"num_attention_heads", t.heads},
          {"intermediate_size", t.hidden},
          {"hidden_act", "gelu"},
          {"max_position_embeddings", t.positions},
          {"position_embedding_type", "absolute"},
          {"type_vocab_size", t.types},
          {"layer_norm_eps", shortest(t.norm_epsilon)},
          {"bos_token_id", 0},
          {"pad_token_id", kRobertaPadding},
          {"eos_token_id", 2},
          {"projection_dim", dimension},
          {"projection_hidden_act", "relu"}};
}

Json config_json(const ClapDescription& d) {
  return {{"architectures", {"ClapModel"}},
          {"model_type", "clap"},
          {"projection_dim", d.dimension},
          {"projection_hidden_act", "relu"},
          {"hidden_size", d.text.width},
          {"audio_config", htsat_config_json(d.audio, d.fusion_reduction, d.dimension)},
          {"text_config", roberta_config_json(d.text, d.dimension)}};
}

Json preprocessor_config_json(const ClapFeatureConfig& f) {
  return {{"feature_extractor_type", "ClapFeatureExtractor"},
          {"processor_class", "ClapProcessor"},
          {"sampling_rate", f.sample_rate_hz},
          {"fft_window_size", f.n_fft},
          {"nb_frequency_bins", f.n_fft / 2 + 1},
          {"hop_length", f.hop},
          {"feature_size", f.mel_bins},
          {"frequency_min", whole_if_possible(f.lowest_hz)},
          {"frequency_max", whole_if_possible(f.highest_hz)},
          {"max_length_s", f.view_samples / f.sample_rate_hz},
          {"nb_max_samples", f.view_samples},
          {"padding", "repeatpad"},
          {"padding_side", "right"},
          {"padding_value", 0.0},
          {"truncation", f.fused ? "fusion" : "rand_trunc"},
          {"top_db", nullptr},
          {"return_attention_mask", false},
          {"int16_round_trip", f.int16_round_trip},
          {"fuse_short", f.fuse_short}};
}

Json tokenizer_config_json(int max_tokens) {
  Json c{{"tokenizer_class", "RobertaTokenizer"},
         {"processor_class", "ClapProcessor"},
         {"model_max_length", max_tokens},
         {"add_prefix_space", false},
         {"trim_offsets", true},
         {"errors", "replace"}};
  for (const char* start : {"bos", "cls"}) c[std::string(start) + "_token"] = "<s>";
  for (const char* end : {"eos", "sep"}) c[std::string(end) + "_token"] = "</s>";
  c["pad_token"] = "<pad>";
  c["unk_token"] = "<unk>";
  c["mask_token"] = "<mask>";
  return c;
}

}  // namespace hearken::model
