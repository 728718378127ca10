// Running the towers with a probe at every stage.
#include "reference/parity.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "hearken/model.h"
#include "model/checkpoint/safetensors.h"
#include "model/layouts/clap.h"
#include "model/towers/heads.h"
#include "nn/cpu/cpu.h"

namespace hearken::reference {
namespace {

using model::Tensors;
using nn::Cpu;

Stage stage(std::string name, std::span<const float> got, std::span<const float> want) {
  if (got.size() != want.size())
    return {name + " (" + std::to_string(got.size()) + " numbers, not " + std::to_string(want.size()) + ")", 0, 0};
  double gw = 0, gg = 0, ww = 0, worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    gw += static_cast<double>(got[i]) * want[i];
    gg += static_cast<double>(got[i]) * got[i];
    ww += static_cast<double>(want[i]) * want[i];
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - want[i]));
  }
  return {std::move(name), gw / std::sqrt(gg * ww), worst};
}

std::vector<int> integers(const Tensors& golden, const std::string& name) {
  const model::Tensor& tensor = golden.at(name);
  std::vector<int> out(tensor.bytes / sizeof(int));
  std::memcpy(out.data(), tensor.data, tensor.bytes);
  return out;
}

// What tests/golden/clap/make.py calls waveform(): saws, clicks and noise from integers, the same bits everywhere.
std::vector<float> made_waveform(double seconds) {
  std::vector<float> out(static_cast<std::size_t>(48000 * seconds));
  std::uint32_t state = 12345;
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto i = static_cast<std::int64_t>(k);
    state = state * 1664525 + 1013904223;
    const std::int64_t noise = static_cast<std::int64_t>((state >> 16) % 8192) - 4096;
    const std::int64_t saw = i * 150 % 16384 - 8192 + i / 12000 % 2 * (i * 37 % 8192 - 4096);
    out[k] = static_cast<float>(static_cast<double>(saw + noise) / 32768.0);
  }
  return out;
}

// [channels, frames, bins], as transformers has them, to [channels, bins, frames].
std::vector<float> bins_first(const std::vector<float>& features, int channels, int frames, int bins) {
  std::vector<float> out(features.size());
  const auto at = [](int c, int r, int k, int rows, int cols) {
    return static_cast<std::size_t>((c * rows + r) * cols + k);
  };
  for (int c = 0; c < channels; ++c)
    for (int f = 0; f < frames; ++f)
      for (int m = 0; m < bins; ++m) out[at(c, m, f, bins, frames)] = features[at(c, f, m, frames, bins)];
  return out;
}

// [rows, cols] to [cols, rows].
std::vector<float> transposed(const std::vector<float>& x, std::size_t rows, std::size_t cols) {
  std::vector<float> out(x.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) out[c * rows + r] = x[r * cols + c];
  return out;
}

// The stage's name in the golden file: hidden0 is what enters the first stage or block.
std::string golden_name(const std::string& clip, std::string_view probe) {
  if (probe == "patches" || probe == "embeddings") return clip + ".hidden0";
  if (probe == "pooled") return clip + ".pooled";
  return clip + ".hidden" + std::to_string(std::stoi(std::string(probe.substr(probe.find(' ')))) + 1);
}

class Comparison {
 public:
  Comparison(const std::filesystem::path& path, const std::filesystem::path& golden)
      : files_(model::open_clap_files(path)),
        model_(Model::load(path.string(), Precision::fp32)),
        golden_(model::read_safetensors(golden)) {}

