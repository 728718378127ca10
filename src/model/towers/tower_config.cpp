// Shapes within bounds that no published model comes near, and the refusal of what the towers cannot do.
#include "model/towers/tower_config.h"

#include <string>

#include "model/towers/roberta.h"
#include "model/towers/tower_fields.h"

namespace hearken::model {

namespace {

// Reads a field; one that has a value already may be left out.
class ReadField {
 public:
  explicit ReadField(const Config& from) : from_(from) {}
  void operator()(const char* name, int& value, int least, int most) const {
    value = value == 0 ? from_.integer(name, least, most) : from_.integer(name, least, most, value);
  }
  void operator()(const char* name, float& value) const { value = static_cast<float>(from_.number(name)); }

 private:
  const Config& from_;
};

}  // namespace

CedConfig ced_config(const Config& c, int mel_bins) {
  CedConfig out;
  out.mel_bins = mel_bins;
  each_ced_field(out, ReadField(c));
  if (out.width % out.heads != 0) c.refuse("num_attention_heads", std::to_string(out.heads));
  if (mel_bins % out.patch != 0) c.refuse("patch_size", std::to_string(out.patch));
  return out;
}

BertConfig minilm_config(const Config& c) {
  BertConfig out;
  each_minilm_field(out, ReadField(c));
  if (out.width % out.heads != 0) c.refuse("num_attention_heads", std::to_string(out.heads));
  if (c.text("pooling") != "mean") c.refuse("pooling", c.text("pooling"));
  return out;
}

void complete_htsat(HtsatConfig& c, const Config& audio) {
  audio.expect("spec_size", HtsatConfig::kPicture);
  audio.expect("patch_size", HtsatConfig::kPatch);
  audio.expect("window_size", HtsatConfig::kWindow);
  audio.expect("num_mel_bins", HtsatConfig::kMelBins);
  audio.expect("patch_embed_input_channels", 1);
  audio.expect("hidden_act", "gelu");
  audio.expect("flatten_patch_embeds", true);
  audio.expect("enable_patch_layer_norm", true);
  audio.expect("qkv_bias", true);
  audio.expect("projection_hidden_act", "relu");
  if (c.fused) audio.expect("fusion_type", "aff_2d");
  if (audio.boolean("enable_fusion", false) != c.fused)
    audio.fail("enable_fusion", c.fused ? "true was expected, as the weights have feature fusion"
                                        : "false was expected, as the weights have no feature fusion");
  c.norm_epsilon = static_cast<float>(audio.number("layer_norm_eps", 1e-5));
}

void complete_bert(BertConfig& c, const Config& text) {
  text.expect("hidden_act", "gelu");
  text.expect("position_embedding_type", "absolute");
  c.heads = text.integer("num_attention_heads", 1, 8192, 12);
  if (c.width % c.heads != 0) text.refuse("num_attention_heads", std::to_string(c.heads));
  c.norm_epsilon = static_cast<float>(text.number("layer_norm_eps", 1e-12));
}

void complete_roberta(BertConfig& c, const Config& text) {
  complete_bert(c, text);
  text.expect("projection_hidden_act", "relu");
  text.expect("pad_token_id", kRobertaPadding);
}

ClapFeatureConfig clap_feature_config(const Config& c, bool fused) {
  c.expect("feature_size", HtsatConfig::kMelBins);
  c.expect("padding", "repeatpad");
  c.expect("truncation", fused ? "fusion" : "rand_trunc");
  ClapFeatureConfig f;
  f.fused = fused;
  f.sample_rate_hz = c.integer("sampling_rate", 1000, 192000, f.sample_rate_hz);
  f.n_fft = c.integer("fft_window_size", 16, 1 << 16, f.n_fft);
  f.hop = c.integer("hop_length", 1, f.n_fft, f.hop);
  f.lowest_hz = c.number("frequency_min", 0);
  f.highest_hz = c.number("frequency_max", 14000);
  if (!(f.lowest_hz >= 0 && f.lowest_hz < f.highest_hz && f.highest_hz <= f.sample_rate_hz / 2.0))
    c.refuse("frequency_max", std::to_string(f.highest_hz));
  f.view_samples = c.integer("max_length_s", 1, 60, 10) * f.sample_rate_hz;
  if (f.view_samples / f.hop + 1 > HtsatConfig::kPicture * HtsatConfig::kPicture / HtsatConfig::kMelBins)
    c.refuse("hop_length", std::to_string(f.hop));
  // Our own keys, written when a LAION checkpoint is converted.
  f.int16_round_trip = c.boolean("int16_round_trip", false);
  f.fuse_short = c.boolean("fuse_short", true);
  return f;
}

}  // namespace hearken::model
