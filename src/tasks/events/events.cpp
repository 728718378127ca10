// Recordings one by one, and what goes wrong with one of them.
#include "hearken/events.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "audio/decode/decode.h"
#include "audio/part.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/catalogue/tracks.h"
#include "tasks/events/event_detector.h"

namespace hearken {
namespace tasks {
namespace {

constexpr double kMost = 60;  // seconds, of pauses and shortest sounds

// Progress, some ten times a second at most.
class Shown {
 public:
  explicit Shown(const EventsOptions& options) : options_(options), began_(monotonic_seconds()) {}

  void operator()(IndexProgress& progress) {
    const double now = monotonic_seconds();
    if (!options_.progress || now - last_ < 0.1) return;
    last_ = now;
    progress.elapsed_seconds = now - began_;
    options_.progress(progress);
  }

 private:
  const EventsOptions& options_;
  double began_, last_ = 0;
};

void check(const LabelSet& labels, const EventsOptions& options) {
  const auto in_range = [](double value) { return value >= 0 && value <= kMost; };
  if (labels.labels.empty()) throw Error(ErrorCode::invalid_argument, "no label to listen for");
  for (const Label& label : labels.labels)
    if (!is_utf8(label.name))
      throw Error(ErrorCode::invalid_argument, "the text '" + display(label.name) + "' is not UTF-8");
  if (!in_range(options.join_seconds))
    throw Error(ErrorCode::invalid_argument, "pauses that are joined are 0 to 60 s long");
  if (!in_range(options.shortest_seconds) || options.shortest_seconds <= 0)
    throw Error(ErrorCode::invalid_argument, "the shortest event is more than 0 and at most 60 s long");
  if (!(options.least_likelihood >= 0 && options.least_likelihood <= 1))
    throw Error(ErrorCode::invalid_argument, "the least likelihood is 0 to 1");
}

HeardCandidates candidates(const EventDetector& detector, const EventDetector::Source& source, const std::string& name,
                           const std::function<void(double)>& progress = {}) {
  return detector.candidates(detector.hear(source, name, progress), detector.rivals());
}

}  // namespace
}  // namespace tasks

EventsResult events(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                    const LabelSet& labels, const EventsOptions& options) {
  if (inputs.empty()) throw Error(ErrorCode::invalid_argument, "nothing to listen to: name a file or a track");
  tasks::check(labels, options);
  const tasks::EventDetector detector(model, labels, options);
  EventsResult out;
  out.least_likelihood = options.least_likelihood;
  IndexProgress progress;
  progress.files_total = static_cast<std::int64_t>(inputs.size());
  tasks::Shown shown(options);
  for (const ScoreInput& input : inputs) {
    std::filesystem::path path = input.path;
    const std::string track = "id:" + std::to_string(input.id);
    try {
      if (input.id != 0) {
        if (library == nullptr) throw Error(ErrorCode::invalid_argument, track + ": there is no library");
        const auto known = library::track(*library, input.id);
        if (!known) throw Error(ErrorCode::not_found, track + ": no such track");
        path = known->path;
      }
      progress.current = display(path);
      const double before = progress.audio_seconds_done;
      const auto told = [&](double seconds) {
        progress.audio_seconds_done = before + seconds;
        shown(progress);
      };
      told(0);
      const int rate = model.info().sample_rate_hz;
      tasks::HeardCandidates heard =
          tasks::candidates(detector, [&] { return audio::open_samples(path, rate); }, path.native(), told);
      const std::string warning = heard.warning;
      out.timelines.push_back(detector.choose(std::move(heard)));
      out.timelines.back().path = path;
      out.timelines.back().id = input.id;
      progress.audio_seconds_done = before + out.timelines.back().duration_seconds;
      if (!warning.empty()) out.warnings.push_back({path, ErrorCode::corrupt, warning});
    } catch (const Error& error) {
      if (error.code() == ErrorCode::invalid_argument || error.code() == ErrorCode::internal) throw;
      const std::string named = (path.empty() ? track : display(path)) + ": ";
      std::string reason = error.what();
      if (reason.starts_with(named)) reason.erase(0, named.size());
      out.skipped.push_back({input.id != 0 ? std::filesystem::path(track) : path, error.code(), std::move(reason)});
      ++progress.skipped;
    }
    ++progress.files_done;
  }
  return out;
}

Timeline events_in(const Model& model, std::span<const float> samples, const std::string& name, const LabelSet& labels,
                   const EventsOptions& options) {
  tasks::check(labels, options);
  if (samples.empty()) throw Error(ErrorCode::corrupt, name + ": holds no sound");
  const int rate = model.info().sample_rate_hz;
  const tasks::EventDetector detector(model, labels, options);
  return detector.choose(
      tasks::candidates(detector, [&] { return audio::stream_samples(samples, rate, rate, name); }, name));
}

std::vector<std::optional<Event>> events_in_parts(const Model& model, const std::string& text,
                                                  std::span<const FilePart> parts, const EventsOptions& options) {
  constexpr double kAround = 3;  // seconds
  LabelSet labels;
  labels.templates = {"{}"};
  labels.labels.push_back({text, {text}, {}, {}});
  tasks::check(labels, options);
  const tasks::EventDetector detector(model, labels, options);
  std::vector<std::optional<Event>> out;
  for (const FilePart& part : parts) {
    const double from = std::max(0.0, part.start_seconds - kAround);
    const auto source = [&] {
      return audio::open_part(part.path, model.info().sample_rate_hz, from, part.end_seconds + kAround - from);
    };
    std::optional<Event>& best = out.emplace_back();
    try {
      for (Event& event : detector.choose(tasks::candidates(detector, source, part.path.native())).events) {
        event.start_seconds += from;
        event.end_seconds += from;
        const bool within = event.start_seconds < part.end_seconds && event.end_seconds > part.start_seconds;
        if (within && (!best || event.likelihood > best->likelihood)) best = std::move(event);
      }
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal) throw;
    }
  }
  return out;
}

}  // namespace hearken
