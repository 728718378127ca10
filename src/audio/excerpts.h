// A few windows of a file instead of all: what a quick pass listens to.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "audio/decode/decode.h"
#include "audio/windows.h"

namespace hearken::audio {

/// Where the windows of a quick pass have their middle, as shares of the length.
inline constexpr double kExcerptPlaces[] = {0.15, 0.50, 0.85};

struct ExcerptsWanted {
  int sample_rate_hz = 0;
  std::size_t window_samples = 0, hop_samples = 0;
};

struct Excerpts {
  Tags tags;
  double length_seconds = 0;    // of the whole, as the file says or as its bit rate suggests
  std::vector<Window> windows;  // at least one
};

/// Where the windows begin in a sound of so many samples: at the places, each moved to the nearest start that
/// WindowCutter has. Empty where the whole has no more windows than there are places.
std::vector<std::size_t> excerpt_starts(std::size_t samples, std::size_t window_samples, std::size_t hop_samples);

/// Seeks to each window and decodes little more than it; where the format has no way to seek, decodes up to it. Of
/// lossy formats the samples are nearly those that the whole file gives, as far as their time stamps are right. Damage
/// is no warning: who listens to the whole tells of it. Nothing where the whole is to be read instead: it is short, its
/// length is not known, or none of the windows could be read. Throws as open_samples().
std::optional<Excerpts> read_excerpts(const std::filesystem::path& path, const ExcerptsWanted& wanted);

}  // namespace hearken::audio
