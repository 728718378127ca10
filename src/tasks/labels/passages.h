// Which windows are clapping or speech, told from their vectors alone.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "hearken/model.h"

namespace hearken::tasks {

/// How far a window is from being one of the kinds looked for: its best score under the kind's words less its best
/// under any other word. Made once for a model; const and shared by threads.
class Kinds {
 public:
  explicit Kinds(const Model& model);

  struct Margins {
    double clapping = 0, speech = 0;
  };
  Margins margins(std::span<const float> window) const;  // a unit vector [dimension]

  double certain() const { return certain_; }    // a margin from here on is enough
  double possible() const { return possible_; }  // enough beside one that is certain
  // A cosine from here on is beside it.
  double near_clapping() const { return near_clapping_; }
  double near_speech() const { return near_speech_; }

 private:
  std::vector<float> words_;  // [kinds' words, dimension]
  double certain_, possible_, near_clapping_, near_speech_;
  bool sings_;  // singing weighs against clapping
};

/// Windows that may be of a kind, and how sure that is.
struct Lead {
  std::size_t window = 0;  // the caller's number
  double margin = 0;
  std::vector<float> vector;  // unit
};

/// Of some leads those that are certain, and those that are possible and near (cosine of at least `near`) to one that
/// is in already, however long the chain. Their windows, ascending.
std::vector<std::size_t> grown(std::span<const Lead> leads, double certain, double near);

/// The model's own vectors of silence: of digital silence and of white noise of -90, -75 and -60 dBFS [4, dimension].
std::vector<float> silent_vectors(const Model& model, double window_seconds);

/// To one of them; from here on a window may be silence.
double silent_cosine(const Model& model);

inline constexpr double kSilentDecibels = -60;  // and is, when no 0.1 s of it is louder

}  // namespace hearken::tasks
