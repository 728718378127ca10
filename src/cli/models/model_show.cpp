// hearken model show NAME
#include <fmt/format.h>

#include "cli/models/model_commands.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

nlohmann::json details_json(const std::string& name, const ModelDetails& d) {
  const ModelInfo& i = d.info;
  const ModelPreprocessing& p = d.preprocessing;
  auto precisions = nlohmann::json::array();
  for (const Precision precision : d.precisions) precisions.push_back(to_string(precision));
  return {
      {"model", display(name)},
      {"path", display(i.directory)},
      {"card", d.card},
      {"layout", d.layout},
      {"architecture", i.architecture},
      {"parameters", i.parameters},
      {"weight_types", d.weight_types},
      {"dimension", i.dimension},
      {"audio_pooled_dimension", i.audio_pooled_dimension},
      {"text_pooled_dimension", i.text_pooled_dimension},
      {"sample_rate_hz", i.sample_rate_hz},
      {"max_window_seconds", i.max_window_seconds},
      {"text_tokens", p.text_tokens},
      {"logit_scale", i.logit_scale},
      {"precisions", std::move(precisions)},
      {"precision", to_string(i.precision)},
      {"fingerprint", d.weights_fingerprint},
      {"levels",
       {{"high", i.levels.high}, {"clear", i.levels.clear}, {"moderate", i.levels.moderate}, {"how", i.levels.how}}},
      {"preprocessing",
       {{"fft_samples", p.fft_samples},
        {"hop_samples", p.hop_samples},
        {"mel_bins", p.mel_bins},
        {"mel_scale", p.mel_scale},
        {"lowest_hz", p.lowest_hz},
        {"highest_hz", p.highest_hz},
        {"view_seconds", p.view_seconds},
        {"int16_round_trip", p.int16_round_trip},
        {"fusion", p.fusion},
        {"fuse_short", p.fuse_short},
        {"tokenizer", p.tokenizer}}},
      {"files", files_json(d.files)}};
}

std::string layout_words(const std::string& layout) {
  return layout == "laion"          ? "a training checkpoint of laion_clap"
         : layout == "hugging_face" ? "a directory in Hugging Face layout"
                                    : "a directory in Hearken's own layout";
}

std::string mel_words(const ModelPreprocessing& p) {
  const std::string filters = p.mel_scale == "stored"
                                  ? "filters as the model stores them"
                                  : fmt::format("{} scale, {:g} to {:g} Hz",
                                                p.mel_scale == "htk" ? "HTK's" : "Slaney's", p.lowest_hz, p.highest_hz);
  return fmt::format("{} mel bands ({}) every {} samples, from {} samples each", p.mel_bins, filters, p.hop_samples,
                     p.fft_samples);
}

std::string padding_words(const ModelPreprocessing& p) {
  return fmt::format("sounds shorter than {:g} s are repeated as often as they fit, then filled with silence",
                     p.view_seconds);
}

std::string fusion_words(const ModelPreprocessing& p) {
  if (!p.fusion) return "none";
  return fmt::format("windows longer than {:g} s are seen whole and in three places at once; shorter ones {}",
                     p.view_seconds, p.fuse_short ? "take the same way" : "are seen as they are");
}

void print_details(const std::string& name, const ModelDetails& d) {
  const ModelInfo& i = d.info;
  const ModelPreprocessing& p = d.preprocessing;
  const auto line = [](std::string_view key, const std::string& value) { fmt::print("{:<14} {}\n", key, value); };
  std::string precisions;
  for (const Precision precision : d.precisions)
    precisions += fmt::format("{}{}{}", precisions.empty() ? "" : ", ", to_string(precision),
                              precision == i.precision ? " (used unless told otherwise)" : "");
  line("model", display(name));
  if (!d.card.empty()) line("card", d.card);
  line("architecture", i.architecture + ": one tower for sounds, one for texts");
  line("parameters", fmt::format("{:.1f} million, stored as {}", static_cast<double>(i.parameters) / 1e6,
                                 fmt::join(d.weight_types, ", ")));
  line("precision", precisions);
  line("fingerprint", d.weights_fingerprint);
  line("", "(of weights, tokenizer and preprocessing; vectors go together only where it is the same)");
  line("vectors", fmt::format("{} numbers for a sound or a text; with --pooled {} for a sound, {} for a text",
                              i.dimension, i.audio_pooled_dimension, i.text_pooled_dimension));
  line("levels", fmt::format("HIGH from a score of {:g}, MODERATE from {:g}, else LOW; an answer is clear from {:g}",
                             i.levels.high, i.levels.moderate, i.levels.clear));
  line("", "(" + i.levels.how + ")");
  line("labels", fmt::format("probabilities are softmax({:.4g} × score)", i.logit_scale));
  fmt::print("\nHow sounds are prepared\n");
  line("  sample rate", fmt::format("{} Hz, one channel", i.sample_rate_hz));
  line("  window", fmt::format("at most {:g} s", i.max_window_seconds));
  line("  padding", padding_words(p));
  line("  spectrogram", mel_words(p));
  line("  int16",
       p.int16_round_trip ? "samples are rounded to 16 bits first, as in training" : "samples stay floating point");
  line("  fusion", fusion_words(p));
  fmt::print("\nHow texts are prepared\n");
  line("  tokenizer", p.tokenizer);
  line("  length",
       fmt::format("at most {} tokens (with the two at the ends); what is longer is cut off", p.text_tokens));
  fmt::print("\nFiles: {}\n", layout_words(d.layout));
  for (const ModelFile& file : d.files) fmt::print("  {:>9}  {}\n", human_bytes(file.bytes), short_path(file.path));
}

int run_model_show(const ModelOptions& options) {
  const ModelDetails details = model_details(fetched_name(options));
  if (options.json) {
    print_json(details_json(options.name, details));
  } else {
    print_details(options.name, details);
  }
  return kDone;
}

}  // namespace

void add_model_name(CLI::App& command, ModelOptions& options) {
  not_empty(add_positional(command, "NAME", options.name,
                           "starter, a model's directory, a LAION checkpoint (.pt), or its name on the hub"))
      ->required();
}

const std::string& fetched_name(const ModelOptions& options) {
  fetch_needed(options.name, options.quiet);
  return options.name;
}

nlohmann::json files_json(const std::vector<ModelFile>& files) {
  auto out = nlohmann::json::array();
  for (const ModelFile& file : files) out.push_back({{"path", display(file.path)}, {"bytes", file.bytes}});
  return out;
}

void add_model_show(CLI::App& model, int& status) {
  const auto [command, options] =
      add_command(model, status, "show", "What a model is, and what it does to sounds and texts", run_model_show);
  add_output_options(command, options);
  add_model_name(command, options);
  command.footer(R"(Examples:
  hearken model show starter
  hearken model show laion/clap-htsat-unfused
  hearken model show --json music_audioset_epoch_15_esc_90.14.pt)");
}

}  // namespace hearken::cli
