// Samples that come in blocks, handed on in the portions that are asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace hearken::audio {

/// Fills `out` from `ready`, of which what lies before `at` is gone. When all is gone, more() refills `ready` and sets
/// `at`, or says false at the end. Returns how many were filled in.
template <class Ready, class More>
std::size_t handed_on(const Ready& ready, std::size_t& at, std::span<float> out, More more) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (at == ready.size() && !more()) break;
    const std::size_t count = std::min(out.size() - filled, ready.size() - at);
    std::copy_n(ready.begin() + static_cast<std::ptrdiff_t>(at), count,
                out.begin() + static_cast<std::ptrdiff_t>(filled));
    filled += count;
    at += count;
  }
  return filled;
}

}  // namespace hearken::audio
