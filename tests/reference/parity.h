// A CLAP model held against numbers that the reference implementation wrote, stage by stage.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hearken::reference {

struct Stage {
  std::string name;               // "short: stage 2", in the order of the computation
  double cosine = 1;              // of Hearken's numbers and the reference's, all of the stage's as one vector
  double largest_difference = 0;  // absolute; of a spectrogram in dB, over the 60 dB below its loudest
};

/// Compares every stage that the golden file has. Each tower's stages are computed from the reference's own input to it
/// (spectrogram, token ids); "… from the waveform" and "… from the text" go the whole way.
/// golden: a safetensors file with the arrays of make_hf_checkpoint.py's or make_laion_checkpoint.py's golden.npz
/// (integers as int32) or of tests/golden/clap/make.py, and beside it the same name with .json: {"texts": […]}.
/// foreign_ids: the ids in the golden file are not this model's own (they were taken modulo a small vocabulary).
std::vector<Stage> compare(const std::filesystem::path& model, const std::filesystem::path& golden, bool foreign_ids);

}  // namespace hearken::reference
