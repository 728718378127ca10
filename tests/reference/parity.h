// A CLAP model held against numbers that the reference implementation wrote, stage by stage.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hearken::reference {

struct Stage {
  std::string name;               // "short: stage 2", in the order of the computation
  double cosine = 1;              // of Hearken's numbers and the reference's, all of the stage's as one vector
  double largest_difference = 0;  // absolute; of a spectrogram in dB
};

/// Compares every stage that the golden file has. Each tower's stages are computed from the reference's own input to it
/// (spectrogram, token ids); "… from the waveform" and "… from the text" go the whole way.
/// golden: what checkpoints.py or tests/golden/clap/make.py wrote, and beside it the same name with .json:
/// {"texts": […]}.
std::vector<Stage> compare(const std::filesystem::path& model, const std::filesystem::path& golden);

}  // namespace hearken::reference
