// A recording's samples, the sounds in them, and their vectors against the labels'.
#include "hearken/events.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "audio/decode/decode.h"
#include "audio/part.h"
#include "audio/stretches.h"
#include "audio/windows.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/catalogue/tracks.h"
#include "model/embed_stream.h"
#include "model/towers/windows_at_once.h"
#include "search/query/prompts.h"
#include "search/scan/stored_rows.h"
#include "tasks/labels/event_candidates.h"

namespace hearken {
namespace tasks {
namespace {

constexpr double kHeardAsOne = 1.5;    // seconds, from here on
constexpr double kWholeWindow = 10.0;  // seconds, or as long as the model takes
constexpr double kMost = 60;           // seconds, of pauses and shortest sounds

// Evidence of a sound that lies over others is weaker than of the same sound alone: this much of MODERATE is enough.
// Chosen on ESC-10 over noise (docs/EVENTS.md).
constexpr double kOverOthers = 0.65;

class EventDetector {
 public:
  EventDetector(const Model& model, const LabelSet& labels, const EventsOptions& options)
      : model_(model),
        labels_(labels),
        options_(options),
        rate_(model.info().sample_rate_hz),
        dimension_(model.audio_width(EmbeddingForm::unit)),
        vectors_(search::label_vectors(model, labels, {}, options.threads)) {}

  double threshold() const {
    const ModelInfo& info = model_.info();
    return options_.threshold.value_or(info.levels.moderate * (info.evidence ? kOverOthers : 1));
  }

  /// The events of a file; what is odd about it goes to `warning`.
  Timeline listen(const std::filesystem::path& path, std::string& warning) const {
    const auto stream = audio::open_samples(path, rate_);
    const std::vector<float> samples = audio::read_all(*stream);
    if (samples.empty()) throw Error(ErrorCode::corrupt, display(path) + ": holds no sound");
    warning = stream->warning();
    Timeline out = listen(samples, display(path));
    out.path = path;
    return out;
  }

  /// The events among samples at the model's rate.
  Timeline listen(std::span<const float> samples, const std::string& name) const {
    Timeline out;
    out.duration_seconds = static_cast<double>(samples.size()) / rate_;
    const std::vector<audio::TimeRange> stretches = audio::stretches(audio::band_levels(samples, rate_), audio::kBands);
    const std::vector<EventCandidate> sounds =
        nested_sounds(stretches, out.duration_seconds, options_.join_seconds, options_.shortest_seconds);
    for (const Choice& choice : choose(sounds, scores(samples, name, sounds), labels_.labels.size(), threshold())) {
      if (labels_.labels[choice.label].wordings.empty()) continue;  // a group
      const EventCandidate& sound = sounds[choice.sound];
      out.events.push_back({labels_.labels[choice.label].name, sound.start_seconds, sound.end_seconds, choice.score});
    }
    std::stable_sort(out.events.begin(), out.events.end(), [](const Event& a, const Event& b) {
      return std::pair(a.start_seconds, a.end_seconds) < std::pair(b.start_seconds, b.end_seconds);
    });
    return out;
  }

 private:
  // [sounds, labels], row-major.
  std::vector<double> scores(std::span<const float> samples, const std::string& name,
                             std::span<const EventCandidate> sounds) const {
    const auto stream = audio::stream_samples(samples, rate_, rate_, name);
    const FileEmbedding windows =
        model::embed_stream(model_, *stream, name, options_.windowing, EmbeddingForm::unit, options_.threads);
    const std::vector<std::vector<float>> wholes = heard_as_one(samples, sounds);
    std::vector<double> out;
    for (std::size_t s = 0; s < sounds.size(); ++s) {
      std::vector<float> rows;
      if (s == 0 && sounds.size() > 1) {
        rows = background(windows, sounds);
      } else {
        const auto [first, last] = inside(windows, sounds[s]);
        rows.assign(windows.vectors.begin() + static_cast<std::ptrdiff_t>(first * dimension_),
                    windows.vectors.begin() + static_cast<std::ptrdiff_t>(last * dimension_));
      }
      if (rows.empty()) {
        out.resize(out.size() + labels_.labels.size(), -1.0);
        continue;
      }
      const std::vector<float> mean = plain_mean(rows);
      for (std::size_t l = 0; l < labels_.labels.size(); ++l) {
        const auto label = std::span(vectors_).subspan(l * dimension_, dimension_);
        const double score = numerics::dot(mean, label);
        out.push_back(wholes[s].empty() ? score : (score + numerics::dot(wholes[s], label)) / 2);
      }
    }
    return out;
  }

  std::vector<float> plain_mean(std::span<const float> rows) const {
    return mean_vector(rows, dimension_, EmbeddingForm::projected);
  }

  // The vectors of the windows whose middle is a quarter of a window or more away from all sounds but the outermost: it
  // is heard where the others leave it alone.
  std::vector<float> background(const FileEmbedding& windows, std::span<const EventCandidate> sounds) const {
    std::vector<float> out;
    for (std::size_t w = 0; w < windows.starts_seconds.size(); ++w) {
      const double middle = windows.starts_seconds[w] + windows.window_seconds / 2;
      const double away = windows.window_seconds / 4;
      const bool alone = std::none_of(sounds.begin() + 1, sounds.end(), [&](const EventCandidate& sound) {
        return middle > sound.start_seconds - away && middle < sound.end_seconds + away;
      });
      const auto row = windows.vectors.begin() + static_cast<std::ptrdiff_t>(w * dimension_);
      if (alone) out.insert(out.end(), row, row + static_cast<std::ptrdiff_t>(dimension_));
    }
    return out;
  }

