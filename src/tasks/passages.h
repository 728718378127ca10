// Which windows are clapping or speech, told from their vectors alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hearken/model.h"

namespace hearken::tasks {

/// How far a window is from being one of the kinds looked for: its best cosine to the kind's words less its best cosine
/// to any other word. Made once for a model; const and shared by threads.
class Kinds {
 public:
  explicit Kinds(const Model& model);

  struct Margins {
    double clapping = 0, speech = 0;
  };
  Margins margins(std::span<const float> window) const;  // a unit vector [dimension]

  double certain() const { return certain_; }       // a margin from here on is enough
  double possible() const { return certain_ / 2; }  // enough beside one that is certain

 private:
  std::vector<float> words_;  // [kinds' words, dimension]
  double certain_;
};

/// Windows that may be of a kind, and how sure that is.
struct Lead {
  std::size_t window = 0;  // the caller's number
  double margin = 0;
  std::vector<float> vector;  // unit
};

/// Of some leads those that are certain, and those that are possible and near (cosine of at least 0.7) to one that is
/// in already, however long the chain. Their windows, ascending.
std::vector<std::size_t> grown(std::span<const Lead> leads, double certain);

/// The model's own vectors of silence: of digital silence and of white noise of -90, -75 and -60 dBFS [4, dimension].
std::vector<float> silent_vectors(const Model& model, double window_seconds);

inline constexpr double kSilentCosine = 0.5;    // to one of them, from here on a window may be silence
inline constexpr double kSilentDecibels = -60;  // and is, when no 0.1 s of it is louder

}  // namespace hearken::tasks
