// Timelines as other programs read them. fmt writes numbers the same in every locale.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "core/files/csv.h"
#include "core/markup.h"
#include "core/paths.h"
#include "hearken/events.h"

namespace hearken {
namespace {

// What separates fields and lines in these formats becomes a space.
std::string on_one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

// "00:01:02.345".
std::string cue_time(double seconds) {
  const auto ms = std::llround(seconds * 1000);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace

Level event_level(double likelihood) noexcept {
  constexpr double kHigh = 0.9, kModerate = 0.6;
  return likelihood >= kHigh ? Level::high : likelihood >= kModerate ? Level::moderate : Level::low;
}

std::string audacity_labels(const Timeline& timeline) {
  std::string out;
  for (const Event& event : timeline.events)
    out += fmt::format("{:.6f}\t{:.6f}\t{}\n", event.start_seconds, event.end_seconds, on_one_line(event.label));
  return out;
}

std::string webvtt(const Timeline& timeline) {
  std::string out = "WEBVTT\n";
  for (const Event& event : timeline.events)
    out += fmt::format("\n{} --> {}\n{}\n", cue_time(event.start_seconds), cue_time(event.end_seconds),
                       escaped_markup(on_one_line(event.label)));
  return out;
}

std::string raven_table(const Timeline& timeline, int sample_rate_hz) {
  std::string out =
      "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tSpecies\tScore\n";
  std::size_t number = 0;
  for (const Event& event : timeline.events)
    out += fmt::format("{}\tSpectrogram 1\t1\t{:.6f}\t{:.6f}\t0.0\t{:.1f}\t{}\t{:.4f}\n", ++number, event.start_seconds,
                       event.end_seconds, sample_rate_hz / 2.0, on_one_line(event.label), event.likelihood);
  return out;
}

std::string events_csv(const EventsResult& result) {
  std::string out = "path,label,start,end,score,likelihood\n";
  for (const Timeline& timeline : result.timelines)
    for (const Event& event : timeline.events)
      out += fmt::format("{},{},{:.3f},{:.3f},{:.6f},{:.4f}\n", csv_cell(display(timeline.path)), csv_cell(event.label),
                         event.start_seconds, event.end_seconds, event.score, event.likelihood);
  return out;
}

}  // namespace hearken
