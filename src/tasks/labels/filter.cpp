// Windows under denied texts, allowed ones and AudioSet's names.
#include "hearken/filter.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "hearken/labels.h"
#include "search/index/sound_inputs.h"
#include "search/query/prompts.h"
#include "search/score/scoring.h"
#include "tasks/labels/labelling.h"

namespace hearken {
namespace {

// Texts as they are, each with its vector.
struct Texts {
  LabelSet set;
  std::vector<float> vectors;  // [texts, dimension]
  std::size_t dimension = 0;

  Texts(const Model& model, LabelSet labels, int threads)
      : set(std::move(labels)),
        vectors(search::label_vectors(model, set, {}, threads)),
        dimension(static_cast<std::size_t>(model.info().dimension)) {}

  // The one that scores best on a window (float16 [dimension]), the first of equals, and its score; of none, -1.
  std::pair<const std::string*, double> best(std::span<const std::uint16_t> window) const {
    std::pair<const std::string*, double> out{nullptr, -1.0};
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
      const auto row = std::span(vectors).subspan(i * dimension, dimension);
      const double score = search::window_scores(row, window).mean;
      if (out.first == nullptr || score > out.second) out = {&set.labels[i].name, score};
    }
    return out;
  }
};

LabelSet as_labels(std::span<const std::string> texts) {
  LabelSet out;
  out.templates = {"{}"};
  for (const std::string& text : texts) {
    const bool known = std::ranges::any_of(out.labels, [&](const Label& l) { return l.name == text; });
    if (!known) out.labels.push_back({text, {text}, {}, {}});
  }
  return out;
}

Filtered filtered(const search::EmbeddedSound& song, const Model& model, double threshold, const Texts& deny,
                  const Texts& allow, const Texts& others) {
  Filtered out{song.id, song.path, song.duration_seconds, 0, {}, -1, {}};
  out.windows = static_cast<std::int64_t>(song.starts_seconds.size());
  const std::size_t dimension = deny.dimension;
  const double margin = std::log(tasks::kMuchMore) / model.info().logit_scale;
  for (std::size_t w = 0; w < song.starts_seconds.size(); ++w) {
    const auto window = song.vectors.subspan(w * dimension, dimension);
    const auto [denied, score] = deny.best(window);
    if (score > out.nearest) {
      out.nearest = score;
      out.nearest_text = *denied;
    }
    if (score < threshold) continue;
    const auto [allowed, allowed_score] = allow.best(window);
    if (allowed_score >= score || others.best(window).second - score > margin) continue;
    const double start = song.starts_seconds[w], end = std::min(start + song.window_seconds, song.duration_seconds);
    if (!out.denied.empty() && out.denied.back().text == *denied && start <= out.denied.back().end_seconds) {
      DeniedPart& last = out.denied.back();
      last.end_seconds = end;
      if (score > last.score) {
        last.score = score;
        last.allowed = allowed == nullptr ? "" : *allowed;
        last.allowed_score = allowed == nullptr ? 0 : allowed_score;
      }
      continue;
    }
    out.denied.push_back(
        {*denied, start, end, score, allowed == nullptr ? "" : *allowed, allowed == nullptr ? 0 : allowed_score});
  }
  return out;
}

}  // namespace

FilterResult filter(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                    std::span<const std::string> deny, std::span<const std::string> allow,
                    const FilterOptions& options) {
  const auto wrong = [](const std::string& reason) { return Error(ErrorCode::invalid_argument, reason); };
  if (deny.empty()) throw wrong("nothing is denied: name what must not be heard");
  for (const std::string& text : allow)
    if (std::ranges::find(deny, text) != deny.end()) throw wrong("'" + display(text) + "' is both denied and allowed");
  for (const auto& texts : {deny, allow}) {
    for (const std::string& text : texts)
      if (is_blank(text)) throw wrong("a text is empty");
  }
  const double threshold = options.threshold.value_or(model.info().levels.clear);
  if (!(threshold >= -1 && threshold <= 1)) throw wrong("the threshold is a cosine, -1 to 1");

  const Texts denied(model, as_labels(deny), options.threads), allowed(model, as_labels(allow), options.threads),
      others(model, label_set("audioset"), options.threads);
  std::map<std::size_t, Filtered> sounds;
  search::SoundNotes notes = search::read_songs(
      library, model, inputs, {options, options.windowing}, [&](std::size_t number, const search::EmbeddedSound& song) {
        sounds.emplace(number, filtered(song, model, threshold, denied, allowed, others));
      });
  FilterResult out{options.windowing, threshold, {}, std::move(notes.skipped), std::move(notes.warnings)};
  for (auto& [number, sound] : sounds) out.sounds.push_back(std::move(sound));
  return out;
}

}  // namespace hearken
