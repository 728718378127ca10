// Scores of texts over the time of a recording, from windows at a fixed hop.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "audio/decode/decode.h"
#include "hearken/model.h"

namespace hearken::tasks {

/// The scores of some texts on every window of a recording, and their means over any stretch of time.
///
/// A score belongs to the middle of its window. Scores are divided by the model's Levels::moderate, so that 1 means
/// MODERATE with every model. const and shared by threads.
class ScoreCurve {
 public:
  /// Embeds what is left of `stream`; `texts` are vectors of scored texts [texts, dimension], row-major. A few windows
  /// are in memory at a time; of each the texts' scores are kept, 12 bytes a text. `heard` may be empty; else it is
  /// told now and then how many seconds are done. Throws as model::embed_stream().
  ScoreCurve(const Model& model, audio::SampleStream& stream, const std::string& name, const Windowing& windowing,
             std::span<const float> texts, int threads, const std::function<void(double)>& heard = {});
  /// Of scores that are known: [windows, texts], row-major, at middles `first_seconds`, + `hop_seconds`, ….
  ScoreCurve(std::span<const float> scores, std::size_t texts, double first_seconds, double hop_seconds,
             double duration_seconds);

  std::size_t windows() const { return windows_; }
  std::size_t texts() const { return texts_; }
  double duration_seconds() const { return duration_seconds_; }

  double middle_seconds(std::size_t window) const;
  float score(std::size_t window, std::size_t text) const { return scores_[window * texts_ + text]; }
  /// At any time: between two middles on the line from one to the other, before the first and after the last as there.
  double score_at(double seconds, std::size_t text) const;

  /// Windows whose middles lie in [start, end]: the first and one past the last; may be none.
  struct Range {
    std::size_t first = 0, last = 0;
    bool empty() const { return first >= last; }
  };
  Range between(double start_seconds, double end_seconds) const;
  /// The same; where none does, the one nearest to the middle of both.
  Range near(double start_seconds, double end_seconds) const;

  /// Over a range that is not empty.
  double mean(Range range, std::size_t text) const;
  double greatest(Range range, std::size_t text) const;

 private:
  void add(std::span<const float> of_texts);

  std::size_t texts_, windows_ = 0;
  double first_, hop_, last_middle_ = 0, duration_seconds_ = 0;
  std::vector<float> scores_;  // [windows, texts]
  std::vector<double> sums_;   // [windows + 1, texts], of the windows before
};

}  // namespace hearken::tasks
