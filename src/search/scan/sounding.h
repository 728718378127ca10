// What counts of a sound: the windows in which something is heard; all of them where there are no others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hearken/model.h"
#include "library/window_flags.h"

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

/// The same of a sound that was embedded.
inline FileEmbedding without_silence(FileEmbedding sound) {
  std::vector<std::uint8_t> flags;
  for (const bool silent : sound.silent) flags.push_back(silent ? library::kSilentFlag : std::uint8_t{0});
  drop_silence(sound.starts_seconds, sound.vectors, flags);
  return sound;
}

}  // namespace hearken::search
