// The starter's front end against the log-mel spectrograms of onnxruntime.
#include "audio/mel/mel.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "audio/decode/decode.h"
#include "golden.h"
#include "model/checkpoint/safetensors.h"

namespace hearken::golden {
namespace {

class Mel : public testing::TestWithParam<const char*> {};

TEST_P(Mel, EqualsTheReference) {
  const std::string clip = GetParam();
  const auto weights = model::read_safetensors(HEARKEN_SOURCE_DIR "/models/starter/model.safetensors");
  audio::MelConfig config;
  config.window = weights.floats("audio.front_end.window");
  config.filters = weights.floats("audio.front_end.filters");
  const audio::MelFrontEnd front_end(config);

  const auto stream = audio::open_samples(kFolder / (clip + ".flac"), 16000);
  std::vector<float> samples(160000);
  ASSERT_EQ(stream->read(samples), samples.size());
  const std::size_t frames = front_end.frames(samples.size());
  std::vector<float> mel(64 * frames);
  front_end.compute(samples, mel);

  const auto wanted = model::read_safetensors(kFolder / "ced.safetensors").floats(clip + ".log_mel");
  ASSERT_EQ(wanted.size(), mel.size());
  // More than 60 dB below the loudest bin of its frame, a bin of the reference shows the rounding of its own float32
  // transform; the golden file says how much that is. Ours is double.
  std::ifstream description(kFolder / "ced.json");
  const double rounding_db = nlohmann::json::parse(description)["clips"][clip]["log_mel_rounding_db"];
  for (std::size_t t = 0; t < frames; ++t) {
    float loudest = wanted[t];
    for (std::size_t m = 0; m < 64; ++m) loudest = std::max(loudest, wanted[m * frames + t]);
    for (std::size_t m = 0; m < 64; ++m) {
      const std::size_t i = m * frames + t;
      const bool quiet = wanted[i] < loudest - 60;
      ASSERT_NEAR(mel[i], wanted[i], quiet ? std::max(1e-3, rounding_db + 1e-4) : 1e-3)
          << "bin " << m << ", frame " << t;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Clips, Mel, testing::Values("dog", "rain", "sneeze_then_silence", "music", "silence"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace hearken::golden
