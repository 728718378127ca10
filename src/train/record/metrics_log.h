// metrics.jsonl of a run: a line for each step and for each epoch, as numbers that read back to the same bits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/files/descriptor.h"
#include "hearken/train.h"

namespace hearken::train {

struct StepLine {
  int epoch = 0;  // from 1
  int step = 0;   // of the run, from 1
  double loss = 0, learning_rate = 0, gradient_norm = 0;
  int pairs = 0;  // of all its batches
};

nlohmann::ordered_json step_json(const StepLine& step);
nlohmann::ordered_json recall_json(const Recall& recall);

/// As `tune --json` prints it, too (docs/schema/tune.schema.json).
nlohmann::ordered_json epoch_json(const TuneEpoch& epoch);

/// Not shared between threads. Everything throws Error as the operating system says (io when the disk is full).
class MetricsLog {
 public:
  /// Takes away what stands behind the first `bytes`, which a run that was ended had written since its state was saved.
  /// Throws Error(corrupt) when there are fewer, or when a line of them is none of the above.
  MetricsLog(std::filesystem::path path, std::uint64_t bytes);

  void add(const StepLine& step);
  void add(const TuneEpoch& epoch);

  /// Waits until all of it is on the disk; how many bytes that is.
  std::uint64_t sync();

  const std::vector<StepLine>& steps() const noexcept { return steps_; }
  const std::vector<TuneEpoch>& epochs() const noexcept { return epochs_; }

 private:
  void write(const nlohmann::ordered_json& line);

  std::filesystem::path path_;
  Descriptor descriptor_;
  std::uint64_t bytes_ = 0;
  std::vector<StepLine> steps_;
  std::vector<TuneEpoch> epochs_;
};

}  // namespace hearken::train
