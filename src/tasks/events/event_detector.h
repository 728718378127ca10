// One recording after the other against the same texts: candidates, evidence, likelihood, choice.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audio/decode/decode.h"
#include "hearken/events.h"
#include "tasks/events/event_candidates.h"
#include "tasks/events/event_evidence.h"

namespace hearken::tasks {

/// A recording, listened to.
struct HeardRecording {
  ScoreCurve short_windows, long_windows;  // of the labels, then of common sounds
  std::vector<audio::TimeRange> stretches;
  std::string warning;  // what is odd about the recording; empty: nothing
};

/// All that may be events in a recording.
struct HeardCandidates {
  double duration_seconds = 0;
  std::vector<WeighedCandidate> candidates;
  std::vector<float> heat;  // as Timeline::heat
  std::string warning;      // what is odd about the recording; empty: nothing
};

class EventDetector {
 public:
  /// A recording from its beginning, each time it is asked for.
  using Source = std::function<std::unique_ptr<audio::SampleStream>()>;

  /// Model, labels and options must outlive the detector. Throws what Model::embed_texts does.
  EventDetector(const Model& model, const LabelSet& labels, const EventsOptions& options);

  /// The recording is read three times: for its levels, for its short windows, for its long ones. `name` is what errors
  /// call it; `progress` as for ScoreCurve. Throws what reading throws; corrupt when it holds no sound.
  HeardRecording hear(const Source& source, const std::string& name,
                      const std::function<void(double)>& progress = {}) const;

  /// Of each label the other texts that count against it: of the labels, then of common sounds.
  std::span<const std::vector<std::size_t>> rivals() const { return rivals_; }

  HeardCandidates candidates(const HeardRecording& heard, std::span<const std::vector<std::size_t>> rivals) const;

  /// Which of the candidates are events; of those that were weighed with rivals().
  Timeline choose(HeardCandidates heard) const;

 private:
  std::vector<std::vector<std::size_t>> rivals_of_labels() const;
  std::vector<float> heat(const ScoreCurve& curve) const;

  const Model& model_;
  const LabelSet& labels_;
  const EventsOptions& options_;
  std::size_t dimension_;
  std::vector<float> texts_;                      // of the labels, then of common sounds: [texts, dimension]
  std::vector<std::vector<std::size_t>> rivals_;  // of each label, among the texts
};

}  // namespace hearken::tasks
