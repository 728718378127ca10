// One LandmarkFinder for each quarter of a frame.
#include "search/recording/ear.h"

#include <algorithm>

#include "search/recording/alignment.h"

namespace hearken::search {

Ear::Ear() : finders_(kQuarters) {}

void Ear::consume(std::span<const float> samples) {
  constexpr std::size_t kMinute = 60 * audio::kLandmarkRateHz, kQuarter = audio::kLandmarkHop / kQuarters;
  for (std::size_t q = 0; q < finders_.size(); ++q) {
    const std::size_t begin = q * kQuarter, end = q == 0 ? heard_ + samples.size() : kMinute;
    const std::size_t from = std::clamp(begin, heard_, heard_ + samples.size()) - heard_;
    const std::size_t to = std::clamp(end, heard_, heard_ + samples.size()) - heard_;
    finders_[q].consume(samples.subspan(from, to - from));
  }
  heard_ += samples.size();
}

std::vector<audio::Landmarks> Ear::finish() {
  std::vector<audio::Landmarks> out;
  for (audio::LandmarkFinder& finder : finders_) out.push_back(finder.finish());
  return out;
}

double Ear::seconds() const noexcept { return static_cast<double>(heard_) / audio::kLandmarkRateHz; }

}  // namespace hearken::search
