// The state of a training run on the disk: what it needs to go on, to the same bits, after whatever ended it.
//
// A folder with state.json (the options it was begun with, and where it stands), the tensors of that moment in a file
// of their own, and the metrics up to it. state.json appears last and whole, so it always names files that are there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "library/indexing/run_lock.h"
#include "train/engine.h"

namespace hearken::train {

/// Where a run stands. Steps are counted from the beginning; those that were refused count.
struct RunPoint {
  int step = 0;         // done
  int epochs_done = 0;  // validated and in the metrics; 0 also before the validation of the start
  bool began = false;   // the start was validated
  int best = 0;         // epoch
  double best_score = 0, best_loss = 0;
  bool finished = false, stopped_early = false;
  double epoch_loss = 0;  // sums over the pairs of the epoch that is under way
  std::int64_t epoch_pairs = 0;
  int epoch_refused = 0, refused_in_a_row = 0;
  double epoch_seconds = 0;
  std::uint64_t metrics_bytes = 0;
};

/// Held by one process at a time. Not shared between threads. Throws Error as the operating system says (io when the
/// disk is full; what was saved before stays).
class RunState {
 public:
  /// Opens the run in `folder`, or begins one there; the folder and those above it are made when they are not there.
  /// `settings` is flat: whatever decides the result, by the option's name. Throws Error: mismatch (a run with other
  /// settings; names the first that differs, and both values), busy, corrupt.
  RunState(std::filesystem::path folder, nlohmann::ordered_json settings);

  const std::filesystem::path& folder() const noexcept { return folder_; }

  /// Where the run stood when it was saved.
  const RunPoint& point() const noexcept { return point_; }
  /// The engine's state at that point; none where it needs none, at the beginning and at the end. Throws
  /// Error(corrupt).
  std::vector<StateTensor> tensors() const;

  /// `tensors` is what Engine::state() gives at that point; none where none are needed.
  void save(const RunPoint& point, std::span<const StateTensor> tensors);

 private:
  void write(const RunPoint& point, const std::string& tensors);

  std::filesystem::path folder_;
  nlohmann::ordered_json settings_;
  std::optional<library::RunLock> lock_;
  RunPoint point_;
  std::string tensors_;  // name of their file; empty: none
};

}  // namespace hearken::train
