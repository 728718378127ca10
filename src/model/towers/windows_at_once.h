// How many windows of sound a thread takes through a tower together.
#pragma once

#include <cstddef>

namespace hearken::model {

/// Layer by layer over so many, a layer's weights are read from memory once and from the cache for the rest. More would
/// gain little and let threads wait for each other at the end of a file.
inline constexpr std::size_t kWindowsAtOnce = 8;

}  // namespace hearken::model
