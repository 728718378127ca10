// An inverted list of triples of landmarks.
#include "tasks/same_sound.h"

#include <algorithm>
#include <unordered_map>

#include "core/split_mix.h"

namespace hearken::tasks {
CandidatePairs::CandidatePairs(double seconds) {
  // A second has some hundred triples, and the list shall stay below some ten million.
  constexpr double kSecondsKeptWhole = 20.0 * 3600;
  kept_mask_ = 0;
  for (; seconds > kSecondsKeptWhole; seconds /= 2) kept_mask_ = kept_mask_ * 2 + 1;
}

void CandidatePairs::add(std::uint32_t track, std::span<const audio::Peak> peaks) {
  std::vector<std::uint64_t> own;
  std::size_t anchor = peaks.size();
  std::vector<std::uint32_t> keys;  // of the anchor's pairs
  const auto close = [&] {
    for (std::size_t j = 1; j < keys.size(); ++j) {
      const std::uint64_t hash = split_mix((std::uint64_t{keys[j - 1]} << 32U) | keys[j]);
      if ((hash & kept_mask_) == 0) own.push_back((hash & ~std::uint64_t{0xffffffff}) | track);
    }
    keys.clear();
  };
  const auto any = [](std::uint32_t) { return true; };
  audio::for_each_pair(peaks, any, [&](std::uint32_t key, std::size_t first) {
    if (first != anchor) close();
    anchor = first;
    keys.push_back(key);
  });
  close();
  std::sort(own.begin(), own.end());
  own.erase(std::unique(own.begin(), own.end()), own.end());
  const std::lock_guard lock(mutex_);
  if (triples_.size() <= track) triples_.resize(track + 1);
  triples_[track] = static_cast<std::uint32_t>(own.size());
  list_.insert(list_.end(), own.begin(), own.end());
}

std::vector<CandidatePairs::Pair> CandidatePairs::pairs() {
  constexpr std::uint32_t kLeast = 3, kShare = 200;
  std::sort(list_.begin(), list_.end());
  std::unordered_map<std::uint64_t, std::uint32_t> met;
  const auto hash = [&](std::size_t i) { return list_[i] >> 32U; };
  const auto track = [&](std::size_t i) { return list_[i] & 0xffffffffU; };
  for (std::size_t i = 0, j = 0; i < list_.size(); i = j) {
    while (j < list_.size() && hash(j) == hash(i)) ++j;
    if (j - i > kMostTracks) continue;
    for (std::size_t a = i; a < j; ++a)
      for (std::size_t b = a + 1; b < j; ++b) ++met[(track(a) << 32U) | track(b)];
  }
  list_ = {};
  std::vector<Pair> out;
  for (const auto& [key, count] : met) {
    const auto a = static_cast<std::uint32_t>(key >> 32U), b = static_cast<std::uint32_t>(key & 0xffffffffU);
    if (count >= std::max(kLeast, std::min(triples_[a], triples_[b]) / kShare)) out.push_back({a, b, count});
  }
  std::sort(out.begin(), out.end(), [](const Pair& x, const Pair& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
  return out;
}

}  // namespace hearken::tasks
