// What counts of a sound: the windows in which something is heard; all of them where there are no others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hearken/model.h"
#include "library/half.h"
#include "library/window_flags.h"
#include "search/hits.h"

namespace hearken::search {

/// Takes the silent windows out, unless there are no others. `vectors` is [windows, dimension], row-major; `flags` are
/// those of the windows (library/window_flags.h), or empty.
template <class Number>
void drop_silence(std::vector<double>& starts_seconds, std::vector<Number>& vectors,
                  std::span<const std::uint8_t> flags) {
  if (std::ranges::none_of(flags, library::is_silent) || library::all_silent(flags)) return;
  const std::size_t dimension = vectors.size() / starts_seconds.size();
  std::size_t kept = 0;
  for (std::size_t w = 0; w < starts_seconds.size(); ++w) {
    if (library::is_silent(flags[w])) continue;
    starts_seconds[kept] = starts_seconds[w];
    std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(w * dimension), dimension,
                vectors.begin() + static_cast<std::ptrdiff_t>(kept * dimension));
    ++kept;
  }
  starts_seconds.resize(kept);
  vectors.resize(kept * dimension);
}

/// A sound that was embedded, as a library would give it back.
class RoundedSound {
 public:
  explicit RoundedSound(FileEmbedding whole) : sound_(std::move(whole)) {
    std::vector<std::uint8_t> flags;
    for (const bool silent : sound_.silent) flags.push_back(silent ? library::kSilentFlag : std::uint8_t{0});
    drop_silence(sound_.starts_seconds, sound_.vectors, flags);
    halves_.resize(sound_.vectors.size());
    std::ranges::transform(sound_.vectors, halves_.begin(), library::half_from_float);
  }

  /// Valid while this is.
  EmbeddedSound view() const {
    return {0, {}, {}, {}, sound_.duration_seconds, sound_.window_seconds, sound_.starts_seconds, halves_};
  }

 private:
  FileEmbedding sound_;
  std::vector<std::uint16_t> halves_;
};

}  // namespace hearken::search
