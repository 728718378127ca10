// Events: which of some labels is heard in a recording, from when to when.
//
// How it is decided, in four steps (docs/EVENTS.md has the measurements):
//
//   1. The recording is cut where its spectrum changes, which places an event to a tenth of a second.
//   2. What stands out of the recording's floor by 1.5, 2.5, 4, … 25 dB for at least `shortest_seconds` is a sound,
//      over pauses of up to `join_seconds`: sounds within sounds, the whole recording around them all, which is heard
//      where the others leave it alone.
//   3. A label's score on a sound is the mean cosine of its vector and those of the short windows in the sound; of a
//      sound of 1.5 s or more the mean of that and of the cosine to the sound heard as one, in the model's usual
//      windows.
//   4. A label is heard in a sound when its score is at least the threshold, and at least 0.85 of the best label's on
//      this sound. Where that holds of a sound and of sounds within it, the outer one is the event unless an inner one
//      scores so much higher that the outer has less than 0.7 of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "hearken/labels.h"
#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/score.h"

namespace hearken {

struct Event {
  std::string label;
  double start_seconds = 0, end_seconds = 0;  // onset and offset
  double score = 0;                           // of the label on this stretch of sound, a cosine
};

struct Timeline {
  std::int64_t id = 0;  // of a library's track that was asked for as such; 0: a file
  std::filesystem::path path;
  double duration_seconds = 0;
  std::vector<Event> events;  // by start, then end, then in the order of the labels
};

struct EventsResult {
  double threshold = 0;             // that was applied
  std::vector<Timeline> timelines;  // in the order asked for
  std::vector<FileNote> skipped;    // likewise: what could not be read, or holds no sound; a track as "id:42"
  std::vector<FileNote> warnings;   // listened to, but something is odd (a file that ends early)
};

struct EventsOptions : WatchedRunOptions {
  Windowing windowing{2.0, 0.25};   // of the short windows
  std::optional<double> threshold;  // nothing: MODERATE; 0.65 of it where scores are evidence
  double join_seconds = 1.0;        // pauses up to here belong to a sound; 0 to 60
  double shortest_seconds = 0.2;    // of a sound; more than 0, up to 60
};

/// Listens to every file or track among `inputs` (tracks, too, are decoded again) and says where which label is heard.
/// A recording is in memory as a whole: 4 bytes a sample, 0.23 GB an hour at 16 kHz. `library` is where tracks are
/// looked up; it may be null when there are none among the inputs. What fails for one file is in `skipped`. The result
/// depends on the sounds, the labels, the model, the precision and the options alone: not on other files or the
/// threads. Throws Error: invalid_argument (no inputs, no labels, windows that the model does not take, options out of
/// range), what label_vectors and the library throw.
EventsResult events(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                    const LabelSet& labels, const EventsOptions& options = {});

/// The same of a sound that is in memory: `samples` are mono, nominally -1 to 1, at the model's rate; `name` is what
/// messages call it.
Timeline events_in(const Model& model, std::span<const float> samples, const std::string& name, const LabelSet& labels,
                   const EventsOptions& options = {});

/// An Audacity label track: start, end and label between tabs, a line each; seconds with six decimals.
std::string audacity_labels(const Timeline& timeline);

/// WebVTT (W3C): a cue an event. Line ends in labels become spaces; &, < and > are escaped.
std::string webvtt(const Timeline& timeline);

/// RFC 4180, UTF-8, lines ending in LF, the same bytes for the same result everywhere: path,label,start,end,score;
/// seconds with three decimals, scores with six.
std::string events_csv(const EventsResult& result);

}  // namespace hearken