  // The windows whose middle is in the sound, a quarter of a window or more from its ends; at least the one whose
  // middle is nearest to the sound's.
  std::pair<std::size_t, std::size_t> inside(const FileEmbedding& windows, const EventCandidate& sound) const {
    const double half = windows.window_seconds / 2;
    const std::vector<double>& starts = windows.starts_seconds;
    const auto first = std::lower_bound(starts.begin(), starts.end(), sound.start_seconds - half / 2);
    const auto last = std::upper_bound(first, starts.end(), sound.end_seconds - 1.5 * half);
    if (first < last) return {first - starts.begin(), last - starts.begin()};
    const double wanted = (sound.start_seconds + sound.end_seconds) / 2 - half;
    const auto nearest = std::min_element(
        starts.begin(), starts.end(), [&](double a, double b) { return std::abs(a - wanted) < std::abs(b - wanted); });
    return {nearest - starts.begin(), nearest - starts.begin() + 1};
  }

  // Of every sound that is long enough the mean vector of its usual windows, which lie side by side; else nothing.
  std::vector<std::vector<float>> heard_as_one(std::span<const float> samples,
                                               std::span<const EventCandidate> sounds) const {
    const std::size_t window = model_.window_samples(std::min(kWholeWindow, model_.info().max_window_seconds));
    const std::size_t features = model_.feature_count(window);
    const int threads = thread_count(options_.threads);
    const std::size_t at_once = model::kWindowsAtOnce * static_cast<std::size_t>(threads);
    std::vector<float> waiting, rows;  // features of windows, vectors of those before them
    const auto embed = [&] {
      const std::size_t done = rows.size();
      rows.resize(done + waiting.size() / features * dimension_);
      model_.embed_features(waiting, std::span(rows).subspan(done), EmbeddingForm::unit, threads);
      waiting.clear();
    };
    std::vector<std::size_t> windows(sounds.size());
    for (std::size_t s = 0; s < sounds.size(); ++s) {
      const EventCandidate& sound = sounds[s];
      const bool is_background = s == 0 && sounds.size() > 1;
      if (is_background || sound.end_seconds - sound.start_seconds < kHeardAsOne) continue;
      const auto stream = audio::stream_samples(samples, rate_, rate_, "", sound.start_seconds,
                                                sound.end_seconds - sound.start_seconds);
      audio::WindowCutter cutter(*stream, window, window);
      while (const auto next = cutter.next()) {
        ++windows[s];
        waiting.resize(waiting.size() + features);
        model_.audio_features(next->samples, std::span(waiting).last(features));
        if (waiting.size() == at_once * features) embed();
      }
    }
    if (!waiting.empty()) embed();
    std::vector<std::vector<float>> out;
    std::size_t first = 0;
    for (const std::size_t count : windows) {
      out.push_back(count == 0 ? std::vector<float>()
                               : plain_mean(std::span(rows).subspan(first * dimension_, count * dimension_)));
      first += count;
    }
    return out;
  }

  const Model& model_;
  const LabelSet& labels_;
  const EventsOptions& options_;
  int rate_;
  std::size_t dimension_;
  std::vector<float> vectors_;  // [labels, dimension]
};

void check(const Model& model, const LabelSet& labels, const EventsOptions& options) {
  const auto in_range = [](double value) { return value >= 0 && value <= kMost; };
  if (labels.labels.empty()) throw Error(ErrorCode::invalid_argument, "no label to listen for");
  for (const Label& label : labels.labels)
    if (!is_utf8(label.name))
      throw Error(ErrorCode::invalid_argument, "the text '" + display(label.name) + "' is not UTF-8");
  if (!in_range(options.join_seconds))
    throw Error(ErrorCode::invalid_argument, "pauses that are joined are 0 to 60 s long");
  if (!in_range(options.shortest_seconds) || options.shortest_seconds <= 0)
    throw Error(ErrorCode::invalid_argument, "the shortest event is more than 0 and at most 60 s long");
  if (options.threshold && !std::isfinite(*options.threshold))
    throw Error(ErrorCode::invalid_argument, "the threshold is no number");
  model.window_samples(options.windowing.window_seconds);
  model.hop_samples(options.windowing.hop_seconds);
}

}  // namespace
}  // namespace tasks

EventsResult events(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                    const LabelSet& labels, const EventsOptions& options) {
  if (inputs.empty()) throw Error(ErrorCode::invalid_argument, "nothing to listen to: name a file or a track");
  tasks::check(model, labels, options);
  const tasks::EventDetector listener(model, labels, options);
  EventsResult out;
  out.threshold = listener.threshold();
  IndexProgress progress;
  progress.files_total = static_cast<std::int64_t>(inputs.size());
  const double began = monotonic_seconds();
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
      progress.elapsed_seconds = monotonic_seconds() - began;
      if (options.progress) options.progress(progress);
      std::string warning;
      out.timelines.push_back(listener.listen(path, warning));
      out.timelines.back().id = input.id;
      progress.audio_seconds_done += out.timelines.back().duration_seconds;
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
  tasks::check(model, labels, options);
  if (samples.empty()) throw Error(ErrorCode::corrupt, name + ": holds no sound");
  return tasks::EventDetector(model, labels, options).listen(samples, name);
}

}  // namespace hearken
