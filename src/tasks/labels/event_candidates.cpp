// A ladder of levels gives the sounds; from the innermost outwards, each label takes the widest that is as good.
#include "tasks/labels/event_candidates.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hearken::tasks {
namespace {

constexpr std::array kRises = {1.5, 2.5, 4.0, 6.0, 9.0, 13.0, 18.0, 25.0};  // dB
constexpr double kSame = 0.3;                                               // seconds between two ends that are one
constexpr double kRounding = 1e-6;
constexpr double kBesideBest = 0.85, kKeptOutside = 0.7;

double length(const EventCandidate& sound) { return sound.end_seconds - sound.start_seconds; }

bool lies_in(const EventCandidate& inner, const EventCandidate& outer) {
  return outer.start_seconds <= inner.start_seconds + kSame && inner.end_seconds <= outer.end_seconds + kSame;
}

}  // namespace

std::vector<EventCandidate> nested_sounds(std::span<const audio::TimeRange> stretches, double duration_seconds,
                                          double join_seconds, double shortest_seconds) {
  std::vector<EventCandidate> out{{0, duration_seconds, {}}};
  const auto add = [&](const EventCandidate& sound) {
    if (length(sound) < shortest_seconds - kRounding) return;
    const bool known = std::any_of(out.begin(), out.end(), [&](const EventCandidate& s) {
      return std::abs(s.start_seconds - sound.start_seconds) <= kSame + kRounding &&
             std::abs(s.end_seconds - sound.end_seconds) <= kSame + kRounding;
    });
    if (!known) out.push_back(sound);
  };
  for (const double rise : kRises) {
    std::optional<EventCandidate> sound;
    for (const audio::TimeRange& stretch : stretches) {
      if (stretch.rise_db < rise) continue;
      if (sound && stretch.start_seconds - sound->end_seconds <= join_seconds + kRounding) {
        sound->end_seconds = stretch.end_seconds;
        continue;
      }
      if (sound) add(*sound);
      sound = EventCandidate{stretch.start_seconds, stretch.end_seconds, {}};
    }
    if (sound) add(*sound);
  }
  std::stable_sort(out.begin() + 1, out.end(),
                   [](const EventCandidate& a, const EventCandidate& b) { return length(a) > length(b); });
  for (std::size_t inner = 1; inner < out.size(); ++inner)
    for (std::size_t outer = inner; outer-- > 0 && !out[inner].outer;)
      if (lies_in(out[inner], out[outer])) out[inner].outer = outer;
  return out;
}

std::vector<Choice> choose(std::span<const EventCandidate> sounds, std::span<const double> scores, std::size_t labels,
                           double threshold) {
  std::vector<double> least(sounds.size());  // that a score has to be
  for (std::size_t s = 0; s < sounds.size(); ++s) {
    const auto of_sound = scores.subspan(s * labels, labels);
    least[s] = std::max(threshold, kBesideBest * *std::max_element(of_sound.begin(), of_sound.end()));
  }
  std::vector<Choice> out;
  for (std::size_t label = 0; label < labels; ++label) {
    std::vector<std::vector<std::size_t>> chosen(sounds.size());  // in each sound, itself included
    for (std::size_t s = sounds.size(); s-- > 0;) {               // inner ones come before their outer ones
      const double score = scores[s * labels + label];
      double best = 0;
      for (const std::size_t inner : chosen[s]) best = std::max(best, scores[inner * labels + label]);
      if (score >= least[s] && score >= kKeptOutside * best) chosen[s] = {s};
      if (sounds[s].outer) {
        auto& outside = chosen[*sounds[s].outer];
        outside.insert(outside.end(), chosen[s].begin(), chosen[s].end());
      }
    }
    if (!sounds.empty()) {
      std::sort(chosen[0].begin(), chosen[0].end());
      for (const std::size_t s : chosen[0]) out.push_back({s, label, scores[s * labels + label]});
    }
  }
  return out;
}

}  // namespace hearken::tasks
