// Two ladders of levels: of decibels above the floor, and of scores.
#include "tasks/events/event_candidates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace hearken::tasks {
namespace {

constexpr std::array kRises = {1.5, 2.5, 4.0, 6.0, 9.0, 13.0, 18.0, 25.0};                       // dB
constexpr std::array kScores = {0.3, 0.4, 0.55, 0.75, 1.0, 1.35, 1.8, 2.4, 3.2, 4.3, 5.8, 7.5};  // of MODERATE
constexpr double kSame = 0.15;        // seconds between two ends that are one
constexpr double kMostMoved = 0.5;    // seconds, of an end to a change of level
constexpr double kLeastChange = 1.0;  // dB, of a change that an end is moved to
constexpr double kRounding = 1e-6;

// Candidates so far, none twice.
class Candidates {
 public:
  explicit Candidates(double shortest_seconds) : shortest_(shortest_seconds) {}

  void add(const EventCandidate& sound) {
    if (sound.end_seconds - sound.start_seconds < shortest_ - kRounding) return;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const EventCandidate& s) {
      return std::abs(s.start_seconds - sound.start_seconds) <= kSame + kRounding &&
             std::abs(s.end_seconds - sound.end_seconds) <= kSame + kRounding;
    });
    if (!known) found_.push_back(sound);
  }
  std::vector<EventCandidate> take() { return std::move(found_); }

 private:
  double shortest_;
  std::vector<EventCandidate> found_;
};

// Runs of what comes in order of time, over pauses.
class Runs {
 public:
  Runs(Candidates& to, double join_seconds) : to_(to), join_(join_seconds) {}

  void add(const EventCandidate& part) {
    if (run_ && part.start_seconds - run_->end_seconds <= join_ + kRounding) {
      run_->end_seconds = part.end_seconds;
      return;
    }
    end();
    run_ = part;
  }
  void end() {
    if (run_) to_.add(*run_);
    run_.reset();
  }

 private:
  Candidates& to_;
  double join_;
  std::optional<EventCandidate> run_;
};

// Where the curve crosses `level` between two windows, or the window's middle where one is not there.
double crossing(const ScoreCurve& curve, std::size_t text, std::size_t below, std::size_t above, double level) {
  const double low = static_cast<double>(curve.score(below, text)),
               high = static_cast<double>(curve.score(above, text));
  const double from = curve.middle_seconds(below), to = curve.middle_seconds(above);
  return from + (to - from) * (level - low) / (high - low);
}

// The time near `seconds` at which the level rises (`sign` 1) or falls (-1) most; `seconds` where it hardly does.
double moved(std::span<const audio::TimeRange> stretches, double seconds, double sign) {
  const auto after = std::lower_bound(stretches.begin(), stretches.end(), seconds - kMostMoved,
                                      [](const audio::TimeRange& s, double t) { return s.start_seconds < t; });
  double best = kLeastChange, at = seconds;
  for (auto s = after; s != stretches.end() && s->start_seconds <= seconds + kMostMoved; ++s) {
    if (s == stretches.begin()) continue;
    const double change = sign * (s->rise_db - std::prev(s)->rise_db);
    if (change > best) {
      best = change;
      at = s->start_seconds;
    }
  }
  return at;
}

}  // namespace

std::vector<EventCandidate> sounds_by_level(std::span<const audio::TimeRange> stretches, double duration_seconds,
                                            double join_seconds, double shortest_seconds) {
  Candidates out(shortest_seconds);
  out.add({0, duration_seconds, true});
  for (const double rise : kRises) {
    Runs runs(out, join_seconds);
    for (const audio::TimeRange& stretch : stretches)
      if (stretch.rise_db >= rise) runs.add({stretch.start_seconds, stretch.end_seconds, true});
    runs.end();
  }
  return out.take();
}

std::vector<EventCandidate> sounds_by_score(const ScoreCurve& curve, std::size_t text,
                                            std::span<const audio::TimeRange> stretches, double join_seconds,
                                            double shortest_seconds) {
  Candidates raw(shortest_seconds);
  for (const double level : kScores) {
    Runs runs(raw, join_seconds);
    const auto high = [&](std::size_t w) { return static_cast<double>(curve.score(w, text)) >= level; };
    for (std::size_t w = 0; w < curve.windows();) {
      if (!high(w)) {
        ++w;
        continue;
      }
      std::size_t end = w + 1;
      while (end < curve.windows() && high(end)) ++end;
      const double start_seconds = w == 0 ? 0 : crossing(curve, text, w - 1, w, level);
      const double end_seconds =
          end == curve.windows() ? curve.duration_seconds() : crossing(curve, text, end, end - 1, level);
      runs.add({start_seconds, end_seconds, false});
      w = end;
    }
    runs.end();
  }
  Candidates out(shortest_seconds);
  for (const EventCandidate& sound : raw.take()) {
    out.add({moved(stretches, sound.start_seconds, 1), moved(stretches, sound.end_seconds, -1), false});
    out.add(sound);
  }
  return out.take();
}

}  // namespace hearken::tasks
