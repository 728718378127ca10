// Events: which of some labels is heard in a recording, from when to when.
//
// How it is decided (docs/EVENTS.md has the measurements):
//
//   1. The recording is heard in windows of 1 s every 0.25 s and of 4 s every 2 s, and its level is measured in 24
//   bands
//      every 0.1 s. An event may be whatever stands out of the level around it, and every stretch on which the text's
//      score is high: stretches within stretches.
//   2. Of each stretch twenty numbers are taken: scores of the text and its rivals (the other texts and 15 common
//      sounds, but for those that mean the same) in and around it, its length, how the level changes at its ends. A
//      small network rates them, a second one makes a likelihood of it and of rivals' stretches at the same place.
//   3. Of the stretches of one text that overlap the likeliest is the event. Events of different texts may overlap.
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
  double likelihood = 0;                      // that the label is heard from there on, 0 to 1
  double score = 0;                           // of the label, mean over the short windows in it
};

struct Timeline {
  std::int64_t id = 0;  // of a library's track that was asked for as such; 0: a file
  std::filesystem::path path;
  double duration_seconds = 0;
  std::vector<Event> events;  // by start, then end, then in the order of the labels
  std::vector<float> heat;    // where it was asked for: [windows, labels], Model::likelihood of each label's score on
                              // the window of a second whose middle is at 0.5, 0.75, 1, … seconds
};

struct EventsResult {
  double least_likelihood = 0;      // that was asked for
  std::vector<Timeline> timelines;  // in the order asked for
  std::vector<FileNote> skipped;    // likewise: what could not be read, or holds no sound; a track as "id:42"
  std::vector<FileNote> warnings;   // listened to, but something is odd (a file that ends early)
};

/// What is less likely is no event, where nobody says otherwise: of the mixtures of docs/EVENTS.md, most events and
/// fewest false ones.
inline constexpr double kLeastEventLikelihood = 0.4;

/// Events are HIGH from 0.9, MODERATE from 0.6, else LOW.
Level event_level(double likelihood) noexcept;

struct EventsOptions : WatchedRunOptions {
  double least_likelihood = kLeastEventLikelihood;  // 0 to 1
  double join_seconds = 1.0;                        // pauses up to here belong to a sound; 0 to 60
  double shortest_seconds = 0.2;                    // of a sound; more than 0, up to 60
  bool heat = false;                                // whether timelines have it
};

/// Listens to every file or track among `inputs` (tracks, too, are decoded again) and says where which label is heard.
/// Memory grows by 2 MB an hour, and 0.2 MB for each label. `library` is where tracks are
/// looked up; it may be null when there are none among the inputs. What fails for one file is in `skipped`. The result
/// depends on the sounds, the labels, the model, the precision and the options alone: not on other files or the
/// threads. Throws Error: invalid_argument (no inputs, no labels, options out of range), what label_vectors and the
/// library throw.
EventsResult events(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                    const LabelSet& labels, const EventsOptions& options = {});

/// The same of a sound that is in memory: `samples` are mono, nominally -1 to 1, at the model's rate; `name` is what
/// messages call it.
Timeline events_in(const Model& model, std::span<const float> samples, const std::string& name, const LabelSet& labels,
                   const EventsOptions& options = {});

/// A part of a file.
struct FilePart {
  std::filesystem::path path;
  double start_seconds = 0, end_seconds = 0;
};

/// For each part the likeliest event of `text` that overlaps it, listened to with three seconds before and after, in
/// seconds of the file: where in a window of the library's a text is heard. Nothing where no event is likely enough,
/// or the file cannot be read. Throws Error as events() does for its text and options.
std::vector<std::optional<Event>> events_in_parts(const Model& model, const std::string& text,
                                                  std::span<const FilePart> parts, const EventsOptions& options = {});

/// An Audacity label track: start, end and label between tabs, a line each; seconds with six decimals.
std::string audacity_labels(const Timeline& timeline);

/// WebVTT (W3C): a cue an event. Line ends in labels become spaces; &, < and > are escaped.
std::string webvtt(const Timeline& timeline);

/// A selection table of Raven (Cornell Lab of Ornithology): a line an event, fields between tabs, seconds with six
/// decimals; frequencies from 0 to half of `sample_rate_hz`, which Raven asks for and no model says.
std::string raven_table(const Timeline& timeline, int sample_rate_hz);

/// RFC 4180, UTF-8, lines ending in LF, the same bytes for the same result everywhere:
/// path,label,start,end,score,likelihood; seconds with three decimals, scores with six, likelihoods with four.
std::string events_csv(const EventsResult& result);

}  // namespace hearken
