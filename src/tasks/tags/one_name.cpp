// Probabilities of words, summed over labels and over categories.
#include "tasks/tags/one_name.h"

#include <algorithm>
#include <string>

namespace hearken::tasks {
namespace {

constexpr double kSureOfCategory = 0.5;  // of the category's probability

bool stands_for_its_group(const std::string& name) { return name.ends_with("-MISC") || name.ends_with("-GENERAL"); }

}  // namespace

bool gives_one_name(const LabelSet& set) {
  return std::ranges::all_of(
      set.labels, [](const Label& label) { return label.parent ? !label.code.empty() : label.wordings.empty(); });
}

OneName::OneName(const LabelSet& set) : set_(set), members_(set.labels.size()), own_(set.labels.size()) {
  asked_.templates = set.templates;
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    const Label& label = set.labels[i];
    if (!label.parent) continue;
    if (members_[*label.parent].empty()) groups_.push_back(*label.parent);
    members_[*label.parent].push_back(i);
    if (stands_for_its_group(label.name)) own_[*label.parent] = i;
    for (const std::string& wording : label.wordings) asked_.labels.push_back({std::to_string(i), {wording}, {}, {}});
  }
}

std::optional<LabelScore> OneName::operator()(const std::vector<LabelScore>& scores) const {
  // Of each label and of each group: its best word's score, with the probability of all its words.
  std::vector<LabelScore> best(set_.labels.size());
  const auto add = [&](std::size_t to, const LabelScore& word) {
    const double probability = best[to].probability + word.probability;
    if (best[to].label.empty() || word.score > best[to].score) best[to] = word;
    best[to].probability = probability;
  };
  for (const LabelScore& word : scores) {
    const std::size_t label = std::stoul(word.label);
    add(label, word);
    add(*set_.labels[label].parent, word);
  }
  const auto likelier = [&](std::size_t a, std::size_t b) { return best[a].probability < best[b].probability; };
  const auto group = std::ranges::max_element(groups_, likelier);
  if (group == groups_.end() || best[*group].likelihood < kClearLikelihood) return std::nullopt;

  const std::optional<std::size_t> own = own_[*group];
  const std::size_t sub = std::ranges::max(members_[*group], likelier);
  const bool sure = sub != own && best[sub].likelihood >= kClearLikelihood &&
                    best[sub].probability >= kSureOfCategory * best[*group].probability;
  if (!sure && !own) return std::nullopt;
  LabelScore out = best[sure ? sub : *group];
  out.label = set_.labels[sure ? sub : *own].name;
  out.holds = true;
  return out;
}

}  // namespace hearken::tasks