  void audio(const std::string& clip) {
    const std::string prefix = clip.empty() ? "" : clip + ".";
    const std::string shown_clip = clip.empty() ? "audio" : clip;
    const auto waveform = golden_.contains(prefix + "seconds") ? made_waveform(golden_.floats(prefix + "seconds")[0])
                                                               : golden_.floats(prefix + "waveform");
    const model::ClapFeatures front_end(files_.description.features);
    const int channels = front_end.spectrograms(waveform.size()), bins = front_end.mel_bins(),
              frames = front_end.frames();
    std::vector<float> features(static_cast<std::size_t>(channels * bins * frames));
    std::optional<model::Crops> crops;
    if (golden_.contains(prefix + "crops")) {
      const auto at = integers(golden_, prefix + "crops");
      crops = model::Crops{at[0], at[1], at[2]};
    }
    front_end.compute(waveform, features, crops);

    std::vector<float> tower_input = features;
    if (golden_.contains(prefix + "mel_every_16")) {
      const int shown = (frames + 15) / 16;
      std::vector<float> some;
      for (int row = 0; row < channels * bins; ++row)
        for (int f = 0; f < frames; f += 16) some.push_back(features[static_cast<std::size_t>(row * frames + f)]);
      stages_.push_back(stage(shown_clip + ": log-mel", some,
                              bins_first(golden_.floats(prefix + "mel_every_16"), channels, shown, bins)));
    } else if (golden_.contains(prefix + "input_features")) {
      tower_input = bins_first(golden_.floats(prefix + "input_features"), channels, frames, bins);
      stages_.push_back(stage(shown_clip + ": log-mel", features, tower_input));
    }
    if (golden_.contains(prefix + "hidden0") || golden_.contains(prefix + "pooled")) {
      const auto tower = model::load_htsat<Cpu>({files_.weights}, files_.description.audio);
      Cpu cpu;
      model::Spectrograms<Cpu> mels;
      for (int c = 0; c < channels; ++c)
        mels.push_back(cpu.input({tower_input.data() + static_cast<std::size_t>(c * bins * frames), bins, frames}, 1));
      model::htsat_states(cpu, tower, std::span<const model::Spectrograms<Cpu>>(&mels, 1),
                          [&](const char* name, Cpu::Tensor x) { probe(clip, name, x); });
    }
    std::vector<float> vector(model_.audio_width(EmbeddingForm::unit));
    model_.embed_features(features, vector);
    stages_.push_back(
        stage(shown_clip + ": embedding from the waveform", vector, golden_.floats(prefix + "audio_embeds")));
  }

  void texts(const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string clip = "text" + std::to_string(i);
      if (golden_.contains(clip + ".ids")) {
        const auto ids = integers(golden_, clip + ".ids");
        if (!roberta_) roberta_ = model::load_roberta<Cpu>({files_.weights}, files_.description.text);
        Cpu cpu;
        const auto pooled = model::roberta_states(cpu, *roberta_, std::span(&ids, 1),
                                                  [&](const char* name, Cpu::Tensor x) { probe(clip, name, x); });
        const auto project = model::ClapProjection<Cpu>::load({files_.weights}, "text.projection",
                                                              files_.description.dimension, pooled.cols);
        const auto vector = project(cpu, pooled);
        cpu.normalize_rows(vector);
        stages_.push_back(stage(clip + ": embedding", {vector.data, vector.size()}, golden_.floats(clip + ".embeds")));
      }
      const auto vector = model_.embed_texts(std::span(&texts[i], 1));
      stages_.push_back(stage(clip + ": embedding from the text", vector, wanted_text(clip, i)));
    }
  }

  const Tensors& golden() const { return golden_; }
  std::vector<Stage> stages_;

 private:
  void probe(const std::string& clip, const char* name, Cpu::Tensor x) {
    const std::string key = golden_name(clip, name);
    if (!golden_.contains(key)) return;
    auto wanted = golden_.floats(key);
    // transformers reports pictures channel by channel: [1, channels, height, width].
    if (golden_.at(key).shape.size() == 4)
      wanted = transposed(wanted, static_cast<std::size_t>(x.cols), static_cast<std::size_t>(x.rows));
    stages_.push_back(stage(clip + ": " + name, {x.data, x.size()}, wanted));
  }

  // Of a text alone, or its row of all.
  std::vector<float> wanted_text(const std::string& clip, std::size_t row) const {
    if (golden_.contains(clip + ".embeds")) return golden_.floats(clip + ".embeds");
    const auto all = golden_.floats("text_embeds");
    const std::size_t width = model_.text_width(EmbeddingForm::unit);
    return {all.begin() + static_cast<std::ptrdiff_t>(row * width),
            all.begin() + static_cast<std::ptrdiff_t>((row + 1) * width)};
  }

  model::ClapFiles files_;
  Model model_;
  Tensors golden_;
  std::optional<model::Roberta<Cpu>> roberta_;
};

}  // namespace

std::vector<Stage> compare(const std::filesystem::path& model, const std::filesystem::path& golden) {
  Comparison comparison(model, golden);
  for (const std::string clip : {"short", "exact", "long"})
    if (comparison.golden().contains(clip + ".audio_embeds")) comparison.audio(clip);
  if (comparison.golden().contains("audio_embeds")) comparison.audio("");
  std::filesystem::path texts = golden;
  std::ifstream file(texts.replace_extension(".json"));
  comparison.texts(nlohmann::json::parse(file).at("texts").get<std::vector<std::string>>());
  return comparison.stages_;
}

}  // namespace hearken::reference
