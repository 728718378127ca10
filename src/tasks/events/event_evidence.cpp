// Means of scores inside and around a stretch, and of the level.
#include "tasks/events/event_evidence.h"

#include <algorithm>
#include <cmath>

namespace hearken::tasks {
namespace {

constexpr double kShortMargin = 0.25, kLongMargin = 1;   // seconds that scores keep from the ends
constexpr double kAroundFrom = 0.5, kAroundTo = 2;       // seconds before and after
constexpr double kAtEdge = 0.5;                          // seconds inside and outside of an end
constexpr double kEdgeInside = 0.3, kEdgeOutside = 0.4;  // seconds
constexpr double kShortestHeard = 0.01;                  // seconds; less has no level, and no logarithm
constexpr double kLongestTold = 60;  // seconds; no longer one was fitted on, and what lasts is no less likely for it

double around(const ScoreCurve& curve, std::size_t text, double from, double to) {
  const ScoreCurve::Range range = curve.between(from, to);
  return range.empty() ? 0 : curve.mean(range, text);
}

// Of the means before and after a sound the greater one; 0 where the recording has neither.
double beside(const ScoreCurve& curve, std::size_t text, const EventCandidate& sound) {
  const ScoreCurve::Range before = curve.between(sound.start_seconds - kAroundTo, sound.start_seconds - kAroundFrom);
  const ScoreCurve::Range after = curve.between(sound.end_seconds + kAroundFrom, sound.end_seconds + kAroundTo);
  if (before.empty()) return after.empty() ? 0 : curve.mean(after, text);
  const double mean = curve.mean(before, text);
  return after.empty() ? mean : std::max(mean, curve.mean(after, text));
}

// Mean over time; 0 where there is nothing, or hardly anything: ends are rounded.
double rise(std::span<const audio::TimeRange> stretches, double from, double to) {
  double seconds = 0, sum = 0;
  auto s = std::upper_bound(stretches.begin(), stretches.end(), from,
                            [](double t, const audio::TimeRange& stretch) { return t < stretch.end_seconds; });
  for (; s != stretches.end() && s->start_seconds < to; ++s) {
    const double length = std::min(to, s->end_seconds) - std::max(from, s->start_seconds);
    seconds += length;
    sum += length * s->rise_db;
  }
  return seconds > kShortestHeard ? sum / seconds : 0;
}

// What is at the ends.
void add_edges(EventEvidence& out, const Recording& recording, std::size_t text, const EventCandidate& sound) {
  const double start = sound.start_seconds, end = sound.end_seconds;
  const auto level = [&](double from, double to) { return rise(recording.stretches, from, to); };
  out[kEdge] = level(start, start + kEdgeInside) - level(start - kEdgeOutside, start);
  out[kOnset] = level(start, start + kAtEdge) - level(start - kAtEdge, start);
  out[kOffset] = level(end - kAtEdge, end) - level(end, end + kAtEdge);
  out[kFirst] = recording.short_windows.score_at(start + kAtEdge, text);
  out[kJustBefore] = recording.short_windows.score_at(start - kAtEdge, text);
  out[kLast] = recording.short_windows.score_at(end - kAtEdge, text);
  out[kJustAfter] = recording.short_windows.score_at(end + kAtEdge, text);
}

}  // namespace

EventEvidence event_evidence(const Recording& recording, std::size_t text, std::span<const std::size_t> rivals,
                             const EventCandidate& sound) {
  const ScoreCurve &short_windows = recording.short_windows, &long_windows = recording.long_windows;
  const double start = sound.start_seconds, end = sound.end_seconds;
  const ScoreCurve::Range inside = short_windows.near(start + kShortMargin, end - kShortMargin);
  const ScoreCurve::Range inside_long = long_windows.near(start + kLongMargin, end - kLongMargin);
  EventEvidence out{};
  out[kShort] = short_windows.mean(inside, text);
  out[kLong] = long_windows.mean(inside_long, text);
  out[kGreatest] = short_windows.greatest(short_windows.near(start, end), text);
  out[kGreatestLong] = long_windows.greatest(long_windows.near(start, end), text);
  out[kBefore] = around(short_windows, text, start - kAroundTo, start - kAroundFrom);
  out[kAfter] = around(short_windows, text, end + kAroundFrom, end + kAroundTo);
  for (const std::size_t rival : rivals) {
    const double mean = short_windows.mean(inside, rival);
    out[kRival] = std::max(out[kRival], mean);
    out[kRivalRise] = std::max(out[kRivalRise], mean - beside(short_windows, rival, sound));
    out[kRivalLong] = std::max(out[kRivalLong], long_windows.mean(inside_long, rival));
  }
  out[kLength] = std::log(std::clamp(end - start, kShortestHeard, kLongestTold));
  out[kByLevel] = sound.by_level ? 1 : 0;
  out[kRise] = rise(recording.stretches, start, end);
  add_edges(out, recording, text, sound);
  const double before = std::min(kAroundTo, start), after = std::min(kAroundTo, short_windows.duration_seconds() - end);
  if (before + after > 0)
    out[kRiseOutside] = (before * rise(recording.stretches, start - before, start) +
                         after * rise(recording.stretches, end, end + after)) /
                        (before + after);
  return out;
}

}  // namespace hearken::tasks
