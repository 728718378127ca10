// Each label on its own: of what may be an event of it the likeliest first, then what lies clear of those.
#include "tasks/events/event_detector.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/numerics/vectors.h"
#include "search/query/prompts.h"
#include "tasks/events/event_likelihood.h"

namespace hearken::tasks {
namespace {

constexpr Windowing kShortWindows{1.0, 0.25}, kLongWindows{4.0, 2.0};

// What most recordings hold: rivals of every label that is not one of them, so that a label asked alone is weighed as
// one of many.
constexpr std::array<std::string_view, 15> kCommonSounds = {
    "music", "speech", "singing", "a crowd of people", "laughter", "footsteps", "an engine",       "wind",
    "rain",  "water",  "a bird",  "an animal",         "noise",    "a hum",     "a click or a tap"};
constexpr double kSameSound = 0.5;  // cosine of texts from here on: no rivals

constexpr double kLeastHeard = 0.15;  // of MODERATE, in the best window: less is no candidate

LabelSet common_sounds() {
  LabelSet out;
  out.templates = {"{}"};
  for (const std::string_view sound : kCommonSounds)
    out.labels.push_back({std::string(sound), {std::string(sound)}, {}, {}});
  return out;
}

bool overlap(const EventCandidate& a, const EventCandidate& b) {
  constexpr double kTouching = 1e-6;
  return a.start_seconds < b.end_seconds - kTouching && b.start_seconds < a.end_seconds - kTouching;
}

}  // namespace

EventDetector::EventDetector(const Model& model, const LabelSet& labels, const EventsOptions& options)
    : model_(model),
      labels_(labels),
      options_(options),
      dimension_(model.audio_width(EmbeddingForm::unit)),
      texts_(search::label_vectors(model, labels, {}, options.threads)) {
  const std::vector<float> common = search::label_vectors(model, common_sounds(), {}, options.threads);
  texts_.insert(texts_.end(), common.begin(), common.end());
  rivals_ = rivals_of_labels();
}

std::vector<std::vector<std::size_t>> EventDetector::rivals_of_labels() const {
  std::vector<float> units = texts_;
  numerics::scale_to_unit(units, dimension_);
  const auto unit = [&](std::size_t text) { return std::span(units).subspan(text * dimension_, dimension_); };
  std::vector<std::vector<std::size_t>> out(labels_.labels.size());
  for (std::size_t label = 0; label < out.size(); ++label)
    for (std::size_t text = 0; text < texts_.size() / dimension_; ++text)
      if (text != label && numerics::dot(unit(label), unit(text)) < kSameSound) out[label].push_back(text);
  return out;
}

HeardRecording EventDetector::hear(const Source& source, const std::string& name,
                                   const std::function<void(double)>& progress) const {
  std::string warning;
  const auto curve = [&](const Windowing& windowing, const std::function<void(double)>& told) {
    const auto stream = source();
    ScoreCurve scores(model_, *stream, name, windowing, texts_, options_.threads, told);
    warning = stream->warning();
    return scores;
  };
  ScoreCurve short_windows = curve(kShortWindows, progress), long_windows = curve(kLongWindows, {});
  const auto levels = source();
  return {std::move(short_windows), std::move(long_windows),
          audio::stretches(audio::band_levels(*levels), audio::kBands), std::move(warning)};
}

HeardCandidates EventDetector::candidates(const HeardRecording& heard,
                                          std::span<const std::vector<std::size_t>> rivals) const {
  HeardCandidates out;
  const ScoreCurve& short_windows = heard.short_windows;
  const Recording recording{short_windows, heard.long_windows, heard.stretches};
  out.duration_seconds = short_windows.duration_seconds();
  out.warning = heard.warning;
  if (options_.heat) out.heat = heat(short_windows);

  const std::vector<EventCandidate> by_level =
      sounds_by_level(heard.stretches, out.duration_seconds, options_.join_seconds, options_.shortest_seconds);
  for (std::size_t label = 0; label < labels_.labels.size(); ++label) {
    if (labels_.labels[label].wordings.empty()) continue;  // a group
    std::vector<EventCandidate> sounds =
        sounds_by_score(short_windows, label, heard.stretches, options_.join_seconds, options_.shortest_seconds);
    sounds.insert(sounds.end(), by_level.begin(), by_level.end());
    for (const EventCandidate& sound : sounds) {
      const auto near = short_windows.near(sound.start_seconds, sound.end_seconds);
      if (short_windows.greatest(near, label) < kLeastHeard) continue;
      out.candidates.push_back({label, sound, event_evidence(recording, label, rivals[label], sound)});
    }
  }
  return out;
}

std::vector<float> EventDetector::heat(const ScoreCurve& curve) const {
  std::vector<float> out;
  const double unit = model_.info().levels.moderate;
  for (std::size_t w = 0; w < curve.windows(); ++w)
    for (std::size_t label = 0; label < labels_.labels.size(); ++label)
      out.push_back(static_cast<float>(model_.likelihood(static_cast<double>(curve.score(w, label)) * unit)));
  return out;
}

Timeline EventDetector::choose(HeardCandidates heard) const {
  Timeline out;
  out.duration_seconds = heard.duration_seconds;
  out.heat = std::move(heard.heat);
  struct Weighed {
    double likelihood;
    const WeighedCandidate* candidate;
  };
  std::vector<double> outputs;
  for (const WeighedCandidate& candidate : heard.candidates) outputs.push_back(event_output(candidate.evidence));
  const std::vector<EventNeighbours> neighbours = event_neighbours(heard.candidates, outputs, rivals_);
  std::vector<Weighed> likely;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (const double likelihood = event_likelihood(outputs[i], neighbours[i]); likelihood >= options_.least_likelihood)
      likely.push_back({likelihood, &heard.candidates[i]});
  std::stable_sort(likely.begin(), likely.end(),
                   [](const Weighed& a, const Weighed& b) { return a.likelihood > b.likelihood; });
  std::vector<const WeighedCandidate*> chosen;
  std::vector<double> likelihoods;
  for (const auto& [likelihood, candidate] : likely) {
    const bool clear = std::none_of(chosen.begin(), chosen.end(), [&](const WeighedCandidate* c) {
      return c->label == candidate->label && overlap(c->sound, candidate->sound);
    });
    if (!clear) continue;
    chosen.push_back(candidate);
    likelihoods.push_back(likelihood);
  }
  std::vector<std::size_t> order(chosen.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {
      return std::tuple(chosen[i]->sound.start_seconds, chosen[i]->sound.end_seconds, chosen[i]->label);
    };
    return key(a) < key(b);
  });
  for (const std::size_t i : order)
    out.events.push_back({labels_.labels[chosen[i]->label].name, chosen[i]->sound.start_seconds,
                          chosen[i]->sound.end_seconds, likelihoods[i],
                          chosen[i]->evidence[kShort] * model_.info().levels.moderate});
  return out;
}

}  // namespace hearken::tasks
