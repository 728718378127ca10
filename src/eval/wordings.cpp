// How classes are asked for, and what hangs on it.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "eval/metrics.h"
#include "hearken/eval.h"
#include "search/query/prompts.h"
#include "search/query/text_query.h"

namespace hearken {
namespace {

std::string with_spaces(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string spelling(std::string_view name) { return lower_ascii(with_spaces(name)); }

// The set's labels in the order of the classes; or the class that it has not.
std::optional<std::string> pick(std::span<const std::string> classes, const LabelSet& set, LabelSet& out) {
  out = {set.name, {}, set.templates};
  for (const std::string& name : classes) {
    const auto at = std::find_if(set.labels.begin(), set.labels.end(), [&](const Label& label) {
      return !label.wordings.empty() && spelling(label.name) == spelling(name);
    });
    if (at == set.labels.end()) return name;
    out.labels.push_back(*at);
    out.labels.back().parent.reset();
  }
  return std::nullopt;
}

Wording wording(std::string sentence, const ZeroShotResult& result) {
  return {std::move(sentence), result.accuracy, result.class_mean};
}

}  // namespace

LabelSet class_labels(std::span<const std::string> classes, std::string_view layout, const LabelSet* set) {
  LabelSet out;
  if (set != nullptr) {
    if (const auto strange = pick(classes, *set, out))
      throw Error(ErrorCode::mismatch, (set->name.empty() ? "the labels" : display(set->name)) +
                                           ": no label for the class '" + display(*strange) + "'");
    return out;
  }
  constexpr std::array<std::string_view, 4> kSets = {"esc10", "esc50", "urbansound8k", "gtzan"};
  const auto own = std::find(kSets.begin(), kSets.end(), layout);
  if (own != kSets.end() && !pick(classes, label_set(*own), out)) return out;
  for (const std::string_view name : kSets)
    if (!pick(classes, label_set(name), out)) return out;
  out = {"", {}, {std::string(kTemplate)}};
  for (const std::string& name : classes) out.labels.push_back({name, {with_spaces(name)}, std::nullopt, ""});
  return out;
}

std::vector<std::string> usual_templates(const LabelSet& labels) {
  std::vector<std::string> out = labels.templates;
  for (const std::string_view sentence : search::kTemplates)
    if (std::find(out.begin(), out.end(), sentence) == out.end()) out.emplace_back(sentence);
  return out;
}

WordingsResult wordings(const Model& model, std::span<const float> audio, const LabelSet& labels,
                        std::span<const std::size_t> truth, std::span<const std::string> templates, int threads) {
  const auto width = static_cast<std::size_t>(model.info().dimension);
  const auto under = [&](std::span<const std::string> sentences) {
    return zero_shot(audio, search::label_vectors(model, labels, sentences, thread_count(threads)), width, truth);
  };
  if (templates.empty()) throw Error(ErrorCode::invalid_argument, "wordings: no template to try");
  WordingsResult out;
  std::vector<double> accuracies;
  for (const std::string& sentence : templates) {
    out.wordings.push_back(wording(sentence, under(std::span(&sentence, 1))));
    accuracies.push_back(out.wordings.back().accuracy.value);
  }
  out.ensemble = wording("", under(templates));
  out.mean = eval::mean(accuracies);
  out.deviation = eval::deviation(accuracies);
  std::stable_sort(out.wordings.begin(), out.wordings.end(),
                   [](const Wording& a, const Wording& b) { return a.accuracy.value > b.accuracy.value; });
  return out;
}

}  // namespace hearken
